"""Qué movimientos existen. La tabla se copia aquí a mano: cambiarla debe doler un poco."""

from itertools import product

import pytest

from modelos.estados import DUDOSOS, EDITABLES, EN_VUELO, MOVIMIENTOS, TERMINALES, Estado, puede_pasar

PERMITIDOS = {
    "programada": "reclamada cancelada vencida retenida por_decidir publicada",
    "reclamada": "enviando programada retenida fallida por_decidir publicada",
    "enviando": "publicada programada en_duda fallida",
    "en_duda": "publicada programada por_decidir fallida",
    "por_decidir": "publicada programada cancelada",
    "retenida": "programada cancelada vencida",
    "fallida": "programada cancelada",
    "cancelada": "programada",
    "vencida": "programada",
    "publicada": "",
}


@pytest.mark.parametrize(("de", "a"), list(product(Estado, Estado)))
def test_solo_existen_los_movimientos_de_la_tabla(de: Estado, a: Estado) -> None:
    assert puede_pasar(de, a) is (a.value in PERMITIDOS[de.value].split())


def test_lo_publicado_es_para_siempre() -> None:
    assert MOVIMIENTOS[Estado.PUBLICADA] == frozenset()


def test_lo_que_pudo_salir_nunca_vuelve_a_la_fila_sin_pasar_por_la_duda_o_por_un_no_seguro() -> None:
    """A PROGRAMADA se llega desde ENVIANDO (la red dijo que no), desde la duda resuelta o por una persona."""
    de_donde = {de for de in Estado if puede_pasar(de, Estado.PROGRAMADA)}
    assert de_donde == set(Estado) - {Estado.PROGRAMADA, Estado.PUBLICADA}


def test_nadie_envia_sin_haber_reclamado() -> None:
    assert [de for de in Estado if puede_pasar(de, Estado.ENVIANDO)] == [Estado.RECLAMADA]
    assert [de for de in Estado if puede_pasar(de, Estado.RECLAMADA)] == [Estado.PROGRAMADA]


def test_lo_que_esta_en_vuelo_o_en_duda_no_se_edita() -> None:
    assert not EDITABLES & (EN_VUELO | DUDOSOS | {Estado.PUBLICADA})


def test_desde_todo_estado_se_llega_a_un_final() -> None:
    alcanzan = set(TERMINALES)
    while nuevos := {de for de in Estado if MOVIMIENTOS[de] & alcanzan} - alcanzan:
        alcanzan |= nuevos
    assert alcanzan == set(Estado)
