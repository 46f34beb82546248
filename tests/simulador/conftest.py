import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from simulador.en_hilo import Simulador


@pytest.fixture
def sim() -> Iterator[Simulador]:
    with Simulador(semilla=1) as simulador:
        yield simulador


Dibujar = Callable[..., bytes]


@pytest.fixture
def dibujo() -> Dibujar:
    """Una imagen lisa de las medidas, el formato y el color que se pidan."""

    def dibujar(ancho: int = 800, alto: int = 800, *, formato: str = "JPEG", color: str = "teal") -> bytes:
        salida = io.BytesIO()
        Image.new("RGB", (ancho, alto), color).save(salida, formato)
        return salida.getvalue()

    return dibujar


@pytest.fixture
def video() -> bytes:
    """Lo justo para que parezca un MP4."""
    return b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 4000
