"""Pedir métricas a Meta sabiendo que mueren: en grupos pequeños, a la mitad cuando una hunde a las demás.

Los nombres están en las tablas de cada red (`metricas.py`), no en el código. La que resulta muerta no se vuelve a pedir
en un día: cada intento gasta cupo.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from conectores.contrato_escucha import Mediciones
from conectores.grafo import VERSION
from conectores.grafo_errores import MetricaMuerta, SinPermiso
from conectores.grafo_lectura import Lector

logger = logging.getLogger(__name__)

DESCANSO = timedelta(days=1)

_muertas: dict[tuple[str, str, str], datetime] = {}
"""Cuándo se supo muerta cada una, por perfil y ámbito. Al reiniciar se olvida, y se vuelve a saber pidiéndola."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrica:
    """Un nombre nuestro (`contrato_escucha.METRICAS`) y el de Meta.

    ambito: de qué es («publicacion», «perfil», «REELS»…). version: la de la API en que se leyó que vive.
    """

    nuestra: str
    suya: str
    ambito: str
    version: str
    fuente: str
    consultada: date


@dataclass(slots=True)
class Leidas:
    """Lo que se va juntando de una publicación o de un perfil, y lo que llegó."""

    valores: dict[str, int] = field(default_factory=dict)
    crudo: list[object] = field(default_factory=list)

    def juntar(self, listado: object, metricas: Sequence[Metrica]) -> None:
        self.valores = {**leer_insights(listado, metricas), **self.valores}
        datos = listado.get("data") if isinstance(listado, Mapping) else None
        self.crudo += datos if isinstance(datos, list) else []


def mediciones(valores: Mapping[str, int], nodo: Mapping[str, Any], leidas: Leidas | None = None) -> Mediciones:
    """Los números del propio nodo, que son los de hoy, mandan sobre los de las métricas, que tardan un día."""
    leidas = leidas or Leidas()
    return Mediciones(valores={**leidas.valores, **valores}, version=VERSION, crudo={**nodo, "insights": leidas.crudo})


def vivas(tabla: Iterable[Metrica], *, ambito: str, donde: str, ahora: datetime) -> list[Metrica]:
    """Las de un ámbito que no se sepan muertas. donde: de qué perfil, porque no todas se dan a todos."""

    def descansa(metrica: Metrica) -> bool:
        supo = _muertas.get((donde, ambito, metrica.suya))
        return supo is not None and ahora - supo < DESCANSO

    return [m for m in tabla if m.ambito == ambito and not descansa(m)]


def pedir(
    metricas: Sequence[Metrica],
    leer: Callable[[Sequence[Metrica]], None],
    *,
    donde: str,
    ahora: datetime,
    puede_seguir: Callable[[], bool],
) -> None:
    """Llamar a `leer` con grupos de métricas, hasta apartar las muertas.

    `leer` lanza MetricaMuerta si alguna del grupo lo está: se parte el grupo a la mitad.
    """
    if not metricas or not puede_seguir():
        return
    try:
        leer(metricas)
    except MetricaMuerta as error:
        if len(metricas) == 1:
            _enterrar(metricas[0], donde=donde, ahora=ahora, motivo=error.detalle)
            return
        mitad = len(metricas) // 2
        for parte in (metricas[:mitad], metricas[mitad:]):
            pedir(parte, leer, donde=donde, ahora=ahora, puede_seguir=puede_seguir)


def pedir_si_se_puede(
    metricas: Sequence[Metrica],
    leer: Callable[[Sequence[Metrica]], None],
    *,
    lector: Lector,
    ahora: datetime,
) -> None:
    """Como `pedir`. Sin el permiso de verlas no hay métricas, pero lo demás se mide."""
    try:
        pedir(metricas, leer, donde=lector.llave, ahora=ahora, puede_seguir=lambda: lector.puede_seguir)
    except SinPermiso as error:
        logger.info("Meta no enseña las métricas. %s", error.detalle, extra={"accion": "sin_metricas"})


def _enterrar(metrica: Metrica, *, donde: str, ahora: datetime, motivo: str) -> None:
    _muertas[donde, metrica.ambito, metrica.suya] = ahora
    logger.warning(
        "Meta ya no da la métrica «%s» (%s); «%s» queda sin dato. %s",
        metrica.suya,
        metrica.ambito,
        metrica.nuestra,
        motivo,
        extra={"accion": "metrica_muerta", "metrica": metrica.suya},
    )


def leer_insights(listado: object, metricas: Sequence[Metrica]) -> dict[str, int]:
    """Los números de un listado de `insights`, con nuestros nombres. Lo que no vino no está: nunca es un cero."""
    datos = listado.get("data") if isinstance(listado, Mapping) else None
    por_nombre = {m.suya: m.nuestra for m in metricas}
    leidos: dict[str, int] = {}
    for una in datos if isinstance(datos, list) else []:
        nombre = por_nombre.get(str(una.get("name"))) if isinstance(una, Mapping) else None
        if nombre is not None and (valor := _valor(una)) is not None:
            leidos.setdefault(nombre, valor)
    return leidos


def _valor(una: Mapping[str, Any]) -> int | None:
    """El total, o el último de los valores. Un desglose (`{"like": 3, "love": 1}`) se suma."""
    total = una.get("total_value")
    if isinstance(total, Mapping):
        return _entero(total.get("value"))
    valores = una.get("values")
    if not isinstance(valores, list):
        return None
    leidos = [v for uno in valores if isinstance(uno, Mapping) and (v := _entero(uno.get("value"))) is not None]
    return leidos[-1] if leidos else None


def _entero(valor: object) -> int | None:
    if isinstance(valor, Mapping):
        partes = [p for v in valor.values() if (p := _entero(v)) is not None]
        return sum(partes) if partes else None
    if isinstance(valor, bool) or not isinstance(valor, (int, float)):
        return None
    return int(valor)
