"""Los días que no son ordinarios."""

from datetime import UTC, date, datetime

import pytest

from motor.horarios.calendario import ClaseDeDia, clase_de_dia, nombre_del_festivo, ranura_de
from motor.horarios.reglas import ReglasDeHorarios

REGLAS = ReglasDeHorarios()


@pytest.mark.parametrize(
    ("dia", "nombre"),
    [
        (date(2026, 9, 16), "Día de la Independencia"),
        (date(2026, 11, 16), "Día de la Revolución"),  # el tercer lunes, no el 20
        (date(2026, 4, 2), "Jueves Santo"),
        (date(2026, 4, 3), "Viernes Santo"),
        (date(2027, 3, 26), "Viernes Santo"),
        (date(2026, 5, 10), "Día de las Madres"),
        (date(2026, 11, 2), "Día de Muertos"),
        (date(2026, 12, 12), "Virgen de Guadalupe"),
        (date(2026, 11, 20), ""),
    ],
)
def test_los_festivos_de_ley_y_los_de_costumbre(dia: date, nombre: str) -> None:
    assert nombre_del_festivo(dia, REGLAS) == nombre


@pytest.mark.parametrize(
    ("dia", "clase"),
    [
        (date(2026, 11, 24), ClaseDeDia.ORDINARIO),
        (date(2026, 3, 27), ClaseDeDia.ORDINARIO),  # el viernes antes de Semana Santa
        (date(2026, 3, 30), ClaseDeDia.VACACIONES),
        (date(2026, 4, 3), ClaseDeDia.FESTIVO),  # un festivo de las vacaciones es festivo
        (date(2026, 4, 10), ClaseDeDia.VACACIONES),
        (date(2026, 4, 13), ClaseDeDia.ORDINARIO),
        (date(2026, 7, 15), ClaseDeDia.ORDINARIO),
        (date(2026, 7, 16), ClaseDeDia.VACACIONES),
        (date(2026, 8, 30), ClaseDeDia.VACACIONES),
        (date(2026, 8, 31), ClaseDeDia.ORDINARIO),
        (date(2026, 12, 18), ClaseDeDia.ORDINARIO),
        (date(2026, 12, 19), ClaseDeDia.VACACIONES),
        (date(2027, 1, 6), ClaseDeDia.VACACIONES),  # empezaron el año anterior
        (date(2027, 1, 7), ClaseDeDia.ORDINARIO),
    ],
)
def test_las_vacaciones_escolares_se_calculan_parecidas_a_las_de_la_sep(dia: date, clase: ClaseDeDia) -> None:
    assert clase_de_dia(dia, REGLAS) is clase


def test_lo_que_escribe_la_oficina_corrige_las_vacaciones_que_toca_y_deja_las_demas() -> None:
    reglas = ReglasDeHorarios(vacaciones=((date(2026, 12, 22), date(2027, 1, 8)),))
    assert clase_de_dia(date(2026, 12, 19), reglas) is ClaseDeDia.ORDINARIO
    assert clase_de_dia(date(2027, 1, 8), reglas) is ClaseDeDia.VACACIONES
    assert clase_de_dia(date(2026, 7, 20), reglas) is ClaseDeDia.VACACIONES


def test_un_festivo_de_la_oficina_es_festivo() -> None:
    reglas = ReglasDeHorarios(festivos=(date(2026, 7, 25),))
    assert clase_de_dia(date(2026, 7, 25), reglas) is ClaseDeDia.FESTIVO
    assert nombre_del_festivo(date(2026, 7, 25), reglas) == "día de la oficina"


def test_la_ranura_de_un_festivo_es_la_del_domingo() -> None:
    assert ranura_de(datetime(2026, 11, 26, 20, 45, tzinfo=UTC), REGLAS) == 3 * 24 + 20  # jueves
    assert ranura_de(datetime(2026, 11, 16, 20, 45, tzinfo=UTC), REGLAS) == 6 * 24 + 20  # lunes festivo
    assert ranura_de(datetime(2026, 11, 23, 0, 0, tzinfo=UTC), REGLAS) == 0
    assert ranura_de(datetime(2026, 11, 22, 23, 59, tzinfo=UTC), REGLAS) == 167
