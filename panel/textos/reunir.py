"""Reunir en `panel.pot` todo lo que se lee en el panel: `python -m panel.textos.reunir`."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from panel.textos import CARPETA

PLANTILLA = CARPETA / "panel.pot"
_RAIZ = CARPETA.parent
_METODOS = [("**.py", "python"), ("**.html", "jinja2")]
_OPCIONES = {
    "**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false", "extensions": "jinja2.ext.do"}
}
_PALABRAS = {"_": None, "n_": (1, 2), "gettext": None, "ngettext": (1, 2)}


def reunidos() -> bytes:
    """El catálogo, sin fecha ni renglones: sólo cambia cuando cambia un texto."""
    catalogo = Catalog(project="Pregonero", charset="utf-8", fuzzy=False)
    for archivo, _linea, texto, comentarios, contexto in extract_from_dir(
        _RAIZ, _METODOS, _OPCIONES, keywords=_PALABRAS, strip_comment_tags=True
    ):
        donde = Path(archivo).as_posix()
        catalogo.add(texto, None, [(donde, 0)], auto_comments=comentarios, context=contexto)
    salida = BytesIO()
    write_po(salida, catalogo, sort_output=True, include_lineno=False, omit_header=True, width=120)
    return salida.getvalue()


if __name__ == "__main__":
    PLANTILLA.write_bytes(reunidos())
