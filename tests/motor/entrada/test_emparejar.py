"""Qué publicación es cada fila de un calendario que vuelve."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motor.entrada.decidir.emparejar import Conocida, Llegada, emparejar

LUNES = datetime(2026, 12, 7, 15, 0, tzinfo=UTC)


def conocida(id_, huella, fila, *, abierta=True, texto="Corte de agua en el Centro", dias=0, propia=True, plazo=None):
    return Conocida(id_, huella, fila, LUNES + timedelta(days=dias), abierta, texto, propia, hasta(dias, plazo))


def llegada(numero, huella, id_=None, *, texto="Corte de agua en el Centro", dias=0, plazo=None):
    return Llegada(numero, huella, id_, LUNES + timedelta(days=dias), texto, hasta(dias, plazo))


def hasta(dias, plazo):
    """Hasta cuándo se elige la mejor hora, si se pidió con un plazo de tantos días."""
    return None if plazo is None else LUNES + timedelta(days=dias + plazo)


def parejas(llegadas, conocidas):
    return {n: c.id for n, c in emparejar(llegadas, conocidas).por_fila.items()}


@pytest.mark.parametrize(
    ("llegadas", "conocidas", "esperadas"),
    [
        # su id manda, aunque cambie todo y esté en otro lugar
        ([llegada(9, "z", 1, texto="Otra cosa", dias=5)], [conocida(1, "a", 2)], {9: 1}),
        ([llegada(2, "z", 1)], [conocida(1, "a", 7, propia=False)], {2: 1}),
        ([llegada(2, "z", 99)], [conocida(1, "a", 2)], {}),  # un id que no existe no es de nadie
        # idéntica, aunque se haya movido
        ([llegada(2, "nueva"), llegada(3, "a")], [conocida(1, "a", 2)], {3: 1}),
        # en su lugar, si pide la misma hora o se le parece
        ([llegada(2, "b", texto="Corregida")], [conocida(1, "a", 2)], {2: 1}),
        ([llegada(2, "b", dias=1, texto="Corte de agua en el Centro y el Barrio")], [conocida(1, "a", 2)], {2: 1}),
        ([llegada(2, "b", dias=9, texto="Feria del libro")], [conocida(1, "a", 2)], {}),
        # lo que ya salió sólo es lo mismo a la misma hora
        ([llegada(2, "b", dias=30)], [conocida(1, "a", 2, abierta=False)], {}),
        ([llegada(2, "b")], [conocida(1, "a", 2, abierta=False)], {2: 1}),
        # a la mejor hora: ya salió, y su plazo y su texto son casi los mismos
        ([llegada(2, "b", dias=1, plazo=7)], [conocida(1, "a", 2, plazo=7, abierta=False)], {2: 1}),
        ([llegada(2, "b", dias=8, plazo=7)], [conocida(1, "a", 2, plazo=7, abierta=False)], {}),
        (
            [llegada(2, "b", dias=1, plazo=7, texto="Feria del libro")],
            [conocida(1, "a", 2, plazo=7, abierta=False)],
            {},
        ),
        ([llegada(2, "b", dias=1, plazo=7, texto="Feria del libro")], [conocida(1, "a", 2, plazo=7)], {}),
        ([llegada(2, "b", plazo=7, texto="Feria del libro")], [conocida(1, "a", 2, plazo=7)], {2: 1}),
        ([llegada(2, "b", plazo=7)], [conocida(1, "a", 2)], {2: 1}),  # de una hora a la mejor
        # dos iguales son dos
        ([llegada(2, "a"), llegada(3, "a")], [conocida(1, "a", 2), conocida(2, "a", 3)], {2: 1, 3: 2}),
        ([llegada(2, "a"), llegada(3, "a")], [conocida(1, "a", 3)], {2: 1}),
    ],
)
def test_cada_fila_con_la_suya(llegadas, conocidas, esperadas):
    assert parejas(llegadas, conocidas) == esperadas


def test_las_que_no_vinieron_se_dicen_si_aun_no_salen():
    resultado = emparejar([llegada(5, "x", texto="Otra")], [
        conocida(1, "a", 2), conocida(2, "b", 3, abierta=False), conocida(3, "c", 4, propia=False),
    ])  # fmt: skip
    assert [c.id for c in resultado.ausentes] == [1]


_huellas = st.sampled_from("abcd")
_llegadas = st.lists(
    st.builds(llegada, st.just(0), _huellas, st.none() | st.integers(1, 6), dias=st.integers(0, 2)), max_size=6
).map(lambda filas: [Llegada(n, f.huella, f.id, f.programada_en, f.texto) for n, f in enumerate(filas, 2)])
_conocidas = st.lists(
    st.builds(conocida, st.just(0), _huellas, st.integers(2, 8), abierta=st.booleans(), dias=st.integers(0, 2)),
    max_size=6,
).map(lambda cs: [Conocida(i, c.huella, c.fila, c.programada_en, c.abierta, c.texto) for i, c in enumerate(cs, 1)])


@given(_llegadas, _conocidas)
def test_ninguna_publicacion_es_dos_filas_ni_se_pierde_de_vista(llegadas, conocidas):
    resultado = emparejar(llegadas, conocidas)
    usadas = [c.id for c in resultado.por_fila.values()]
    assert len(usadas) == len(set(usadas))
    abiertas = {c.id for c in conocidas if c.abierta}
    assert abiertas <= set(usadas) | {c.id for c in resultado.ausentes}
