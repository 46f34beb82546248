from pathlib import Path

from modelos import Perfil
from motor.credenciales import poner
from motor.entorno import Entorno
from motor.llavero import Llavero
from motor.usuarios.bitacora import Autor
from tests.motor.ordenes.conftest import Orden


def test_girar_las_llaves_no_detiene_a_quien_publica(
    pregonero: Orden, entorno_de_la_orden: Entorno, tmp_path: Path
) -> None:
    pregonero("perfiles", "agregar", "m1", "--red", "memoria")
    llavero = Llavero.abrir(tmp_path / "datos" / "llaves")
    with entorno_de_la_orden.base.escribir() as sesion:
        perfil = sesion.get_one(Perfil, 1)
        poner(sesion, llavero, perfil, {"token": "una-palabra"}, autor=Autor("ana@x.mx"), ahora=perfil.creado_en)
    antes = (tmp_path / "datos" / "llaves" / "secretos.key").read_text()
    resultado = pregonero("llaves", "girar")
    assert resultado.exit_code == 0
    assert "Se volvió a cifrar lo guardado (1)" in resultado.stdout
    assert antes.strip() not in (tmp_path / "datos" / "llaves" / "secretos.key").read_text()
    assert pregonero("perfiles", "comprobar", "m1").exit_code == 0


def test_con_otra_llave_no_se_gira_y_se_dice(pregonero: Orden, entorno_de_la_orden: Entorno, tmp_path: Path) -> None:
    pregonero("perfiles", "agregar", "m1", "--red", "memoria")
    with entorno_de_la_orden.base.escribir() as sesion:
        perfil = sesion.get_one(Perfil, 1)
        otro = Llavero.abrir(tmp_path / "otras")
        poner(sesion, otro, perfil, {"token": "una-palabra"}, autor=Autor("ana@x.mx"), ahora=perfil.creado_en)
    resultado = pregonero("llaves", "girar")
    assert resultado.exit_code == 1
    assert "otra llave" in resultado.output
    comprobado = pregonero("perfiles", "comprobar", "m1")
    assert comprobado.exit_code == 1
    assert "se cifraron con otra llave" in comprobado.stdout
