from datetime import time

import pytest

from motor.horarios.mapa import SEMANA, Mapa
from motor.horarios.semana import Vale, es_callada, semana_de

NOCHE = (time(22), time(7))


def mapa(**cambios: tuple[float, float, float]) -> Mapa:
    """Todo en cero con intervalo de ±10, salvo las ranuras que se digan: r30=(ganancia, inferior, superior)."""
    valores = {r: cambios.get(f"r{r}", (0.0, -10.0, 10.0)) for r in range(SEMANA)}
    ganancia, inferior, superior = (tuple(v[i] for v in valores.values()) for i in range(3))
    return Mapa(
        ganancia=ganancia, inferior=inferior, superior=superior, publicaciones=50, curva="general", espaciado=0.0
    )


@pytest.mark.parametrize(
    ("ganancia", "inferior", "superior", "vale"),
    [
        (14, 3, 26, Vale.MEJOR),
        (14, -2, 30, Vale.QUIZA_MEJOR),
        (2, -8, 12, Vale.PAREJA),
        (-14, -30, 4, Vale.QUIZA_PEOR),
        (-14, -26, -1, Vale.PEOR),
        (1, 0.5, 1.5, Vale.MEJOR),
    ],
)
def test_solo_es_seguro_lo_que_su_intervalo_entero_dice(
    ganancia: float, inferior: float, superior: float, vale: Vale
) -> None:
    semana = semana_de(mapa(r30=(ganancia, inferior, superior)), None)
    assert semana.horas[30].vale is vale
    assert semana.algo_es_seguro == (vale in (Vale.MEJOR, Vale.PEOR))


def test_las_mejores_se_buscan_entre_las_que_se_pueden_elegir() -> None:
    semana = semana_de(mapa(r23=(50, 40, 60), r44=(9, 1, 20), r68=(12, 1, 20), r12=(-9, -20, 5)), NOCHE, cuantas=2)
    assert [(h.dia, h.hora, h.puesto) for h in semana.mejores] == [(2, 20, 1), (1, 20, 2)]
    assert semana.horas[23].callada and semana.horas[23].puesto == 0
    assert semana.peor is not None and semana.peor.ranura == 12


def test_a_iguales_va_primero_la_mas_temprana_de_la_semana() -> None:
    assert [h.ranura for h in semana_de(mapa(), NOCHE).mejores] == [7, 8, 9, 10, 11]


@pytest.mark.parametrize(
    ("callar", "calladas"),
    [
        (NOCHE, [0, 1, 2, 3, 4, 5, 6, 22, 23]),
        ((time(13), time(15)), [13, 14]),
        ((time(13, 30), time(15, 30)), [14]),
        ((time(9), time(9)), []),
        (None, []),
    ],
)
def test_una_hora_se_calla_si_ninguno_de_sus_cuartos_sirve(
    callar: tuple[time, time] | None, calladas: list[int]
) -> None:
    assert [h for h in range(24) if es_callada(h, callar)] == calladas
