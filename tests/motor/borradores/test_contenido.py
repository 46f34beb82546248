"""Lo que se está escribiendo: se lee lo que sea que llegue, y nada se pierde por el camino."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motor.borradores.contenido import Contenido, Elegido, agregar, cambiar_medio, cambios, leer, mover, quitar

CUALQUIERA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda h: st.lists(h, max_size=3) | st.dictionaries(st.text(max_size=8), h, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*Contenido.__slots__, "otra"]), CUALQUIERA))
def test_lo_que_sea_se_lee_y_se_vuelve_a_leer_igual(datos: dict[str, Any]) -> None:
    leido = leer(datos)
    ida = leer(json.loads(json.dumps(leido.como_json())))
    assert cambios(leido, ida) == ()
    assert "\0" not in leido.texto


def con(*ids: int) -> Contenido:
    return Contenido(medios=tuple(Elegido(i, f"alt {i}") for i in ids))


def ids(contenido: Contenido) -> list[int]:
    return [m.id for m in contenido.medios]


@pytest.mark.parametrize(
    ("cual", "cuanto", "queda"),
    [(2, -1, [2, 1, 3]), (2, 1, [1, 3, 2]), (1, -1, [1, 2, 3]), (3, 5, [1, 2, 3]), (9, 1, [1, 2, 3])],
)
def test_mover_no_saca_ninguna(cual: int, cuanto: int, queda: list[int]) -> None:
    assert ids(mover(con(1, 2, 3), cual, cuanto)) == queda


def test_un_recorte_conserva_lo_que_se_dijo_de_la_original() -> None:
    assert cambiar_medio(con(1, 2), 2, 7).medios == (Elegido(1, "alt 1"), Elegido(7, "alt 2"))
    assert ids(agregar(quitar(con(1, 2), 1), [Elegido(2), Elegido(3)])) == [2, 3]


def test_de_que_pagina_viene_no_es_un_cambio() -> None:
    una, otra = Contenido(texto="a", aparato="x", sello=1), Contenido(texto="a", aparato="y", sello=9, version=3)
    assert cambios(una, otra) == ()
    assert cambios(una, Contenido(texto="b", hilo=True)) == ("texto", "hilo")
