"""Las horas en que no se despierta a nadie."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from motor.avisos.historias.callar import fin_del_descanso, tiempo_despierto

MEXICO = ZoneInfo("America/Mexico_City")
HORA = timedelta(hours=1)
NOCHE = (time(22, 0), time(7, 0))


def local(dia: int, hora: int, minuto: int = 0) -> datetime:
    return datetime(2026, 11, dia, hora, minuto, tzinfo=MEXICO).astimezone(UTC)


@pytest.mark.parametrize(
    ("ahora", "callar", "fin"),
    [
        (local(22, 23), NOCHE, local(23, 7)),
        (local(23, 3), NOCHE, local(23, 7)),
        (local(23, 7), NOCHE, None),  # a las siete en punto ya se puede
        (local(22, 21, 59), NOCHE, None),
        (local(22, 22), NOCHE, local(23, 7)),
        (local(22, 15), (time(14, 0), time(16, 0)), local(22, 16)),
        (local(22, 15), None, None),
        (local(22, 15), (time(8, 0), time(8, 0)), None),  # de ocho a ocho no es nunca
    ],
)
def test_hasta_cuándo_se_calla(ahora: datetime, callar: tuple[time, time] | None, fin: datetime | None) -> None:
    assert fin_del_descanso(ahora, callar, MEXICO) == fin


@pytest.mark.parametrize(
    ("desde", "hasta", "despierto"),
    [
        (local(22, 10), local(22, 12), 2 * HORA),
        (local(22, 21), local(23, 8), 2 * HORA),  # una antes de las 22 y otra después de las 7
        (local(22, 23), local(23, 6), timedelta(0)),
        (local(20, 12), local(23, 12), 3 * 15 * HORA),
        (local(22, 12), local(22, 10), timedelta(0)),
    ],
)
def test_las_horas_de_callar_no_cuentan(desde: datetime, hasta: datetime, despierto: timedelta) -> None:
    assert tiempo_despierto(desde, hasta, NOCHE, zona=MEXICO) == despierto


def test_en_la_frontera_el_día_que_cambia_la_hora_se_calla_hasta_la_hora_local() -> None:
    tijuana = ZoneInfo("America/Tijuana")  # el 8 de marzo de 2026 se adelanta
    fin = fin_del_descanso(datetime(2026, 3, 8, 1, tzinfo=tijuana), NOCHE, tijuana)
    assert fin == datetime(2026, 3, 8, 7, tzinfo=tijuana)
