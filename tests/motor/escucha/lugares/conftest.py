"""El catálogo que viene con Pregonero, armado una vez."""

from pathlib import Path

import pytest

from motor.escucha.lugares.catalogo import Catalogo

CARPETA = Path(__file__).parents[4] / "config" / "lugares"


@pytest.fixture(scope="package")
def carpeta() -> Path:
    return CARPETA


@pytest.fixture(scope="package")
def catalogo(carpeta: Path) -> Catalogo:
    return Catalogo.abrir(carpeta)
