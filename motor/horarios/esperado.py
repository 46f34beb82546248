"""Lo que se espera de una hora, según el mapa y el día que sea. Puro."""

import math
from dataclasses import dataclass

from motor.horarios.calendario import ClaseDeDia
from motor.horarios.mapa import Mapa

ENCOGE_EN_VACACIONES = 0.5
"""Qué parte de lo aprendido se da por buena en vacaciones escolares: nadie la ha medido, y es lo prudente."""

ENSANCHA_EN_VACACIONES = 1.5

LO_MENOS = -99.0
"""Por ciento: con menos, el logaritmo se iría al infinito por una diferencia que nadie nota."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Esperado:
    """En por ciento sobre la costumbre del perfil; el intervalo es del 90 %."""

    ganancia: float
    inferior: float
    superior: float


def esperado(mapa: Mapa, ranura: int, *, clase: ClaseDeDia = ClaseDeDia.ORDINARIO) -> Esperado:
    """ranura: de 0 a 167, ya la de un domingo si el día es festivo. En vacaciones, media ganancia y más duda."""
    ganancia, inferior, superior = (float(v[ranura]) for v in (mapa.ganancia, mapa.inferior, mapa.superior))
    if clase is not ClaseDeDia.VACACIONES:
        return Esperado(ganancia=ganancia, inferior=inferior, superior=superior)
    # En logaritmos, para que nada baje del -100 %.
    medio, abajo, arriba = (en_logaritmo(v) for v in (ganancia, inferior, superior))
    centro = medio * ENCOGE_EN_VACACIONES
    return Esperado(
        ganancia=_pct(centro),
        inferior=_pct(centro - (medio - abajo) * ENSANCHA_EN_VACACIONES),
        superior=_pct(centro + (arriba - medio) * ENSANCHA_EN_VACACIONES),
    )


def en_logaritmo(pct: float) -> float:
    """De por ciento a logaritmo, en que ganar y perder miden igual."""
    return math.log1p(max(pct, LO_MENOS) / 100)


def _pct(logaritmo: float) -> float:
    return 100 * math.expm1(logaritmo)
