"""Los números de una cuenta de Instagram, de sus publicaciones y de otras cuentas. Sólo lecturas."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from conectores.contrato import ErrorDeRed
from conectores.contrato_escucha import EnElPerfil, Ilegible, Mediciones, Retrato
from conectores.grafo import exigir
from conectores.grafo_errores import NoExiste, SinPermiso
from conectores.grafo_lectura import Lector, filas, paginas
from conectores.grafo_metricas import Leidas, Metrica, mediciones, pedir_si_se_puede, vivas
from conectores.grafo_piezas import leer_instante
from conectores.instagram import oido
from conectores.instagram.metricas import METRICAS, PERFIL

logger = logging.getLogger(__name__)

LOTE_DE_MEDIDA = 25
_LISTADO = (50, 25, 10)


class MedicionDeInstagram:
    """Una llamada de las que miden."""

    def __init__(self, lector: Lector, cuenta: str) -> None:
        self._lector = lector
        self._cuenta = cuenta
        self._ahora = datetime.now(UTC)

    def medir_publicaciones(self, ids: Sequence[str]) -> dict[str, Mediciones]:
        nodos = self._lector.leer_varios(ids, oido.CAMPOS_DE_CUENTAS)
        leidas = {i: Leidas() for i in nodos}
        for ambito in sorted({_ambito(nodo) for nodo in nodos.values()}):
            suyas = [i for i, nodo in nodos.items() if _ambito(nodo) == ambito]
            self._pedir(ambito, partial(self._leer_insights, suyas, leidas))
        return {i: mediciones(oido.cuentas(nodo), nodo, leidas[i]) for i, nodo in nodos.items()}

    def medir_perfil(self) -> Mediciones:
        """Seguidores, seguidos y publicaciones, hoy; lo demás, del último día."""
        nodo = self._lector.leer(self._cuenta, fields="id,followers_count,follows_count,media_count")
        exigir(nodo, "id")
        leidas = Leidas()

        def leer(metricas: Sequence[Metrica]) -> None:
            pedidas = ",".join(m.suya for m in metricas)
            listado = self._lector.leer(
                f"{self._cuenta}/insights", metric=pedidas, period="day", metric_type="total_value"
            )
            leidas.juntar(listado, metricas)

        self._pedir(PERFIL, leer)
        return mediciones(oido.cuentas_de_cuenta(nodo), nodo, leidas)

    def listar(self, desde: datetime) -> list[EnElPerfil]:
        halladas: list[EnElPerfil] = []
        ruta = f"{self._cuenta}/media"
        for filas_de_una in paginas(self._lector, ruta, fields=oido.CAMPOS_DEL_PERFIL, limites=_LISTADO):
            con_fecha = [f for f in filas_de_una if f.get("id") and leer_instante(f.get("timestamp"))]
            halladas += [oido.en_el_perfil(f) for f in con_fecha]
            if halladas and halladas[-1].publicada_en < desde:
                break
        return [una for una in halladas if una.publicada_en >= desde]

    def retratar(self, cuenta: str) -> Retrato | Ilegible:
        """Otra cuenta profesional, con `business_discovery`. Las personales y las que piden edad no se ven."""
        usuario = oido.usuario_de(cuenta)
        if not usuario:
            return Ilegible(
                f"«{cuenta}» no es un nombre de usuario de Instagram: letras, números, puntos y guiones bajos."
            )
        campos = f"business_discovery.username({usuario}){{{oido.CAMPOS_DE_OTRA_CUENTA}}}"
        try:
            nodo = self._lector.leer(self._cuenta, fields=campos).get("business_discovery")
        except (NoExiste, SinPermiso) as error:
            return Ilegible(f"Instagram no enseña la cuenta «{usuario}». {error.detalle}")
        if not isinstance(nodo, Mapping):
            return Ilegible(f"Instagram no contestó nada de la cuenta «{usuario}».")
        recientes = [o for m in filas(nodo.get("media")) if (o := oido.de_competidor(m, usuario=usuario)) is not None]
        return Retrato(
            cuenta=cuenta, mediciones=mediciones(oido.cuentas_de_cuenta(nodo), nodo), recientes=tuple(recientes)
        )

    # ── Métricas ─────────────────────────────────────────────────────────────────────────────────────────────

    def _leer_insights(self, ids: Sequence[str], leidas: Mapping[str, Leidas], metricas: Sequence[Metrica]) -> None:
        """Las de varias publicaciones de una vez; si Instagram no quiere contarlas de alguna, de una en una."""
        pedidas = ",".join(m.suya for m in metricas)
        try:
            nodos = self._lector.leer_varios(ids, f"insights.metric({pedidas})")
        except SinPermiso as error:
            if not _es_por_poca_gente(error):
                raise
            if len(ids) > 1:
                for id_externo in ids:
                    if self._lector.puede_seguir:
                        self._leer_insights([id_externo], leidas, metricas)
            return
        for id_externo, nodo in nodos.items():
            leidas[id_externo].juntar(nodo.get("insights"), metricas)

    def _pedir(self, ambito: str, leer: Callable[[Sequence[Metrica]], None]) -> None:
        tocan = vivas(METRICAS, ambito=ambito, donde=self._lector.llave, ahora=self._ahora)
        pedir_si_se_puede(tocan, leer, lector=self._lector, ahora=self._ahora)


def _ambito(nodo: Mapping[str, object]) -> str:
    producto = str(nodo.get("media_product_type") or "FEED")
    return producto if producto in ("REELS", "STORY") else "FEED"


def _es_por_poca_gente(error: ErrorDeRed) -> bool:
    """«(#10) Not enough viewers for the media to show insights»: con el código de los permisos, y no es eso."""
    return "not enough viewers" in error.detalle.lower()
