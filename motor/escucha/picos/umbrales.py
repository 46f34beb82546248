"""Del presupuesto (falsas alarmas por monitor y mes) al umbral de cada detector.

Calibrado en datos sin picos, nunca con etiquetas: con picos dentro el umbral sale mal (2.6 al mes en los tranquilos).
"""

from bisect import bisect_left
from functools import lru_cache
from math import exp, isfinite, log

from motor.escucha.picos.instantes import ErrorDePicos

PRESUPUESTO = 1.0
"""Falsas alarmas por monitor y mes, si nadie dice otra cosa."""

_ESCASO = (
    # 300 monitores limpios del generador (semillas 1000-1149 y 5000-5149): alarmas por monitor y mes → umbral.
    *((0.14, 4.9), (0.23, 4.3), (0.41, 3.7), (0.71, 3.2), (1.0, 2.97), (1.4, 2.7), (2.15, 2.4), (3.1, 2.15)),
    *((7.1, 1.6), (10.1, 1.35)),
)
_DENSO = (
    # Media geométrica de cinco series de tuits y de series limpias a cinco minutos. Un presupuesto de 1 es el umbral
    # con que suena una vez a la semana en tuits de verdad, contando las ciertas; lo demás, en proporción.
    *((0.11, 3.0), (0.2, 2.0), (0.42, 1.5), (0.71, 1.2), (1.0, 1.05), (1.6, 0.85), (2.2, 0.7), (3.2, 0.5), (6.4, 0.3)),
)


@lru_cache(maxsize=64)
def umbral_escaso(falsas_al_mes: float) -> float:
    return _interpolado(_ESCASO, falsas_al_mes)


@lru_cache(maxsize=64)
def umbral_denso(falsas_al_mes: float) -> float:
    return _interpolado(_DENSO, falsas_al_mes)


def _interpolado(tabla: tuple[tuple[float, float], ...], falsas_al_mes: float) -> float:
    """Recta por trozos en logaritmos; fuera de la tabla sigue el trozo del borde, así que nunca deja de bajar."""
    if not (isfinite(falsas_al_mes) and falsas_al_mes > 0):
        raise ErrorDePicos(f"El presupuesto es {falsas_al_mes:g} falsas alarmas al mes: debe ser mayor que cero.")
    k = min(max(bisect_left(tabla, (falsas_al_mes, 0.0)), 1), len(tabla) - 1)
    (n0, u0), (n1, u1) = tabla[k - 1], tabla[k]
    parte = log(falsas_al_mes / n0) / log(n1 / n0)
    return exp(log(u0) + parte * log(u1 / u0))
