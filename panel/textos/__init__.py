"""El catálogo de textos. El español es el idioma de origen: lo que va entre `_( )` en plantillas y páginas.

`panel.pot` los reúne todos (se rehace con `make textos`); otro idioma es `textos/<idioma>/panel.po` y
`PREGONERO_IDIOMA=<idioma>`.
"""

from gettext import NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CARPETA = Path(__file__).parent
ORIGEN = "es_MX"

_vigente = NullTranslations()


def usar(idioma: str = ORIGEN) -> NullTranslations:
    """Elegir el idioma de este proceso. Lanza FileNotFoundError si no hay catálogo de ese idioma."""
    global _vigente
    _vigente = NullTranslations() if idioma == ORIGEN else _leido(CARPETA / idioma / "panel.po")
    return _vigente


def _leido(ruta: Path) -> NullTranslations:
    from gettext import GNUTranslations
    from io import BytesIO

    compilado = BytesIO()
    with ruta.open("rb") as archivo:
        write_mo(compilado, read_po(archivo))
    compilado.seek(0)
    return GNUTranslations(compilado)


def _(texto: str) -> str:
    return _vigente.gettext(texto)


def n_(uno: str, varios: str, cuantos: int) -> str:
    return _vigente.ngettext(uno, varios, cuantos)
