from datetime import timedelta

import pytest

from motor.saltos import Saltos
from tests.conftest import COMIENZO

S = timedelta(seconds=1)


def test_la_primera_lectura_no_dice_nada() -> None:
    saltos = Saltos()
    assert saltos.medir(COMIENZO, 1000.0) is None
    assert not saltos.conviene_esperar(1000.0)


@pytest.mark.parametrize(
    ("hora", "arranque_s", "salto"),
    [
        (S, 1, None),  # todo en orden
        (31 * S, 1, None),  # 30 s de más: lo corrige la sincronización de siempre
        (31.5 * S, 1, 30.5 * S),
        (-29 * S, 1, None),
        (-31 * S, 1, -32 * S),
        (timedelta(days=1), 1, timedelta(days=1) - S),  # la pila gastada
        (-timedelta(hours=1), 1, -timedelta(hours=1) - S),
        (timedelta(hours=8), 8 * 3600, None),  # suspendida ocho horas: avanzaron los dos
        (timedelta(), 8 * 3600, -timedelta(hours=8)),  # la hora se quedó quieta
    ],
)
def test_hay_salto_si_la_hora_y_el_arranque_no_avanzan_igual(
    hora: timedelta, arranque_s: float, salto: timedelta | None
) -> None:
    saltos = Saltos()
    saltos.medir(COMIENZO, 1000.0)
    assert saltos.medir(COMIENZO + hora, 1000.0 + arranque_s) == salto
    assert saltos.conviene_esperar(1000.0 + arranque_s) is (salto is not None)


def test_tras_un_salto_se_espera_un_minuto_de_arranque() -> None:
    saltos = Saltos()
    saltos.medir(COMIENZO, 1000.0)
    saltos.medir(COMIENZO + timedelta(days=1), 1001.0)
    assert [saltos.conviene_esperar(s) for s in (1001.0, 1060.9, 1061.0)] == [True, True, False]


def test_un_segundo_salto_vuelve_a_empezar_la_espera() -> None:
    saltos = Saltos()
    saltos.medir(COMIENZO, 1000.0)
    saltos.medir(COMIENZO + timedelta(days=1), 1001.0)
    saltos.medir(COMIENZO + 50 * S, 1050.0)  # la sincronización lo devuelve a su sitio
    assert saltos.conviene_esperar(1109.0)
    assert not saltos.conviene_esperar(1110.0)
