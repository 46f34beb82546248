"""Leer de la Graph API sin agotar su cupo: varias cosas de una vez, con tope de peticiones y con freno.

El freno: desde el 80 % del cupo gastado se deja de pedir, y lo siguiente que se pida de ese perfil lanza
ErrorTransitorio hasta que pase el plazo que dio Meta. Sólo frena a quien lee por aquí: publicar no espera por escuchar.
Fuente: https://developers.facebook.com/docs/graph-api/overview/rate-limiting, consultada 2026-11-22.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from conectores.contrato import ErrorDeContrato, ErrorDePerfil, ErrorTransitorio
from conectores.grafo import Grafo, Respuesta, exigir_lista
from conectores.grafo_errores import DemasiadosDatos, NoExiste, SinPermiso

USO_ALTO_PCT = 80
PETICIONES_POR_TANDA = 12  # pasadas éstas, no se empieza otra cosa
_PETICIONES_MAXIMAS = 40  # ni se termina la empezada
IDS_POR_PETICION = 50  # lo más que admite `?ids=`

_frenos: dict[str, datetime] = {}
"""Hasta cuándo no conviene pedir por cada perfil. Si el proceso muere se olvida, y lo vuelve a decir la red."""


class Lector:
    """Las lecturas de una sola llamada al conector. llave: de quién es el cupo."""

    def __init__(self, grafo: Grafo, *, llave: str, tope: int = PETICIONES_POR_TANDA) -> None:
        self._grafo = grafo
        self._llave = llave
        self._tope = tope
        self._pedidas = 0
        self._frenado = False
        self._exigir_paso(datetime.now(UTC))

    @property
    def llave(self) -> str:
        return self._llave

    @property
    def frenado(self) -> bool:
        """Si la última respuesta dijo que el cupo se acaba."""
        return self._frenado

    @property
    def puede_seguir(self) -> bool:
        return not self._frenado and self._pedidas < self._tope

    def leer(self, ruta: str, **parametros: object) -> Respuesta:
        self._pedidas += 1
        respuesta = self._grafo.leer(ruta, **parametros)
        self._mirar_uso(datetime.now(UTC))
        return respuesta

    def leer_varios(self, ids: Sequence[str], fields: str) -> dict[str, Respuesta]:
        """Varios nodos con `?ids=`; el que ya no está no aparece. Uno que falte hunde la petición: se pide sin él.

        Lanza ErrorTransitorio si el tope no alcanza: callarse sería decir que los demás ya no están.
        """
        hallados: dict[str, Respuesta] = {}
        for i in range(0, len(ids), IDS_POR_PETICION):
            hallados |= self._leer_lote(list(ids[i : i + IDS_POR_PETICION]), fields)
        return hallados

    def _leer_lote(self, ids: list[str], fields: str) -> dict[str, Respuesta]:
        while ids:
            self._exigir_tope()
            try:
                leidos = self.leer("", ids=",".join(ids), fields=fields)
            except NoExiste as error:
                quedan = [i for i in ids if not _nombra(error.detalle, i)]
                if len(quedan) < len(ids):
                    ids = quedan
                elif len(ids) == 1:
                    return {}
                else:
                    mitad = len(ids) // 2
                    return self._leer_lote(ids[:mitad], fields) | self._leer_lote(ids[mitad:], fields)
            else:
                return _exigir_todos(leidos, ids)
        return {}

    def _exigir_tope(self) -> None:
        if self._pedidas >= max(self._tope, _PETICIONES_MAXIMAS):
            raise ErrorTransitorio("Faltan demasiadas publicaciones de las que se preguntan; se seguirá después.")

    def _exigir_paso(self, ahora: datetime) -> None:
        hasta = _frenos.get(self._llave)
        if hasta is None:
            return
        if hasta <= ahora:
            _frenos.pop(self._llave, None)
            return
        espera = ErrorTransitorio(
            "Se ha gastado casi todo el cupo de llamadas que Meta permite; se seguirá cuando se renueve.",
            espera=hasta - ahora,
            de_perfil=True,
        )
        espera.remedio = "Espere; si pasa a menudo, escuche este perfil más espaciado."
        raise espera

    def _mirar_uso(self, ahora: datetime) -> None:
        if (uso := self._grafo.uso_pct) >= USO_ALTO_PCT:
            self._frenado = True
            _frenos[self._llave] = ahora + (self._grafo.espera_de_uso or espera_por_uso(uso))


def _exigir_todos(leidos: Respuesta, ids: Sequence[str]) -> dict[str, Respuesta]:
    """Lo que no existe da un error: una respuesta buena a la que le falta alguno no prueba que ya no esté."""
    nodos = {i: nodo for i in ids if isinstance(nodo := leidos.get(i), dict)}
    if len(nodos) < len(ids):
        raise ErrorDeContrato("Meta contestó que sí, pero sin todo lo que se le preguntó.")
    return nodos


def espera_por_uso(uso_pct: int) -> timedelta:
    """Cuánto parar si Meta no lo dice: 5 min al 80 %, una hora al 100 %. La ventana de los cupos se desliza."""
    gastado = min(max(uso_pct - USO_ALTO_PCT, 0), 100 - USO_ALTO_PCT) / (100 - USO_ALTO_PCT)
    return timedelta(minutes=5 + 55 * gastado)


def aligerar(leer: Callable[[int], Respuesta], *, cuantos: Sequence[int]) -> Respuesta:
    """Pedir de `cuantos` en `cuantos`, cada vez menos, mientras Meta diga que es demasiado."""
    for limite in cuantos[:-1]:
        try:
            return leer(limite)
        except DemasiadosDatos:
            continue
    return leer(cuantos[-1])


def paginas(lector: Lector, ruta: str, *, fields: str, limites: Sequence[int]) -> Iterator[list[Respuesta]]:
    """Las páginas de un listado, de una en una, mientras haya y el tope lo permita."""
    cursor = ""

    def leer(limite: int) -> Respuesta:
        return lector.leer(ruta, fields=fields, limit=limite, after=cursor or None)

    while True:
        leido = aligerar(leer, cuantos=limites)
        yield exigir_lista(leido)
        cursor = siguiente(leido)
        if not cursor or not lector.puede_seguir:
            return


def siguiente(listado: object) -> str:
    """El cursor de la página que sigue; vacío si no hay más."""
    paginas = listado.get("paging") if isinstance(listado, dict) else None
    if not isinstance(paginas, dict) or not paginas.get("next"):
        return ""
    cursores = paginas.get("cursors")
    return str(cursores.get("after") or "") if isinstance(cursores, dict) else ""


def filas(listado: object) -> list[Respuesta]:
    """Las filas de un listado que venía dentro de otra cosa: el vacío no se manda."""
    datos = listado.get("data") if isinstance(listado, dict) else None
    return [d for d in datos if isinstance(d, dict)] if isinstance(datos, list) else []


def explicar_permiso(error: SinPermiso, *, que: str, permisos: Sequence[str]) -> ErrorDePerfil:
    """El mismo error, diciendo qué permiso pedir. El perfil sigue publicando: falta sólo para esto."""
    return SinPermiso(
        f"El token no alcanza para leer {que}. {error.detalle}",
        remedio=f"Genere el token con: {', '.join(permisos)}. Mientras, lo demás se sigue escuchando.",
    )


def _nombra(detalle: str, id_externo: str) -> bool:
    return re.search(rf"(?<![\w]){re.escape(id_externo)}(?![\w])", detalle) is not None
