"""La cola de la binomial negativa: qué tan raro es contar tanto.

Por el punto de silla de Lugannani y Rice, con la corrección de Daniels para conteos enteros: un par de logaritmos en
vez de una suma, y error de pocas milésimas en −log₁₀ p donde se decide (tests/motor/escucha/picos/test_binomial.py).
Fuente: H. E. Daniels, «Tail probability approximations», International Statistical Review 55 (1987), ec. 6.4.
"""

from math import erfc, exp, log, pi, sqrt

LN10 = log(10)
_LEJOS = 6.0  # desviaciones desde donde erfc se cambia por su serie: más allá de 38 sería cero
_CERCA = 1e-3
_RAIZ_DE_2 = sqrt(2.0)
_RAIZ_DE_2PI = sqrt(2.0 * pi)
_LN_RAIZ_DE_2PI = log(_RAIZ_DE_2PI)


def rareza(cuenta: float, media: float, exceso: float) -> float:
    """−log₁₀ P(X ≥ cuenta), con X de media `media` y varianza `media + exceso · media²`; 0 si no pasa de la media.

    Crece con `cuenta`. exceso y media: mayores que cero.
    """
    if cuenta <= media:
        return 0.0
    r = 1.0 / exceso
    mas = cuenta + r
    base = (media + r) / mas
    razon = cuenta * base / media  # e elevado al punto de silla: mayor que 1 porque la cuenta pasa de la media
    exponente = cuenta * log(razon) + r * log(base)
    if exponente < _CERCA:
        return 0.0  # a una centésima de desviación de la media no hay nada raro, y 1/u − 1/w se queda sin cifras
    w = sqrt(2.0 * exponente)
    u = (1.0 - 1.0 / razon) * sqrt(cuenta * mas * exceso)
    if w < _LEJOS:
        cola = 0.5 * erfc(w / _RAIZ_DE_2) + exp(-exponente) / _RAIZ_DE_2PI * (1.0 / u - 1.0 / w)
        return -log(cola) / LN10
    inverso = 1.0 / (w * w)
    mills = inverso * (1.0 - inverso * (3.0 - inverso * (15.0 - inverso * 105.0))) / w
    return (exponente + _LN_RAIZ_DE_2PI - log(1.0 / u - mills)) / LN10
