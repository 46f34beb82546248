"""Las decisiones sueltas: callar, palabras, parecido y lo normal."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from motor.avisos.alzas.palabras import del_alza
from motor.avisos.alzas.parecido import Rastro, agrupar, es_la_misma
from motor.avisos.callar import fin_del_descanso, tiempo_despierto
from motor.avisos.grafica.normal import Punto, perfil_normal, serie

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


def test_las_palabras_nuevas_son_las_que_antes_no_se_decían() -> None:
    antes = ["hay un bache en la esquina", "otro bache en mi calle", "bache, bache y más baches"] * 5
    ahora = ["bache en Tollocan, agua", "se inundó Tollocan #Tollocan", "tollocan con agua y un bache"] * 2
    palabras = dict(del_alza(ahora, antes))
    assert palabras["tollocan"] == 6
    assert palabras["agua"] == 4
    assert "bache" not in palabras  # lo de siempre
    assert "#tollocan" not in palabras  # ya está
    assert "una" not in palabras


def test_sin_nada_de_antes_son_las_más_dichas() -> None:
    assert del_alza(["fuga en el centro"] * 3, []) == [("centro", 3), ("fuga", 3)]


def test_ni_enlaces_ni_cuentas_son_palabras() -> None:
    assert del_alza(["mira https://inundacion.mx @vecina"] * 4, []) == [("mira", 4)]


def rastro(*mensajes: int, lugar: str = "", palabras: str = "") -> Rastro:
    return Rastro(mensajes=frozenset(mensajes), lugar=lugar, palabras=frozenset(palabras.split()))


@pytest.mark.parametrize(
    ("uno", "otro", "la_misma"),
    [
        (rastro(1, 2, 3, 4), rastro(1, 2, 3, 9, 8, 7, 6), True),  # tres de cuatro
        (rastro(1, 2, 3, 4, 5, 6, 7), rastro(1, 2, 3, 10, 11, 12, 13), False),  # tres de siete
        (rastro(1, 2), rastro(1, 2), False),  # dos no dicen nada
        (
            rastro(1, lugar="Centro", palabras="agua fuga calle"),
            rastro(2, lugar="Centro", palabras="agua fuga calle"),
            True,
        ),
        (rastro(1, lugar="Centro", palabras="agua fuga"), rastro(2, lugar="Centro", palabras="agua fuga"), False),
        (rastro(1, palabras="agua fuga calle"), rastro(2, palabras="agua fuga calle"), False),  # no se sabe dónde
        (rastro(), rastro(), False),
    ],
)
def test_cuándo_es_la_misma_historia(uno: Rastro, otro: Rastro, la_misma: bool) -> None:
    assert es_la_misma(uno, otro) is es_la_misma(otro, uno) is la_misma


def test_agrupar_une_a_los_que_une_un_tercero() -> None:
    assert agrupar([rastro(1, 2, 3), rastro(7, 8, 9), rastro(4, 5, 6), rastro(1, 2, 3, 4, 5, 6)]) == [[0, 2, 3], [1]]


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
