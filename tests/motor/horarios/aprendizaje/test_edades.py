"""Se haya medido cuando se haya medido, la respuesta es la misma; y lo nuevo no vale menos por ser nuevo."""

import math
import random
from collections.abc import Sequence
from itertools import accumulate
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motor.horarios.aprendizaje.edades import (
    GENERAL,
    Crecimiento,
    Medida,
    Respuesta,
    a_la_referencia,
    crecimiento_de,
)

EDADES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0, 120.0, 240.0, 365.0)
HORAS_VIVAS = [0.3 if h < 7 else 1.0 if h < 19 else 1.7 for h in range(24)]


def crecida(final: float, vida: float, edad: float) -> float:
    """Lo que lleva a una edad, en días, si la mitad llega en `vida` días."""
    return final * edad / (edad + vida)


def serie(final: float, vida: float, hasta: float, *, tarde: float = 0.0) -> list[Medida]:
    """Medida a cada edad que ya cumplió, y `tarde` días después."""
    return [Medida(e + tarde, crecida(final, vida, e + tarde)) for e in EDADES if e + tarde <= hasta]


def exigida(medidas: Sequence[Medida], crecimiento: Crecimiento) -> Respuesta:
    respuesta = a_la_referencia(medidas, crecimiento)
    assert respuesta is not None
    return respuesta


@given(
    vida=st.floats(0.02, 3),
    final=st.floats(50, 50_000),
    edades=st.tuples(st.floats(1, 700), st.floats(1, 700)),
)
def test_el_mismo_crecimiento_da_lo_mismo_se_mire_cuando_se_mire(
    vida: float, final: float, edades: tuple[float, float]
) -> None:
    """De otras sesenta publicaciones se sabe cómo crecen; de ésta hay una sola cifra, a cualquier edad."""
    conocidas = crecimiento_de([serie(1000.0 + 50 * n, vida, 400.0) for n in range(60)])
    una, otra = (exigida([Medida(e, crecida(final, vida, e))], conocidas).valor for e in edades)
    assert una == pytest.approx(otra, rel=0.12)
    assert una == pytest.approx(crecida(final, vida, 4.0), rel=0.12)


@given(vida=st.floats(0.02, 3), tarde=st.floats(0, 0.3), hasta=st.floats(4.5, 800))
def test_medida_antes_y_despues_se_toma_lo_de_en_medio(vida: float, tarde: float, hasta: float) -> None:
    medidas = serie(5000, vida, hasta, tarde=tarde)
    respuesta = exigida(medidas, GENERAL)
    assert respuesta.valor == pytest.approx(crecida(5000, vida, 4.0), rel=0.06)
    assert respuesta.peso > 0.97


@given(
    antes=st.floats(1, 3.99),
    despues=st.floats(4, 700),
    valor=st.floats(0, 1e6),
    crece=st.floats(1, 30),
    salto=st.booleans(),
)
def test_lo_de_en_medio_nunca_se_sale_de_las_dos(
    antes: float, despues: float, valor: float, crece: float, salto: bool
) -> None:
    respuesta = exigida([Medida(antes, valor), Medida(despues, valor * crece)], Crecimiento() if salto else GENERAL)
    assert valor - 0.01 <= respuesta.valor <= valor * crece + 0.01


def test_la_joven_se_estima_y_pesa_menos() -> None:
    joven, hecha = exigida([Medida(1.0, 100)], GENERAL), exigida([Medida(4.001, 100)], GENERAL)
    assert joven.valor > 100 and joven.peso < 1
    assert hecha == Respuesta(100, 1.0)


def test_la_de_un_perfil_imprevisible_pesa_menos_que_la_de_uno_parejo() -> None:
    azar = random.Random(3)
    parejas = crecimiento_de([serie(800, 0.2, 400) for _ in range(80)])
    dispares = crecimiento_de([serie(800, azar.lognormvariate(-1, 2), 400) for _ in range(80)])
    joven = [Medida(1.0, 300)]
    assert exigida(joven, dispares).peso < exigida(joven, parejas).peso <= 1


@pytest.mark.parametrize("edades", [[], [0.1], [0.33, 0.99]])
def test_la_que_no_cumple_un_dia_no_dice_nada(edades: list[float]) -> None:
    assert a_la_referencia([Medida(e, 50) for e in edades], GENERAL) is None


def test_la_borrada_vale_si_llego_a_medirse_a_su_edad() -> None:
    assert a_la_referencia([Medida(1, 50), Medida(2, 60)], GENERAL, borrada=True) is None
    assert a_la_referencia([Medida(1, 50), Medida(2, 60)], GENERAL) is not None
    assert a_la_referencia([Medida(2, 60), Medida(4.01, 70)], GENERAL, borrada=True) == Respuesta(70, 1.0)


def test_con_pocas_manda_lo_general_y_con_muchas_lo_propio() -> None:
    lentas = [serie(3000, 5.0, 400)]
    de_una, de_muchas = crecimiento_de(lentas), crecimiento_de(lentas * 100)
    suyo = math.log(crecida(1, 5, 4) / crecida(1, 5, 1))
    assert GENERAL.entre(1, 4) < de_una.entre(1, 4) < de_muchas.entre(1, 4)
    assert de_muchas.entre(1, 4) == pytest.approx(suyo, rel=0.1)


def test_las_que_nadie_contesta_no_rompen_nada() -> None:
    calladas = crecimiento_de([[Medida(e, 0) for e in EDADES]] * 50)
    assert exigida([Medida(1, 0)], calladas).valor < 0.5
    assert exigida([Medida(300, 0)], calladas).valor == 0


def test_una_racha_de_jovenes_no_inclina_ninguna_hora() -> None:
    """Un público que duerme, y las de la noche todas de ayer: lo que se estima de ellas no se aparta de lo que será."""
    azar, caminos = random.Random(5), {hora: _vivida(hora) for hora in range(24)}
    series: dict[int, list[list[Medida]]] = {
        hora: [_hasta(caminos[hora], azar.uniform(1.0, 1.3 if hora >= 20 else 40.0)) for _ in range(20)]
        for hora in range(24)
    }
    curva = crecimiento_de(s for suyas in series.values() for s in suyas)
    errores = {
        hora: fmean(math.log(exigida(s, curva).valor / caminos[hora][4 * 24 - 1]) for s in suyas)
        for hora, suyas in series.items()
    }
    noche, dia = fmean(errores[h] for h in range(20, 24)), fmean(errores[h] for h in range(20))
    assert abs(noche - dia) < 0.04  # lo que se busca mide 0.18
    assert max(errores.values()) - min(errores.values()) < 0.1


def _vivida(hora: int) -> list[float]:
    """Lo que lleva cada hora tras publicarse: crece con lo que aún interesa y con cuánta gente mira."""
    crece = (900 * HORAS_VIVAS[(hora + paso) % 24] * (1 + paso / 3) ** -2.1 for paso in range(41 * 24))
    return list(accumulate(crece))


def _hasta(camino: Sequence[float], edad: float) -> list[Medida]:
    """Medida a sus edades, y por última vez a esa, en días."""
    horas = [round(e * 24) for e in EDADES if e < edad] + [round(edad * 24)]
    return [Medida(h / 24, camino[h - 1]) for h in dict.fromkeys(horas)]
