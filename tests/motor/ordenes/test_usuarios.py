import re

from sqlalchemy import update

from modelos import Asiento
from motor.entorno import Entorno
from tests.motor.ordenes.conftest import Orden


def test_sin_nadie_se_dice_como_crear_a_quien_administra(pregonero: Orden) -> None:
    assert "pregonero usuarios enlace" in pregonero("usuarios").output
    assert re.search(r"/enlace/[\w-]{40,}", pregonero("usuarios", "enlace").output)
    assert "Todavía no hay nadie" in pregonero("usuarios").output


def test_invitar_ensena_un_enlace_y_la_cuenta_aparece_en_la_lista(pregonero: Orden) -> None:
    invitada = pregonero("usuarios", "invitar", "Ana@SanJacinto.gob.mx", "--rol", "coordinador", "--nombre", "Ana")
    assert re.search(r"/enlace/[\w-]{40,}", invitada.output)
    lista = pregonero("usuarios").output
    assert "ana@sanjacinto.gob.mx" in lista
    assert "coordinador" in lista
    assert pregonero("usuarios", "invitar", "ana@sanjacinto.gob.mx").exit_code == 1


def test_a_quien_ya_no_entra_no_se_le_da_enlace(pregonero: Orden) -> None:
    pregonero("usuarios", "invitar", "ana@sanjacinto.gob.mx")
    assert pregonero("usuarios", "desactivar", "ana@sanjacinto.gob.mx").exit_code == 0
    assert pregonero("usuarios", "enlace", "ana@sanjacinto.gob.mx").exit_code == 1
    assert "No hay ninguna cuenta" in pregonero("usuarios", "enlace", "nadie@sanjacinto.gob.mx").output


def test_la_orden_dice_si_alguien_toco_la_bitacora(pregonero: Orden, entorno_de_la_orden: Entorno) -> None:
    assert "vacía" in pregonero("usuarios", "bitacora", "--verificar").output
    pregonero("usuarios", "invitar", "ana@sanjacinto.gob.mx")
    assert "usuario invitado" in pregonero("usuarios", "bitacora").output
    assert "El último es el 1" in pregonero("usuarios", "bitacora", "--verificar").output
    with entorno_de_la_orden.base.escribir() as sesion:
        sesion.connection().exec_driver_sql("DROP TRIGGER asiento_no_update")
        sesion.execute(update(Asiento).values(quien="otro"))
    tocada = pregonero("usuarios", "bitacora", "--verificar")
    assert tocada.exit_code == 1
    assert "alguien tocó la base" in tocada.output
