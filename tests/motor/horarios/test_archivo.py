"""`horarios.toml` se lee otra vez en cuanto cambia; mal escrito, se sigue con lo de antes."""

import logging
import os
from datetime import timedelta
from pathlib import Path

import pytest

from motor.horarios.archivo import ArchivoDeHorarios, leer_archivo
from motor.horarios.reglas import ReglasDeHorarios
from motor.horarios.reglas_escritas import HorariosMalEscritos


def escribir(ruta: Path, escrito: str, *, segundo: int) -> None:
    """Con otra fecha cada vez: dos escrituras seguidas pueden caer en el mismo instante del disco."""
    ruta.write_text(escrito, encoding="utf-8")
    os.utime(ruta, (segundo, segundo))


@pytest.fixture
def ruta(tmp_path: Path) -> Path:
    return tmp_path / "horarios.toml"


def test_sin_archivo_valen_las_de_omision(ruta: Path) -> None:
    assert ArchivoDeHorarios(ruta)() == ReglasDeHorarios()


def test_lo_que_se_cambia_vale_sin_reiniciar_y_quitarlo_tambien(ruta: Path) -> None:
    horarios = ArchivoDeHorarios(ruta)
    escribir(ruta, "[general]\nplazo_dias = 3", segundo=1)
    assert horarios().generales.plazo == timedelta(days=3)
    escribir(ruta, "[general]\nplazo_dias = 5", segundo=2)
    assert horarios().generales.plazo == timedelta(days=5)
    ruta.unlink()
    assert horarios() == ReglasDeHorarios()


def test_mal_escrito_se_sigue_con_lo_de_antes_y_se_dice_una_vez(ruta: Path, caplog: pytest.LogCaptureFixture) -> None:
    horarios = ArchivoDeHorarios(ruta)
    escribir(ruta, "[general]\nplazo_dias = 3", segundo=1)
    antes = horarios()
    escribir(ruta, "[general]\nplazo_dias = nunca", segundo=2)
    assert [horarios(), horarios()] == [antes, antes]
    (dicho,) = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert "renglón 2" in dicho.getMessage()
    assert dicho.getMessage().endswith("Se sigue con lo de antes.")
    escribir(ruta, "[general]\nplazo_dias = 4", segundo=3)
    assert horarios().generales.plazo == timedelta(days=4)


def test_una_seccion_de_nadie_se_avisa_y_lo_demas_vale(ruta: Path, caplog: pytest.LogCaptureFixture) -> None:
    escribir(ruta, "[general]\nplazo_dias = 3\n[perfil.dff]\nazar = 0", segundo=1)
    horarios = ArchivoDeHorarios(ruta, perfiles=lambda: ["dif"])
    assert horarios().generales.plazo == timedelta(days=3)
    assert "[perfil.dff] no es de ningún perfil. ¿Quiso decir «dif»?" in caplog.text


def test_un_archivo_que_no_es_utf8_lo_dice(ruta: Path) -> None:
    ruta.write_bytes("organización".encode("latin-1"))
    with pytest.raises(HorariosMalEscritos, match="no está guardado en UTF-8"):
        leer_archivo(ruta)
