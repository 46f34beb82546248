"""Mandar cualquier cosa a cada página y cada formulario, como quien administra: puede no valer, nunca rompe."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from modelos import Perfil, Rol
from panel.entorno import EntornoDelPanel
from panel.plantillas import CARPETA
from tests.panel.muestras import Muestras, sembrar
from tests.panel.personas import Persona
from tests.panel.test_rutas import Ruta, rutas_de

EJEMPLOS = 2
"""Por página y por formulario."""
_NOMBRE = re.compile(r'\bname="(\w+:?)')
_DEJAN_FUERA = frozenset({"POST /salir", "GET /vivo"})
"""Cierran la sesión con que se prueba, o no acaban."""

RAROS: Sequence[str] = (
    "", "0", "-1", "1", "2", "²", "٣", "9" * 30, "9" * 5000, "1e999", "nan", "inf", "1:2:3", "editor:" + "9" * 5000,
    "\0", "a\0b", "\r\nX-Otra: 1", "<script>alert(1)</script>", "</script>", "{{7*7}}", "'\"--", "%00",
    "../../etc/passwd", "=cmd|' /C calc'!A0", "ñandú 👩🏽‍🚒", "\u202e\u2066", "a" * 3000,
    "2026-11-30", "9999-12-31", "0001-01-01", "2026-02-30", "25:61",
    "9999-12-31T23:59", "0001-01-01T00:00", "mejor hora antes del viernes",
    "javascript:alert(1)", "https://[", "https://user:pw@127.0.0.1/", "memoria", "on", "aprobar", "hora", "mejor",
    "ya", "pico", "todo", "quitar:1", "recortar:1:1:1", "recortar:1:4:5",
    "1:" + "a" * 64, "²:x", "[1,2]", '{"a":' * 400, "lector:0",
)  # fmt: skip


def _nombres(carpeta: Path) -> list[str]:
    """Los campos que llevan nuestros formularios."""
    hallados = {n for hoja in carpeta.rglob("*.html") for n in _NOMBRE.findall(hoja.read_text(encoding="utf-8"))}
    return sorted(n + ("1" if n.endswith(":") else "") for n in hallados - {"csrf"})


_CAMPOS = st.dictionaries(
    st.sampled_from([*_nombres(CARPETA), "publicacion", "borrador", "medio", "perfil", "antes", "pagina", "id"]),
    st.one_of(st.lists(st.sampled_from(RAROS), min_size=1, max_size=3), st.text(max_size=30).map(lambda t: [t])),
    min_size=1,
    max_size=14,
)


@pytest.fixture
def todas(app: FastAPI) -> list[Ruta]:
    return [r for r in rutas_de(app.routes) if not r.de_api and str(r) not in _DEJAN_FUERA]


@pytest.fixture
def ajenas(panel: EntornoDelPanel, perfil_de: Callable[..., Perfil]) -> Muestras:
    return sembrar(panel, ajeno=perfil_de(), otro=perfil_de())


def test_nada_de_lo_que_se_escriba_en_un_formulario_rompe_una_pagina(
    todas: list[Ruta], ajenas: Muestras, persona: Callable[..., Persona]
) -> None:
    alguien = persona(Rol.ADMINISTRADOR)
    ficha = {"x-csrf-token": alguien.ficha()}
    for ruta in todas:
        _acosar(ruta, alguien, ajenas.valores, ficha)


@pytest.mark.parametrize("numero", ["9" * 30, "9" * 5000, "1%00", "%ff"])
def test_un_numero_imposible_en_el_camino_no_es_de_nada(
    numero: str, todas: list[Ruta], ajenas: Muestras, persona: Callable[..., Persona]
) -> None:
    alguien = persona(Rol.ADMINISTRADOR)
    ficha = {"x-csrf-token": alguien.ficha()}
    con_algo = [r for r in todas if r.parametros]
    contestadas = {str(r): r.pedida(alguien.cliente, dict.fromkeys(ajenas.valores, numero), ficha) for r in con_algo}
    assert {r: codigo for r, codigo in contestadas.items() if codigo >= 500} == {}


def _acosar(ruta: Ruta, alguien: Persona, valores: dict[str, str], ficha: dict[str, str]) -> None:
    @seed(5)
    @settings(max_examples=EJEMPLOS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(campos=_CAMPOS)
    def acosar(campos: dict[str, list[str]]) -> None:
        como = "data" if ruta.cambia else "params"
        respuesta = alguien.cliente.request(
            ruta.metodo, ruta.con(valores), headers=ficha, follow_redirects=False, **{como: campos}
        )
        assert respuesta.status_code < 500, ruta

    acosar()
