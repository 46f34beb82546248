"""Lo normal a cada hora."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from motor.avisos.grafica.normal import Punto, perfil_normal, serie

MEXICO = ZoneInfo("America/Mexico_City")
HORA = timedelta(hours=1)


def local(dia: int, hora: int, minuto: int = 0) -> datetime:
    return datetime(2026, 11, dia, hora, minuto, tzinfo=MEXICO).astimezone(UTC)


def test_lo_normal_es_por_hora_local_y_por_clase_de_día_y_sin_lo_más_alto() -> None:
    desde, hasta = local(2, 0), local(22, 0)  # de un lunes a un domingo
    conteos = {}
    for n in range(20 * 24):
        inicio = desde + n * HORA
        aqui = inicio.astimezone(MEXICO)
        if aqui.hour == 9:
            conteos[inicio] = 2 if aqui.weekday() >= 5 else 10
    conteos[local(10, 9)] = 500  # un alza vieja no sube lo normal
    perdidas = frozenset({local(11, 9)})
    normal = perfil_normal(conteos, desde=desde, hasta=hasta, sin_dato=perdidas, zona=MEXICO)
    assert (normal[(False, 9)], normal[(True, 9)], normal[(False, 3)]) == (10, 2, 0)
    puntos = serie(conteos, normal, desde=local(11, 8), hasta=local(11, 11), sin_dato=perdidas, zona=MEXICO)
    assert puntos == [Punto(local(11, 8), 0, 0), Punto(local(11, 9), None, 10), Punto(local(11, 10), 0, 0)]


def test_con_pocos_días_no_se_dice_qué_es_lo_normal() -> None:
    assert perfil_normal({}, desde=local(20, 0), hasta=local(22, 0), sin_dato=frozenset(), zona=MEXICO) == {}
