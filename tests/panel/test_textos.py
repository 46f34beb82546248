"""El catálogo: todo lo que se lee pasa por él, y otro idioma es sólo otro archivo."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from modelos import Rol
from panel import textos
from panel.plantillas import CARPETA
from panel.textos.reunir import PLANTILLA, reunidos
from tests.panel.personas import Persona

PLANTILLAS = sorted(CARPETA.rglob("*.html"))
_ETIQUETA = re.compile(r"<[^>]*>?|[^<]*>", re.DOTALL)
_HOJA_DE_ESTILO = re.compile(r"<style>.*?</style>", re.DOTALL)
_LEIDO = re.compile(r"(?:placeholder|aria-label|title|alt|data-confirmar)=\"[^\"{]*[a-záéíóúñ]{3,}", re.IGNORECASE)
_NOMBRES_PROPIOS = re.compile(r"Pregonero|&\w+;|&#\d+;")


def sueltos(plantilla: Path) -> Iterator[str]:
    """Lo que se lee en una plantilla sin pasar por el catálogo."""
    fuente = plantilla.read_text(encoding="utf-8")
    arbol = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True).parse(fuente)
    # Las expresiones de dentro de una etiqueta la parten: se juntan los pedazos antes de quitarlas.
    seguido = "".join(
        pieza.data if isinstance(pieza, nodes.TemplateData) else "·"
        for salida in arbol.find_all(nodes.Output)
        for pieza in salida.nodes
    )
    yield from (m[0] for m in _LEIDO.finditer(seguido))
    for trozo in _ETIQUETA.split(_HOJA_DE_ESTILO.sub("", seguido)):
        limpio = _NOMBRES_PROPIOS.sub("", trozo)
        if re.search(r"[A-Za-zÁÉÍÓÚÑáéíóúñ]{3,}", limpio):
            yield limpio.strip()


@pytest.mark.parametrize("plantilla", PLANTILLAS, ids=lambda p: p.relative_to(CARPETA).as_posix())
def test_todo_lo_que_se_lee_en_una_plantilla_pasa_por_el_catalogo(plantilla: Path) -> None:
    assert list(sueltos(plantilla)) == []


def test_el_catalogo_esta_al_dia() -> None:
    assert PLANTILLA.read_bytes() == reunidos(), "Rehágalo con: make textos"


@pytest.fixture
def en_otro_idioma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Una carpeta con un solo texto traducido al náhuatl."""
    (tmp_path / "nah").mkdir()
    (tmp_path / "nah" / "panel.po").write_text(
        'msgid ""\nmsgstr ""\n\nmsgid "Más"\nmsgstr "Ocachi"\n', encoding="utf-8"
    )
    monkeypatch.setattr(textos, "CARPETA", tmp_path)
    yield "nah"
    textos.usar()


def test_otro_idioma_es_otro_archivo_y_lo_que_le_falte_sale_en_espanol(
    persona: Callable[..., Persona], en_otro_idioma: str
) -> None:
    alguien = persona(Rol.LECTOR)
    textos.usar(en_otro_idioma)
    html = alguien.ver("/mas").text
    assert "<h1>Ocachi</h1>" in html
    assert "Calendario" in html


def test_un_idioma_que_no_hay_dice_cuales_hay() -> None:
    with pytest.raises(textos.SinCatalogo, match="Hay: es_MX"):
        textos.usar("fr")
