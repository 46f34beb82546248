"""Lo que Facebook e Instagram comparten al escuchar: recorrer listados, notar lo borrado, leer conversaciones."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from conectores.contrato import ErrorDeContrato, ErrorTransitorio
from conectores.contrato_escucha import Autor, Clase, Desde, Oido, Tanda
from conectores.grafo import Respuesta, exigir_lista
from conectores.grafo_errores import SinPermiso
from conectores.grafo_lectura import Lector, aligerar, filas, siguiente
from conectores.grafo_piezas import leer_instante
from conectores.grafo_ronda import Ronda, abrir

logger = logging.getLogger(__name__)

Traducir = Callable[[Respuesta], Oido | None]

BAJAS_POR_TANDA = 10
"""Cuántas desapariciones se comprueban de una vez; las demás, en la siguiente."""

# Meta sólo da los veinte mensajes más recientes de una conversación.
# Fuente: https://developers.facebook.com/docs/graph-api/reference/conversation/, consultada 2026-11-22.
_MENSAJES = "messages.limit(20){id,message,from,created_time}"
_CONVERSACIONES = (20, 10, 5)


class Oidor:
    """Una llamada a `escuchar`: la ronda, lo que se va oyendo y con qué se lee."""

    def __init__(self, lector: Lector, desde: Desde) -> None:
        self.lector = lector
        self.ronda: Ronda = abrir(desde, ahora=datetime.now(UTC))
        self._oidos: list[Oido] = []

    def traducir(self, nodos: Sequence[Respuesta], traducir: Traducir) -> list[Oido]:
        """Los que se entienden; el que no, se anota y no estorba a los demás."""
        oidos = []
        for nodo in nodos:
            if nodo.get("id") is None or _instante(nodo) is None:
                logger.warning("Meta mandó algo sin identificador o sin fecha.", extra={"accion": "oido_sin_fecha"})
            elif (oido := traducir(nodo)) is not None:
                oidos.append(oido)
        return oidos

    def recibir(self, grupo: str, oidos: Sequence[Oido], *, sigue: str = "", desde_arriba: bool = True) -> None:
        self._oidos += self.ronda.recibir(grupo, oidos, sigue=sigue, desde_arriba=desde_arriba)

    def seguir(
        self, grupo: str, ruta: str, traducir: Traducir, *, limites: Sequence[int], **parametros: object
    ) -> None:
        """Una página de un grupo: la que sigue si quedó a medias, o la primera."""
        cursor = self.ronda.siguen.get(grupo, "")
        leido, cursor = self.pagina(ruta, cursor, limites=limites, **parametros)
        oidos = self.traducir(filas(leido), traducir)
        self.recibir(grupo, oidos, sigue=siguiente(leido), desde_arriba=not cursor)

    def recorrer(self, ruta: str, traducir: Traducir, *, limites: Sequence[int], **parametros: object) -> None:
        """Un canal de un solo listado, página a página, hasta lo ya oído o hasta el tope."""
        self.ronda.listado = None
        self.seguir("", ruta, traducir, limites=limites, **parametros)
        while self.ronda.siguen and self.lector.puede_seguir:
            self.seguir("", ruta, traducir, limites=limites, **parametros)

    def pagina(self, ruta: str, cursor: str, *, limites: Sequence[int], **parametros: object) -> tuple[Respuesta, str]:
        """Una página y el cursor con que se pidió.

        Un cursor muere con su fila: si Meta ya no lo reconoce, se da la primera.
        """

        def leer(limite: int, tras: str) -> Respuesta:
            leido = self.lector.leer(ruta, limit=limite, after=tras or None, **parametros)
            exigir_lista(leido)  # sin listado no se sabe si no hay nada: nunca es un cero
            return leido

        if cursor:
            try:
                return aligerar(lambda n: leer(n, cursor), cuantos=limites), cursor
            except ErrorDeContrato:
                logger.info(
                    "Meta ya no reconoce por dónde se iba; se empieza de nuevo.", extra={"accion": "sin_cursor"}
                )
        return aligerar(lambda n: leer(n, ""), cuantos=limites), ""

    def comprobar_bajas(self, clase: Clase) -> None:
        """Decir borrado sólo lo que Meta, preguntada por ello, dice que no existe."""
        sospechosos = self.ronda.sospechosos()[:BAJAS_POR_TANDA]
        if not sospechosos or not self.lector.puede_seguir:
            return
        try:
            vivos = self.lector.leer_varios([s.id for s in sospechosos], "id")
        except (ErrorTransitorio, SinPermiso):
            return  # no se pudo preguntar: no prueba nada
        for sospechoso in sospechosos:
            # También el que sigue, aunque no salga (lo escondió el filtro): si no, taparía siempre a los demás.
            self.ronda.olvidar(sospechoso)
            if sospechoso.id not in vivos:
                self._oidos.append(
                    Oido(
                        id_externo=sospechoso.id,
                        clase=clase,
                        texto="",
                        publicado_en=sospechoso.publicado_en,
                        en_respuesta_a=sospechoso.grupo,
                        borrado=True,
                    )
                )

    def tanda(self) -> Tanda:
        return Tanda(
            # Llegan de lo más nuevo a lo más viejo, y Meta no da fracciones de segundo.
            oidos=tuple(sorted(reversed(self._oidos), key=lambda o: o.publicado_en)),
            cursor=self.ronda.guardar(),
            hay_mas=not self.ronda.terminada and not self.lector.frenado,
            cubierto_hasta=self.ronda.cubierto_hasta,
        )


def oir_conversaciones(oidor: Oidor, pagina: str, *, plataforma: str, propios: frozenset[str]) -> None:
    """Los mensajes que manda la gente. plataforma: «messenger» o «instagram». propios: quiénes somos nosotros."""
    ronda = oidor.ronda
    campos = f"id,updated_time,{_MENSAJES}"
    while ronda.listado is not None:
        leido, _ = oidor.pagina(
            f"{pagina}/conversations", ronda.listado, limites=_CONVERSACIONES, platform=plataforma, fields=campos
        )
        conversaciones = filas(leido)
        for una in conversaciones:
            conversacion = str(una.get("id") or "")
            mensajes = oidor.traducir(filas(una.get("messages")), partial(_mensaje, conversacion, propios))
            oidor.recibir(conversacion, mensajes)
        instantes = [i for una in conversaciones if (i := leer_instante(una.get("updated_time"))) is not None]
        acaba = not siguiente(leido) or (bool(instantes) and min(instantes) < ronda.piso)
        ronda.listado = None if acaba else siguiente(leido)
        if not oidor.lector.puede_seguir:
            return


def _mensaje(conversacion: str, propios: frozenset[str], nodo: Respuesta) -> Oido | None:
    autor = leer_autor(nodo.get("from"))
    instante = _instante(nodo)
    if autor.id in propios or instante is None:
        return None
    return Oido(
        id_externo=str(nodo["id"]),
        clase=Clase.DIRECTO,
        texto=str(nodo.get("message") or ""),
        publicado_en=instante,
        autor=autor,
        en_respuesta_a=conversacion,
        crudo=nodo,
    )


def leer_autor(crudo: object) -> Autor:
    """Quien lo dijo; vacío si Meta lo esconde, que es lo corriente."""
    if not isinstance(crudo, dict):
        return Autor()
    return Autor(
        id=str(crudo.get("id") or ""),
        usuario=str(crudo.get("username") or ""),
        nombre=str(crudo.get("name") or ""),
    )


def contar_resumen(crudo: object) -> int | None:
    """El `total_count` de `reactions.summary(total_count)` y parecidos; None si no vino."""
    resumen = crudo.get("summary") if isinstance(crudo, dict) else None
    total = resumen.get("total_count") if isinstance(resumen, dict) else None
    return total if isinstance(total, int) else None


def sumar(*cuantas: object) -> int | None:
    """La suma de las que la red dio; None si no dio ninguna."""
    dadas = [c for c in cuantas if isinstance(c, int) and not isinstance(c, bool)]
    return sum(dadas) if dadas else None


def _instante(nodo: Respuesta) -> datetime | None:
    return leer_instante(nodo.get("created_time") or nodo.get("timestamp"))
