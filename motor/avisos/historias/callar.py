"""Las horas en que no se despierta a nadie. Puro.

Callar retrasa, no tira: lo que pasa de noche llega en la mañana, y el plazo para escalar también duerme.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

Horas = tuple[time, time]
"""(desde, hasta), hora local; si la primera es mayor, pasan por la medianoche."""


def fin_del_descanso(ahora: datetime, callar: Horas | None, zona: ZoneInfo) -> datetime | None:
    """Cuándo se acaban las horas de callar en que cae ese instante; None si no cae en ellas."""
    for desde, hasta in _descansos(ahora, ahora, callar, zona):
        if desde <= ahora < hasta:
            return hasta
    return None


def tiempo_despierto(desde: datetime, hasta: datetime, callar: Horas | None, *, zona: ZoneInfo) -> timedelta:
    """Cuánto pasó entre dos instantes sin contar las horas de callar."""
    dormido = sum(
        (max(min(hasta, b) - max(desde, a), timedelta(0)) for a, b in _descansos(desde, hasta, callar, zona)),
        timedelta(0),
    )
    return max(hasta - desde, timedelta(0)) - dormido


def _descansos(
    desde: datetime, hasta: datetime, callar: Horas | None, zona: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    """Los ratos de callar que pueden tocar ese tramo."""
    if callar is None or callar[0] == callar[1]:
        return []
    dia, ultimo = (desde.astimezone(zona) - timedelta(days=1)).date(), hasta.astimezone(zona).date()
    ratos = []
    while dia <= ultimo:
        fin = dia if callar[0] < callar[1] else dia + timedelta(days=1)
        ratos.append((datetime.combine(dia, callar[0], zona), datetime.combine(fin, callar[1], zona)))
        dia += timedelta(days=1)
    return ratos
