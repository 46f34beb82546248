"""Los iconos en PNG, sacados de `icono.svg`: `python -m panel.dibujo` los vuelve a escribir.

Se guardan en el repositorio porque el motor de dibujo pesa y no hace falta para atender el panel.
"""

import re
from pathlib import Path

from panel.estaticos import CARPETA

_FONDO = re.compile(r"<rect [^>]*/>")
_VERDE = "#14532d"


def recortable(svg: str) -> str:
    """A sangre y con aire: el teléfono lo recorta en círculo, y sólo es seguro el 80 % del centro."""
    dentro = _FONDO.sub("", svg[svg.index(">") + 1 : svg.rindex("</svg>")])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="{_VERDE}"/>'
        f'<g transform="translate(3.8 3.8) scale(0.88)">{dentro}</g></svg>'
    )


def a_sangre(svg: str) -> str:
    """Sin esquinas: las redondea el teléfono."""
    return _FONDO.sub(f'<rect width="64" height="64" fill="{_VERDE}"/>', svg)


def insignia(svg: str) -> str:
    """Blanca y sin fondo: el teléfono sólo usa su silueta."""
    return _FONDO.sub("", svg).replace('stroke="#f4b400"', 'stroke="#fff"')


def dibujados(svg: str) -> dict[str, bytes]:
    """Cada archivo con su contenido."""
    encargos = {
        "icono-192.png": (svg, 192),
        "icono-512.png": (svg, 512),
        "icono-recortable-512.png": (recortable(svg), 512),
        "icono-180.png": (a_sangre(svg), 180),
        "insignia-96.png": (insignia(svg), 96),
    }
    return {nombre: _png(dibujo, lado) for nombre, (dibujo, lado) in encargos.items()}


def _png(svg: str, lado: int) -> bytes:
    import vl_convert

    con_medidas = svg.replace("<svg ", f'<svg width="{lado}" height="{lado}" ', 1)
    png: bytes = vl_convert.svg_to_png(con_medidas, scale=1.0)
    return png


def escribir(carpeta: Path = CARPETA) -> None:
    svg = (CARPETA / "icono.svg").read_text(encoding="utf-8")
    for nombre, contenido in dibujados(svg).items():
        (carpeta / nombre).write_bytes(contenido)


if __name__ == "__main__":
    escribir()
