"""Frenar a quien prueba contraseñas, y nunca a su dueña."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func
from sqlmodel import select

from modelos import Base, IntentoDeEntrada
from motor.usuarios import freno
from motor.usuarios.freno import CUENTA, DIRECCION, PAREJA, Regla, Sitio
from tests.conftest import RelojFijo
from tests.motor.usuarios.a_la_vez import a_la_vez

CORREO = "ana@sanjacinto.gob.mx"


def probar(base: Base, reloj: RelojFijo, sitio: Sitio, correo: str = CORREO) -> timedelta:
    """Un intento malo; cuánto le dicen que espere."""
    with base.escribir() as sesion:
        return freno.intentar(sesion, correo, sitio, ahora=reloj.ahora()).falta


@given(st.sampled_from([PAREJA, DIRECCION, CUENTA]), st.integers(0, 10_000))
def test_se_espera_cada_vez_mas_y_nunca_mas_que_el_tope(regla: Regla, fallos: int) -> None:
    assert freno.espera(regla, fallos) <= freno.espera(regla, fallos + 1) <= regla.tope
    assert (freno.espera(regla, fallos) == timedelta()) == (fallos < regla.gratis)


def test_desde_mil_sitios_no_se_le_cierra_la_puerta_a_nadie(base: Base, reloj: RelojFijo) -> None:
    for n in range(60):
        probar(base, reloj, Sitio(f"10.0.{n}.1"))
    assert timedelta() < probar(base, reloj, Sitio("10.9.9.9")) <= timedelta(seconds=30)


def test_en_el_aparato_en_que_ya_entro_lo_que_otros_fallen_no_la_frena(base: Base, reloj: RelojFijo) -> None:
    """También si el panel ve a todos con la misma dirección, por un proxy mal puesto."""
    for _ in range(60):
        probar(base, reloj, Sitio("10.0.0.1"))
    assert probar(base, reloj, Sitio("10.0.0.1")) > timedelta()
    assert probar(base, reloj, Sitio("10.0.0.1", aparato="el suyo")) == timedelta()


def test_en_ese_aparato_tampoco_se_prueba_sin_freno(base: Base, reloj: RelojFijo) -> None:
    esperas = [probar(base, reloj, Sitio("10.0.0.1", aparato="el suyo")) for _ in range(6)]
    assert esperas[:5] == [timedelta()] * 5
    assert esperas[5] > timedelta()


def test_probar_muchas_cuentas_desde_un_sitio_tambien_se_frena(base: Base, reloj: RelojFijo) -> None:
    esperas = [probar(base, reloj, Sitio("10.0.0.1"), f"{n}@sanjacinto.gob.mx") for n in range(31)]
    assert esperas[-1] > timedelta()


def test_en_ipv6_cuenta_la_red_de_la_casa(base: Base, reloj: RelojFijo) -> None:
    for n in range(5):
        probar(base, reloj, Sitio(f"2001:db8:1:2::{n}"))
    assert probar(base, reloj, Sitio("2001:db8:1:2:ffff::9")) > timedelta()
    assert probar(base, reloj, Sitio("2001:db8:1:3::1")) == timedelta()


def test_entrar_borra_lo_fallado_desde_ahi(base: Base, reloj: RelojFijo) -> None:
    aqui = Sitio("10.0.0.1")
    for _ in range(4):
        probar(base, reloj, aqui)
    with base.escribir() as sesion:
        bueno = freno.intentar(sesion, CORREO, aqui, ahora=reloj.ahora())
        freno.acertar(sesion, bueno, CORREO, aqui)
    assert [probar(base, reloj, aqui) for _ in range(5)] == [timedelta()] * 5


def test_lo_viejo_se_olvida_y_se_tira(base: Base, reloj: RelojFijo) -> None:
    for _ in range(6):
        probar(base, reloj, Sitio("10.0.0.1"))
    reloj.avanzar(2 * freno.VENTANA + timedelta(seconds=1))
    assert probar(base, reloj, Sitio("10.0.0.2")) == timedelta()
    with base.leer() as sesion:
        assert sesion.scalar(select(func.count()).select_from(IntentoDeEntrada)) == 3


@pytest.mark.dos_bases
def test_quien_manda_veinte_a_la_vez_no_prueba_veinte(base: Base, reloj: RelojFijo) -> None:
    esperas = a_la_vez(*[lambda: probar(base, reloj, Sitio("10.0.0.1"))] * 20)
    assert sum(e == timedelta() for e in esperas) == PAREJA.gratis
