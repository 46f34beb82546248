"""Lo normal a cada hora, de los conteos de las semanas pasadas, para dibujarlo y para decirlo. Puro.

No es el detector: sólo lo que una persona llamaría «lo normal un domingo a las cuatro».
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from zoneinfo import ZoneInfo

HORA = timedelta(hours=1)
PASADO = timedelta(days=28)
MUESTRAS = 3
"""Con menos horas iguales a ésta no se dice qué es lo normal."""


@dataclass(frozen=True, slots=True)
class Punto:
    """Una hora de la gráfica. visto: None si no se pudo oír. normal: None si no hay con qué saberlo."""

    inicio: datetime
    visto: int | None
    normal: float | None


def en_punto(instante: datetime) -> datetime:
    return instante.replace(minute=0, second=0, microsecond=0)


def horas(desde: datetime, hasta: datetime) -> list[datetime]:
    """Las horas que empiezan en ese tramo; `hasta` no se incluye."""
    primera = en_punto(desde)
    return [primera + n * HORA for n in range(max(int((hasta - primera) / HORA + 0.999), 0))]


def perfil_normal(
    conteos: Mapping[datetime, int], *, desde: datetime, hasta: datetime, sin_dato: frozenset[datetime], zona: ZoneInfo
) -> dict[tuple[bool, int], float]:
    """La media de cada hora local, aparte entre semana y en fin de semana. Recorta lo más alto: un alza no es normal.

    Sin muestras bastantes de su clase de día se usan las de todos.
    """
    muestras: dict[tuple[bool, int], list[int]] = defaultdict(list)
    for hora in horas(desde, hasta):
        if hora not in sin_dato:
            local = hora.astimezone(zona)
            muestras[(local.weekday() >= 5, local.hour)].append(conteos.get(hora, 0))
    normal = {}
    for finde in (False, True):
        for hora_local in range(24):
            suyas = muestras[(finde, hora_local)]
            if len(suyas) < MUESTRAS:
                suyas = suyas + muestras[(not finde, hora_local)]
            if len(suyas) >= MUESTRAS:
                normal[(finde, hora_local)] = fmean(_sin_lo_mas_alto(suyas))
    return normal


def _sin_lo_mas_alto(valores: Sequence[int]) -> Sequence[int]:
    return sorted(valores)[: len(valores) - max(len(valores) // 10, 1)]


def serie(
    conteos: Mapping[datetime, int],
    normal: Mapping[tuple[bool, int], float],
    *,
    desde: datetime,
    hasta: datetime,
    sin_dato: frozenset[datetime],
    zona: ZoneInfo,
) -> list[Punto]:
    puntos = []
    for hora in horas(desde, hasta):
        local = hora.astimezone(zona)
        visto = None if hora in sin_dato else conteos.get(hora, 0)
        puntos.append(Punto(hora, visto, normal.get((local.weekday() >= 5, local.hour))))
    return puntos
