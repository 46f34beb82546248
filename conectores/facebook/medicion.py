"""Los números de una página de Facebook y de sus publicaciones. Sólo lecturas."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from conectores.contrato import ErrorDeContrato
from conectores.contrato_escucha import EnElPerfil, Ilegible, Mediciones, Retrato
from conectores.facebook import oido
from conectores.facebook.metricas import ME_GUSTA_MINIMOS, METRICAS, PERFIL, PUBLICACION, VIDEO
from conectores.grafo import exigir
from conectores.grafo_errores import NoExiste, SinPermiso
from conectores.grafo_lectura import Lector, filas, paginas
from conectores.grafo_metricas import Leidas, Metrica, mediciones, pedir_si_se_puede, vivas
from conectores.grafo_piezas import leer_instante

logger = logging.getLogger(__name__)

LOTE_DE_MEDIDA = 25
_LISTADO = (50, 25, 10)
_RECIENTES = 25


class MedicionDeFacebook:
    """Una llamada de las que miden."""

    def __init__(self, lector: Lector, pagina: str) -> None:
        self._lector = lector
        self._pagina = pagina
        self._ahora = datetime.now(UTC)

    def medir_publicaciones(self, ids: Sequence[str]) -> dict[str, Mediciones]:
        sueltas = [i for i in ids if not oido.es_video(i)]
        videos = [i for i in ids if oido.es_video(i)]
        nodos = self._lector.leer_varios(sueltas, oido.CAMPOS_DE_CUENTAS)
        nodos |= self._lector.leer_varios(videos, oido.CAMPOS_DE_CUENTAS_DE_VIDEO)
        insights = self._insights_de_publicaciones([i for i in sueltas if i in nodos])
        insights |= {i: self._insights_de_video(i) for i in videos if i in nodos}
        return {i: mediciones(oido.cuentas(nodo), nodo, insights.get(i)) for i, nodo in nodos.items()}

    def medir_perfil(self) -> Mediciones:
        """Los seguidores, hoy; lo demás, del último día completo."""
        nodo = self._lector.leer(self._pagina, fields="id,followers_count,fan_count")
        exigir(nodo, "id")
        seguidores = nodo.get("followers_count", nodo.get("fan_count"))
        valores = {"seguidores": seguidores} if isinstance(seguidores, int) else {}
        me_gusta = nodo.get("fan_count")
        if isinstance(me_gusta, int) and me_gusta < ME_GUSTA_MINIMOS:
            return mediciones(valores, nodo)
        leidas = Leidas()

        def leer(metricas: Sequence[Metrica]) -> None:
            pedidas = ",".join(m.suya for m in metricas)
            listado = self._lector.leer(f"{self._pagina}/insights", metric=pedidas, period="day")
            leidas.juntar(listado, metricas)

        self._pedir(PERFIL, leer)
        return mediciones(valores, nodo, leidas)

    def listar(self, desde: datetime) -> list[EnElPerfil]:
        halladas: list[EnElPerfil] = []
        ruta = f"{self._pagina}/published_posts"
        for filas_de_una in paginas(self._lector, ruta, fields=oido.CAMPOS_DEL_PERFIL, limites=_LISTADO):
            con_fecha = [f for f in filas_de_una if f.get("id") and leer_instante(f.get("created_time"))]
            halladas += [oido.en_el_perfil(f) for f in con_fecha]
            if halladas and halladas[-1].publicada_en < desde:
                break
        return [una for una in halladas if una.publicada_en >= desde]

    def retratar(self, cuenta: str) -> Retrato | Ilegible:
        """Otra página. Meta pide para esto «Page Public Content Access», que se solicita y se revisa."""
        if not (pagina := oido.pagina_de(cuenta)):
            return Ilegible(f"«{cuenta}» no es el nombre, el número ni la dirección de una página de Facebook.")
        campos = f"id,name,followers_count,fan_count,posts.limit({_RECIENTES}){{{oido.CAMPOS_DE_AJENA}}}"
        try:
            nodo = self._lector.leer(pagina, fields=campos)
            exigir(nodo, "id")
        except (NoExiste, SinPermiso, ErrorDeContrato) as error:  # lo último, si el número es de otra cosa
            return Ilegible(
                "Facebook no deja ver esa página: no existe, está oculta o a la aplicación le falta el permiso "
                f"«Page Public Content Access». {error.detalle}"
            )
        seguidores = nodo.get("followers_count", nodo.get("fan_count"))
        recientes = [o for p in filas(nodo.get("posts")) if (o := oido.de_competidor(p)) is not None]
        valores = {"seguidores": seguidores} if isinstance(seguidores, int) else {}
        return Retrato(cuenta=cuenta, mediciones=mediciones(valores, nodo), recientes=tuple(recientes))

    # ── Métricas ─────────────────────────────────────────────────────────────────────────────────────────────

    def _insights_de_publicaciones(self, ids: Sequence[str]) -> dict[str, Leidas]:
        leidas = {i: Leidas() for i in ids}

        def leer(metricas: Sequence[Metrica]) -> None:
            pedidas = ",".join(m.suya for m in metricas)
            nodos = self._lector.leer_varios(ids, f"insights.metric({pedidas}).period(lifetime)")
            for id_externo, nodo in nodos.items():
                leidas[id_externo].juntar(nodo.get("insights"), metricas)

        if ids:
            self._pedir(PUBLICACION, leer)
        return leidas

    def _insights_de_video(self, id_externo: str) -> Leidas:
        """Un reel no tiene `insights`, sino `video_insights`; sin pedir ninguna da las que tenga."""
        if not self._lector.puede_seguir:
            return Leidas()
        leidas = Leidas()
        try:
            listado = self._lector.leer(f"{id_externo}/video_insights")
        except (NoExiste, SinPermiso):
            return leidas
        leidas.juntar(listado, [m for m in METRICAS if m.ambito == VIDEO])
        return leidas

    def _pedir(self, ambito: str, leer: Callable[[Sequence[Metrica]], None]) -> None:
        tocan = vivas(METRICAS, ambito=ambito, donde=self._lector.llave, ahora=self._ahora)
        pedir_si_se_puede(tocan, leer, lector=self._lector, ahora=self._ahora)
