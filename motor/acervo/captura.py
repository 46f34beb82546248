"""Cuándo se tomó una foto, según su cámara. Se lee antes de quitarle los metadatos; dónde se tomó no se lee nunca."""

import re
from datetime import date
from pathlib import Path

from PIL import Image

_IFD_EXIF, _TOMADA, _GUARDADA = 0x8769, 0x9003, 0x0132
_FECHA = re.compile(r"(\d{4})[:-](\d{2})[:-](\d{2})")
_LA_PRIMERA = 1990
"""Antes no había cámaras que lo dijeran: es un reloj sin poner."""


def fecha_de_captura(ruta: Path, *, hoy: date) -> str:
    """«2026-09-15»; vacía si la cámara no lo dice o dice algo imposible."""
    try:
        with Image.open(ruta) as imagen:
            exif = imagen.getexif()
            dicha = str(exif.get_ifd(_IFD_EXIF).get(_TOMADA) or exif.get(_GUARDADA) or "")
    except Exception:  # un EXIF mal hecho no impide guardar la foto
        return ""
    hallada = _FECHA.match(dicha)
    if hallada is None:
        return ""
    try:
        dia = date(int(hallada[1]), int(hallada[2]), int(hallada[3]))
    except ValueError:
        return ""
    return dia.isoformat() if dia.year >= _LA_PRIMERA and dia <= hoy else ""
