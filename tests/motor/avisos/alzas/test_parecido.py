"""Cuándo dos monitores ven la misma historia."""

import pytest

from motor.avisos.alzas.parecido import Rastro, agrupar, es_la_misma


def rastro(*mensajes: int, lugar: str = "", palabras: str = "") -> Rastro:
    return Rastro(mensajes=frozenset(mensajes), lugar=lugar, palabras=frozenset(palabras.split()))


@pytest.mark.parametrize(
    ("uno", "otro", "la_misma"),
    [
        (rastro(1, 2, 3, 4), rastro(1, 2, 3, 9, 8, 7, 6), True),  # tres de cuatro
        (rastro(1, 2, 3, 4, 5, 6, 7), rastro(1, 2, 3, 10, 11, 12, 13), False),  # tres de siete
        (rastro(1, 2), rastro(1, 2), False),  # dos no dicen nada
        (
            rastro(1, lugar="Centro", palabras="agua fuga calle"),
            rastro(2, lugar="Centro", palabras="agua fuga calle"),
            True,
        ),
        (rastro(1, lugar="Centro", palabras="agua fuga"), rastro(2, lugar="Centro", palabras="agua fuga"), False),
        (rastro(1, palabras="agua fuga calle"), rastro(2, palabras="agua fuga calle"), False),  # no se sabe dónde
        (rastro(), rastro(), False),
    ],
)
def test_cuándo_es_la_misma_historia(uno: Rastro, otro: Rastro, la_misma: bool) -> None:
    assert es_la_misma(uno, otro) is es_la_misma(otro, uno) is la_misma


def test_agrupar_une_a_los_que_une_un_tercero() -> None:
    assert agrupar([rastro(1, 2, 3), rastro(7, 8, 9), rastro(4, 5, 6), rastro(1, 2, 3, 4, 5, 6)]) == [[0, 2, 3], [1]]
