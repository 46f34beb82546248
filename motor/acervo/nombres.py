"""Nombres de archivo que escribió otro, en condiciones de usarse en cualquier sistema. Puro."""

import re
import unicodedata

LARGO = 120
_PROHIBIDAS = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+')
_RESERVADOS = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")


def nombre_seguro(nombre: str, *, extension: str, respaldo: str = "archivo") -> str:
    """Ese nombre sin carpetas ni órdenes, con nuestra extensión y no la suya: el tipo lo dice el contenido."""
    tronco = re.split(r"[\\/]", unicodedata.normalize("NFC", nombre))[-1]
    punto = tronco.rfind(".")
    if punto > 0 and len(tronco) - punto <= 6:
        tronco = tronco[:punto]
    tronco = " ".join(_PROHIBIDAS.sub(" ", tronco).split()).strip(". ")[:LARGO].strip(". ")
    if not tronco or _RESERVADOS.match(tronco):
        tronco = respaldo
    return f"{tronco}{extension}"
