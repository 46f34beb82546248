"""El estimador contra mundos cuya verdad se sabe: sin sesgo, con intervalos que cubren, y callado si no hay efecto."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from motor.horarios.prueba.ensayo import Ensayo
from motor.horarios.prueba.estimacion import estimar
from motor.horarios.prueba.veredicto import Dicho, Veredicto, juzgar
from tests.motor.horarios.prueba.mundos import mundo

VECES = 125


@cache
def juzgados(*, cuantas: int, desviacion: float) -> list[tuple[Veredicto, float]]:
    mundos = (mundo(semilla, cuantas=cuantas, desviacion=desviacion) for semilla in range(VECES))
    return [(juzgar(ensayos), verdad) for ensayos, verdad in mundos]


@pytest.mark.parametrize("cuantas", [100, 250])
@pytest.mark.parametrize("desviacion", [0.0, 0.18])
def test_no_tiene_sesgo_y_su_intervalo_cubre_lo_que_dice(cuantas: int, desviacion: float) -> None:
    pares = [(v.efecto, verdad) for v, verdad in juzgados(cuantas=cuantas, desviacion=desviacion) if v.efecto]
    assert len(pares) == VECES
    errores = np.array([efecto.logaritmo - verdad for efecto, verdad in pares])
    assert abs(errores.mean()) < 2.5 * errores.std() / np.sqrt(len(errores))
    cubre = [e.inferior_pct <= 100 * np.expm1(verdad) <= e.superior_pct for e, verdad in pares]
    assert 0.85 <= np.mean(cubre) <= 0.95


def test_sin_efecto_afirma_algo_a_lo_mas_una_de_cada_diez_veces() -> None:
    dichos = [v.dicho for v, _ in juzgados(cuantas=250, desviacion=0.0)]
    assert sum(d in (Dicho.SIRVE, Dicho.ESTORBA) for d in dichos) <= 0.10 * VECES


def test_con_un_efecto_grande_y_bastantes_publicaciones_lo_dice() -> None:
    ensayos, verdad = mundo(1, cuantas=1500, desviacion=0.18)
    veredicto = juzgar(ensayos)
    assert veredicto.dicho is Dicho.SIRVE
    assert veredicto.falta == ()
    assert veredicto.efecto is not None
    assert veredicto.efecto.inferior_pct < 100 * np.expm1(verdad) < veredicto.efecto.superior_pct


def test_descontar_lo_que_se_sabia_antes_estrecha_el_intervalo() -> None:
    ensayos, _ = mundo(3, cuantas=300, desviacion=0.18)
    a_ciegas = [replace(e, perfil="uno", antes=None, tipo="", largo=0) for e in ensayos]
    con, sin = estimar(ensayos), estimar(a_ciegas)
    assert con is not None and sin is not None
    assert con.error < 0.7 * sin.error


def test_lo_que_no_se_pudo_sortear_no_cuenta() -> None:
    ensayos, _ = mundo(5, cuantas=200, desviacion=0.18)
    fijas = [
        Ensayo(perfil="perfil-0", valor=1e6, probabilidad=1.0, candidatas=1, la_mejor=True),
        Ensayo(perfil="perfil-0", valor=1e6, probabilidad=1.0, candidatas=50, la_mejor=True),
    ]
    assert estimar([*ensayos, *fijas]) == estimar(ensayos)


@pytest.mark.parametrize(("la_mejor", "probabilidad"), [(True, 0.902), (False, 0.002)])
def test_de_la_probabilidad_escrita_se_sabe_cuanto_se_sorteaba(la_mejor: bool, probabilidad: float) -> None:
    ensayo = Ensayo(perfil="x", valor=1, probabilidad=probabilidad, candidatas=50, la_mejor=la_mejor)
    assert ensayo.azar == pytest.approx(0.1)


def test_con_una_sola_de_un_lado_no_hay_con_que_comparar() -> None:
    mejores = [Ensayo(perfil="x", valor=v, probabilidad=0.91, candidatas=10, la_mejor=True) for v in (1, 2, 3)]
    otra = Ensayo(perfil="x", valor=1, probabilidad=0.01, candidatas=10, la_mejor=False)
    assert estimar([]) is None
    assert estimar([*mejores, otra]) is None
    assert estimar([*mejores, otra, otra]) is not None


def test_si_todas_responden_igual_el_efecto_es_cero() -> None:
    iguales = [
        Ensayo(perfil="x", valor=7, probabilidad=0.91 if m else 0.01, candidatas=10, la_mejor=m)
        for m in [True] * 30 + [False] * 4
    ]
    efecto = estimar(iguales)
    assert efecto is not None
    assert (efecto.ganancia_pct, efecto.inferior_pct, efecto.superior_pct) == pytest.approx((0, 0, 0), abs=1e-6)
