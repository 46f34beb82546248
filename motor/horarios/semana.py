"""La semana de un perfil, hora por hora, dicha sin presumir: qué se sabe con certeza y qué sólo parece. Pura."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from motor.horarios.mapa import SEMANA, Mapa

APENAS = 3.0
"""Menos de esto, en por ciento, no es una diferencia: es la costumbre del perfil."""

_CUARTOS = (0, 15, 30, 45)


class Vale(StrEnum):
    """MEJOR y PEOR: el intervalo del 90 % entero cae de ese lado. QUIZA: todavía cabe que no cambie nada."""

    MEJOR = "mejor"
    QUIZA_MEJOR = "quizá mejor"
    PAREJA = "como siempre"
    QUIZA_PEOR = "quizá peor"
    PEOR = "peor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hora:
    """Una de las 168. callada: la oficina no quiere que se elija. puesto: 1 la mejor; 0 si no es de las primeras."""

    ranura: int
    ganancia: float
    inferior: float
    superior: float
    vale: Vale
    callada: bool
    puesto: int = 0

    @property
    def dia(self) -> int:
        return self.ranura // 24

    @property
    def hora(self) -> int:
        return self.ranura % 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Semana:
    """horas: las 168, en orden. mejores: las primeras entre las que se pueden elegir. peor: None si no hay ninguna."""

    horas: Sequence[Hora]
    mejores: Sequence[Hora]
    peor: Hora | None

    @property
    def algo_es_seguro(self) -> bool:
        """Si de alguna hora que se puede elegir ya se sabe de qué lado cae."""
        return any(h.vale in (Vale.MEJOR, Vale.PEOR) and not h.callada for h in self.horas)


def semana_de(mapa: Mapa, callar: tuple[time, time] | None, *, cuantas: int = 5) -> Semana:
    """cuantas: de cuántas mejores se lleva cuenta. A iguales, la más temprana en la semana."""
    posibles = [r for r in range(SEMANA) if not es_callada(r % 24, callar)]
    orden = sorted(posibles, key=lambda r: -mapa.ganancia[r])
    puestos = {ranura: i for i, ranura in enumerate(orden[:cuantas], 1)}
    horas = [_hora(mapa, r, callada=es_callada(r % 24, callar), puesto=puestos.get(r, 0)) for r in range(SEMANA)]
    return Semana(
        horas=horas,
        mejores=[horas[r] for r in orden[:cuantas]],
        peor=horas[min(posibles, key=lambda r: mapa.ganancia[r])] if posibles else None,
    )


def mejor_ranura(mapa: Mapa, callar: tuple[time, time] | None) -> int:
    """La de mayor ganancia entre las que se pueden elegir (entre todas, si se callan todas); a iguales, la primera."""
    posibles = [r for r in range(SEMANA) if not es_callada(r % 24, callar)] or range(SEMANA)
    return max(posibles, key=lambda r: mapa.ganancia[r])


def es_callada(hora: int, callar: tuple[time, time] | None) -> bool:
    """Si en ninguno de los cuartos de esa hora se puede publicar. callar puede cruzar la medianoche."""
    if callar is None or callar[0] == callar[1]:
        return False
    desde, hasta = callar
    cuartos = [time(hora, minuto) for minuto in _CUARTOS]
    if desde < hasta:
        return all(desde <= c < hasta for c in cuartos)
    return all(c >= desde or c < hasta for c in cuartos)


def _hora(mapa: Mapa, ranura: int, *, callada: bool, puesto: int) -> Hora:
    ganancia, inferior, superior = mapa.ganancia[ranura], mapa.inferior[ranura], mapa.superior[ranura]
    return Hora(
        ranura=ranura,
        ganancia=ganancia,
        inferior=inferior,
        superior=superior,
        vale=_vale(ganancia, inferior, superior),
        callada=callada,
        puesto=puesto,
    )


def _vale(ganancia: float, inferior: float, superior: float) -> Vale:
    if inferior > 0:
        return Vale.MEJOR
    if superior < 0:
        return Vale.PEOR
    if abs(ganancia) < APENAS:
        return Vale.PAREJA
    return Vale.QUIZA_MEJOR if ganancia > 0 else Vale.QUIZA_PEOR
