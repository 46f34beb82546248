"""La cola de la binomial negativa: qué tan raro es contar tanto.

P(X ≥ x) = I_q(x, r), la beta incompleta regularizada, con r = 1 / exceso y q = media / (media + r). Su fracción
continua converge en pocas vueltas justo donde interesa, por encima de la media.
Fuente: Abramowitz y Stegun, Handbook of Mathematical Functions (1964), 26.5.8 y 26.5.26.
"""

from math import exp, lgamma, log, log1p

LN10 = log(10)
_PRECISION = 1e-9
_VUELTAS = 500


def rareza(cuenta: float, media: float, exceso: float) -> float:
    """−log₁₀ P(X ≥ cuenta), con X de media `media` y varianza `media + exceso · media²`; 0 si no pasa de la media.

    Crece con `cuenta`. exceso: mayor que cero.
    """
    if cuenta <= media or cuenta <= 0.0:
        return 0.0
    r = 1.0 / exceso
    q = media / (media + r)
    if q <= 0.0:
        return 300.0
    logaritmo = lgamma(cuenta + r) - lgamma(cuenta) - lgamma(r) + cuenta * log(q) + r * log1p(-q)
    if q < (cuenta + 1.0) / (cuenta + r + 2.0):
        return -(logaritmo + log(_fraccion(cuenta, r, q) / cuenta)) / LN10
    cola = 1.0 - exp(logaritmo) * _fraccion(r, cuenta, 1.0 - q) / r
    return -log(max(cola, 1e-12)) / LN10


def _fraccion(a: float, b: float, x: float) -> float:
    """La fracción continua de I_x(a, b), por el algoritmo de Lentz."""
    ab = a + b
    d = 1.0 / (1.0 - ab * x / (a + 1.0))
    c = 1.0
    total = d
    for m in range(1, _VUELTAS):
        am = a + m + m
        termino = m * (b - m) * x / ((am - 1.0) * am)
        d = 1.0 / (1.0 + termino * d)
        c = 1.0 + termino / c
        total *= d * c
        termino = -(a + m) * (ab + m) * x / (am * (am + 1.0))
        d = 1.0 / (1.0 + termino * d)
        c = 1.0 + termino / c
        cambio = d * c
        total *= cambio
        if -_PRECISION < cambio - 1.0 < _PRECISION:
            break
    return total
