"""Cuántas veces habría sonado un detector en lo ya contado, con cada presupuesto. Puro."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from motor.escucha.almacen.cobertura import Punto
from motor.escucha.mirada import Mirada, Ojo
from motor.escucha.picos.detector import nuevo


def ensayar(
    puntos: Sequence[Punto], presupuestos: Sequence[float], *, paso_s: int, zona: ZoneInfo, desde: datetime
) -> Mapping[float, int]:
    """De cada presupuesto, las alzas que habría notado desde ese instante; lo anterior sólo le enseña.

    Lanza ErrorDePicos si los puntos no van seguidos.
    """
    return {p: _alzas(puntos, p, paso_s=paso_s, zona=zona, desde=desde) for p in presupuestos}


def _alzas(puntos: Sequence[Punto], presupuesto: float, *, paso_s: int, zona: ZoneInfo, desde: datetime) -> int:
    if not puntos:
        return 0
    mirada = Mirada(nuevo(paso_s), puntos[0].inicio)
    Ojo(paso_s=paso_s, zona=zona, falsas_al_mes=presupuesto).mirar(mirada, puntos, None)
    return sum(a.inicio + timedelta(seconds=paso_s) > desde for a in mirada.alzas)
