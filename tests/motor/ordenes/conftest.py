import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from config.ajustes import cargar
from motor.__main__ import app
from motor.arranque import abrir_entorno
from motor.entorno import Entorno
from motor.ordenes.consola import consola

Orden = Callable[..., Result]


@pytest.fixture
def pregonero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plantilla_sqlite: Path, plantilla_de_escucha: Path
) -> Orden:
    """La orden `pregonero` en una carpeta donde ya se usó: con sus tablas, y nada en ellas."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "datos").mkdir(mode=0o700)
    for nombre, plantilla in (("pregonero.db", plantilla_sqlite), ("escucha.db", plantilla_de_escucha)):
        shutil.copy(plantilla, tmp_path / "datos" / nombre)

    def correr(*palabras: str, entrada: str = "") -> Result:
        return CliRunner().invoke(app, list(palabras), input=entrada, catch_exceptions=False)

    return correr


@pytest.fixture
def sin_estrenar(pregonero: Orden, tmp_path: Path) -> None:
    """La carpeta, vacía: la primera vez que alguien la usa."""
    shutil.rmtree(tmp_path / "datos")


@pytest.fixture
def pantalla_estrecha(pregonero: Orden, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ochenta columnas, como una consola sin ventanas."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(consola, "width", 80)


@pytest.fixture
def entorno_de_la_orden(pregonero: Orden, tmp_path: Path) -> Entorno:
    """El mismo entorno que abre la orden, para preparar y mirar por detrás."""
    return abrir_entorno(cargar(archivo=tmp_path / ".env"))


def leido(resultado: Result) -> Any:
    return json.loads(resultado.stdout)
