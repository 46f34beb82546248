"""El catálogo de textos. El español es el idioma de origen: lo que va entre `_( )` en plantillas y páginas.

`panel.pot` los reúne todos (se rehace con `make textos`). Otro idioma es una carpeta con su `panel.po`, y
`PREGONERO_IDIOMA` con su nombre.
"""

from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CARPETA = Path(__file__).parent
ORIGEN = "es_MX"

_vigente = NullTranslations()


class SinCatalogo(Exception):
    """No hay textos en ese idioma; el mensaje dice cuáles hay."""


def usar(idioma: str = ORIGEN) -> None:
    """Elegir el idioma de este proceso. Lanza SinCatalogo."""
    global _vigente
    _vigente = NullTranslations() if idioma == ORIGEN else _leido(idioma)


def _leido(idioma: str) -> NullTranslations:
    ruta = CARPETA / idioma / "panel.po"
    if not ruta.is_file():
        hay = ", ".join(sorted({ORIGEN, *(c.parent.name for c in CARPETA.glob("*/panel.po"))}))
        raise SinCatalogo(f"PREGONERO_IDIOMA={idioma}: no hay textos en ese idioma. Hay: {hay}.")
    compilado = BytesIO()
    with ruta.open("rb") as archivo:
        write_mo(compilado, read_po(archivo))
    compilado.seek(0)
    return GNUTranslations(compilado)


def _(texto: str) -> str:
    return _vigente.gettext(texto)


def n_(uno: str, varios: str, cuantos: int) -> str:
    return _vigente.ngettext(uno, varios, cuantos)
