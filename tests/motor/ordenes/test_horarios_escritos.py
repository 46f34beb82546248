"""`horarios.toml`, visto desde quien instala: la muestra se pone sola, manda lo escrito, y lo mal escrito se dice."""

from datetime import timedelta
from pathlib import Path

from motor.entorno import Entorno
from motor.horarios.reglas import ReglasDeHorarios
from tests.motor.ordenes.conftest import Orden


def test_lo_escrito_en_la_carpeta_de_la_oficina_manda(entorno_de_la_orden: Entorno, tmp_path: Path) -> None:
    assert entorno_de_la_orden.horarios() == ReglasDeHorarios()
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "horarios.toml").write_text("[general]\nplazo_dias = 3\n", encoding="utf-8")
    assert entorno_de_la_orden.horarios().generales.plazo == timedelta(days=3)


def test_el_diagnostico_dice_que_corregir(pregonero: Orden, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    archivo = tmp_path / "config" / "horarios.toml"
    archivo.write_text("[general]\nplaso_dias = 3\n", encoding="utf-8")
    assert "[general] no existe «plaso_dias». ¿Quiso decir «plazo_dias»?" in pregonero("diagnostico").stdout
    pregonero("perfiles", "agregar", "m-centro", "--red", "memoria")
    archivo.write_text("[perfil.m-sentro]\nazar = 0\n", encoding="utf-8")
    assert "[perfil.m-sentro] no es de ningún perfil. ¿Quiso decir «m-centro»?" in pregonero("diagnostico").stdout
