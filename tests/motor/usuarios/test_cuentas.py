"""Las cuentas: siempre queda quien administre, aunque dos se lo quiten a la vez."""

from collections.abc import Callable

import pytest

from modelos import Base, Rol, Usuario
from motor.llavero import Llavero
from motor.usuarios import claves, cuentas, enlaces, factor, primera
from motor.usuarios.cuentas import Cargo, NoSePuede
from motor.usuarios.enlaces import Para
from tests.conftest import RelojFijo
from tests.motor.usuarios.a_la_vez import a_la_vez
from tests.motor.usuarios.conftest import Crea

pytestmark = pytest.mark.dos_bases


def dejar(base: Base, reloj: RelojFijo, usuario: Usuario, hacer: str) -> Callable[[], None]:
    def dejarlo() -> None:
        with base.escribir() as sesion:
            suyo = sesion.get_one(Usuario, usuario.id)
            if hacer == "desactivar":
                cuentas.desactivar(sesion, suyo, ahora=reloj.ahora())
            else:
                cuentas.nombrar(sesion, suyo, [Cargo(Rol.LECTOR)], ahora=reloj.ahora())

    return dejarlo


@pytest.mark.parametrize("hacer", ["desactivar", "nombrar"])
def test_dos_que_dejan_el_mando_a_la_vez_no_lo_dejan_vacio(
    base: Base, reloj: RelojFijo, cuenta: Crea, hacer: str
) -> None:
    jefas = [cuenta(n, Rol.ADMINISTRADOR) for n in ("Julia", "Rosa")]
    dado = a_la_vez(*(dejar(base, reloj, j, hacer) for j in jefas))
    assert sorted(type(d).__name__ for d in dado) == ["NoSePuede", "NoneType"]
    with base.leer() as sesion:
        assert cuentas.hay_quien_administre(sesion)


def test_una_invitacion_sin_aceptar_no_cuenta_como_quien_administra(base: Base, reloj: RelojFijo, cuenta: Crea) -> None:
    """Ni la de instalación: quitarse una el mando dejaría el panel sin nadie."""
    primera.enlace_de_instalacion(base, reloj)
    julia = cuenta("Julia", Rol.ADMINISTRADOR)
    cuenta("Rosa", Rol.ADMINISTRADOR, entro=False)
    with pytest.raises(NoSePuede, match="única"):
        dejar(base, reloj, julia, "nombrar")()


def test_un_enlace_de_una_vez_usado_por_dos_a_la_vez_vale_para_uno(base: Base, reloj: RelojFijo, cuenta: Crea) -> None:
    ana = cuenta("Ana", Rol.EDITOR)
    with base.escribir() as sesion:
        camino = enlaces.crear(sesion, ana.id, Para.CLAVE, ahora=reloj.ahora())
    secreto = camino.rpartition("/")[2]

    def gastar() -> bool:
        with base.escribir() as sesion:
            return enlaces.gastar(sesion, secreto, ahora=reloj.ahora())

    assert sorted(a_la_vez(gastar, gastar), key=str) == [False, True]


def test_un_codigo_de_papel_usado_por_dos_a_la_vez_vale_para_uno(
    base: Base, reloj: RelojFijo, cuenta: Crea, llavero: Llavero
) -> None:
    ana = cuenta("Ana", Rol.EDITOR)
    de_papel, guardados = factor.nuevos_respaldos()
    with base.escribir() as sesion:
        factor.poner(sesion.get_one(Usuario, ana.id), factor.nuevo_secreto(), guardados, llavero=llavero)

    def usar() -> bool:
        with base.escribir() as sesion:
            suyo = sesion.get_one(Usuario, ana.id)
            return factor.vale(sesion, suyo, de_papel[0], llavero=llavero, ahora=reloj.ahora())

    assert sorted(a_la_vez(usar, usar), key=str) == [False, True]


@pytest.mark.parametrize("que", ["clave", "desactivar"])
def test_tras_otra_contrasena_o_al_ya_no_entrar_los_enlaces_pendientes_no_sirven(
    base: Base, reloj: RelojFijo, cuenta: Crea, que: str
) -> None:
    ana = cuenta("Ana", Rol.EDITOR)
    with base.escribir() as sesion:
        caminos = [enlaces.crear(sesion, ana.id, para, ahora=reloj.ahora()) for para in Para]
        suyo = sesion.get_one(Usuario, ana.id)
        if que == "clave":
            cuentas.poner_clave(sesion, suyo, claves.guardar("tres palabras sueltas"), ahora=reloj.ahora())
        else:
            cuentas.desactivar(sesion, suyo, ahora=reloj.ahora())
            cuentas.reactivar(sesion, suyo)
    with base.leer() as sesion:
        vistos = [enlaces.mirar(sesion, c.rpartition("/")[2], ahora=reloj.ahora()) for c in caminos]
    assert vistos == [None] * 3


def test_lo_que_no_se_ve_no_entra_en_un_nombre_ni_en_un_correo(base: Base, reloj: RelojFijo) -> None:
    with base.escribir() as sesion:
        nueva = cuentas.crear(
            sesion, " Ana\x00@SanJacinto.gob.mx\r\n", "Ana\r\nBcc: x\x00\u202e", [], ahora=reloj.ahora()
        )
    assert (nueva.correo, nueva.nombre) == ("ana@sanjacinto.gob.mx", "Ana Bcc: x")


@pytest.mark.parametrize("correo", ["", "ana", "ana@", "a b@c.mx", "ana@x.mx, otra@x.mx", "<ana@x.mx>"])
def test_lo_que_no_es_un_correo_se_dice(correo: str) -> None:
    with pytest.raises(NoSePuede, match="no parece"):
        cuentas.correo_valido(correo)
