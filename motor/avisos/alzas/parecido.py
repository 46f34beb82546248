"""Cuándo dos monitores ven la misma historia. Puro."""

from collections.abc import Sequence
from dataclasses import dataclass

PARTE_COMUN = 0.5
"""Si al menos la mitad de los mensajes del que tiene menos los cuenta también el otro, es la misma historia."""
MINIMO_COMUN = 3
"""Con uno o dos mensajes en común la proporción no dice nada."""
PALABRAS_COMUNES = 3
"""Si nombran el mismo lugar y comparten tres de sus palabras nuevas, también: mensajes distintos de lo mismo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rastro:
    """Lo que un monitor cuenta en el alza: sus mensajes, el lugar más nombrado («»: no se sabe) y sus palabras
    nuevas.
    """

    mensajes: frozenset[int]
    lugar: str = ""
    palabras: frozenset[str] = frozenset()


def es_la_misma(uno: Rastro, otro: Rastro) -> bool:
    comunes = len(uno.mensajes & otro.mensajes)
    menor = min(len(uno.mensajes), len(otro.mensajes))
    if comunes >= MINIMO_COMUN and comunes >= PARTE_COMUN * menor:
        return True
    mismo_lugar = uno.lugar != "" and uno.lugar == otro.lugar
    return mismo_lugar and len(uno.palabras & otro.palabras) >= PALABRAS_COMUNES


def agrupar(rastros: Sequence[Rastro]) -> list[list[int]]:
    """Las posiciones de los que ven la misma historia, juntas; cada grupo, en el orden en que llegaron."""
    grupos: list[list[int]] = []
    for n, rastro in enumerate(rastros):
        tocados = [g for g in grupos if any(es_la_misma(rastros[i], rastro) for i in g)]
        unidos = sorted([n, *(i for g in tocados for i in g)])
        grupos = [g for g in grupos if g not in tocados] + [unidos]
    return sorted(grupos)
