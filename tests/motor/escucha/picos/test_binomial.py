import math

import pytest

from motor.escucha.picos.binomial import rareza

CASOS = [(m, a) for m in (0.02, 0.3, 1.0, 7.0, 60.0) for a in (0.003, 0.1, 0.5, 1.0, 3.0)]


def exacta(cuenta: int, media: float, exceso: float) -> float:
    """−log₁₀ P(X ≥ cuenta), sumando término por término desde el primero."""
    r = 1 / exceso
    q = media / (media + r)
    termino = math.exp(
        math.lgamma(cuenta + r) - math.lgamma(cuenta + 1) - math.lgamma(r) + cuenta * math.log(q) + r * math.log1p(-q)
    )
    suma, k = 0.0, cuenta
    while termino > suma * 1e-12:
        suma += termino
        termino *= q * (k + r) / (k + 1)
        k += 1
    return -math.log10(suma)


@pytest.mark.parametrize(("media", "exceso"), CASOS)
def test_la_cola_es_la_de_la_binomial_negativa(media: float, exceso: float) -> None:
    desvio = math.sqrt(media + exceso * media * media)
    for desvios in (1.5, 2, 3, 5, 8):
        cuenta = math.ceil(media + desvios * desvio)
        assert rareza(cuenta, media, exceso) == pytest.approx(exacta(cuenta, media, exceso), abs=0.08)


@pytest.mark.parametrize(("media", "exceso"), CASOS)
def test_la_rareza_crece_con_la_cuenta_hasta_lo_absurdo(media: float, exceso: float) -> None:
    cuentas = [media * 1.0001**k for k in range(400)] + [media + 1.3**k for k in range(100)]
    rarezas = [rareza(x, media, exceso) for x in sorted(cuentas)]
    assert rarezas == sorted(rarezas)
    assert all(math.isfinite(x) for x in rarezas)


def test_lo_que_no_pasa_de_la_media_no_es_raro() -> None:
    assert rareza(0, 0.1, 0.3) == 0
    assert rareza(5, 5, 0.3) == 0
