"""Cambiar con qué correo se entra, y exigir el segundo factor a ciertos cargos."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from fastapi import FastAPI
from sqlmodel import col, select
from starlette.testclient import TestClient

from modelos import Correo, Rol, Sesion, Usuario
from motor.aprobaciones import personas
from motor.arranque import Oficina
from motor.avisos.correo import Servidor
from motor.usuarios import claves, cuentas
from panel.aplicacion import crear
from panel.entorno import EntornoDelPanel
from tests.conftest import RelojFijo
from tests.panel.personas import Persona, abrir_sesion, crear_usuario

CLAVE = "caballo grapa batería"
NUEVO = "ana.lopez@sanjacinto.gob.mx"
Entra = Callable[..., Persona]


@pytest.fixture
def oficina(oficina: Oficina) -> Oficina:
    servidor = Servidor(anfitrion="127.0.0.1", puerto=25, remitente="pregonero@sanjacinto.gob.mx")
    return replace(oficina, servidor=servidor)


@pytest.fixture
def ana(persona: Entra, panel: EntornoDelPanel) -> Persona:
    """Editora, con su contraseña puesta."""
    alguien = persona(Rol.EDITOR, nombre="Ana")
    with panel.entorno.base.escribir() as sesion:
        sesion.get_one(Usuario, alguien.usuario.id).clave = claves.guardar(CLAVE)
    return alguien


def correo_de(panel: EntornoDelPanel, quien: Persona) -> str:
    with panel.entorno.base.leer() as sesion:
        return sesion.get_one(Usuario, quien.usuario.id).correo


def pedir(quien: Persona, panel: EntornoDelPanel, nuevo: str = NUEVO, clave: str = CLAVE) -> str:
    """La prueba que llegó por correo; vacía si no llegó nada."""
    quien.hacer("/cuenta/correo", {"correo": nuevo, "clave": clave})
    with panel.entorno.base.leer() as sesion:
        ultimo = sesion.exec(select(Correo).where(Correo.para == nuevo).order_by(col(Correo.id).desc())).first()
    hallada = re.search(r"/cuenta/correo\?prueba=(\S+)", ultimo.texto) if ultimo else None
    return hallada[1] if hallada else ""


def test_el_correo_cambia_cuando_se_demuestra_que_se_lee_el_nuevo(ana: Persona, panel: EntornoDelPanel) -> None:
    antes = correo_de(panel, ana)
    abrir_sesion(panel, ana.usuario)
    prueba = pedir(ana, panel)
    assert correo_de(panel, ana) == antes
    assert NUEVO in ana.ver(f"/cuenta/correo?prueba={prueba}").text
    assert correo_de(panel, ana) == antes  # abrirlo no hace nada
    ana.hacer("/cuenta/correo/confirmar", {"prueba": prueba})
    assert correo_de(panel, ana) == NUEVO
    assert ana.hacer("/cuenta/correo/confirmar", {"prueba": prueba}).status_code == 404
    with panel.entorno.base.leer() as sesion:
        avisado = sesion.exec(select(Correo).order_by(col(Correo.id).desc())).first()
        orden = select(Sesion).where(Sesion.usuario_id == ana.usuario.id, col(Sesion.cerrada_en).is_(None))
        assert len(sesion.exec(orden).all()) == 1
    assert avisado is not None
    assert (avisado.para, avisado.asunto) == (antes, "Su correo cambió en Pregonero")


def test_la_prueba_de_otra_persona_vencida_o_inventada_no_cambia_nada(
    ana: Persona, persona: Entra, panel: EntornoDelPanel, reloj: RelojFijo
) -> None:
    prueba, beto = pedir(ana, panel), persona(Rol.ADMINISTRADOR, nombre="Beto")
    assert beto.hacer("/cuenta/correo/confirmar", {"prueba": prueba}).status_code == 404
    assert ana.hacer("/cuenta/correo/confirmar", {"prueba": prueba + "x"}).status_code == 404
    reloj.avanzar(timedelta(hours=1, seconds=1))
    assert ana.hacer("/cuenta/correo/confirmar", {"prueba": prueba}).status_code == 404
    assert NUEVO not in (correo_de(panel, ana), correo_de(panel, beto))


def test_sin_su_contrasena_o_si_ya_es_de_otra_no_llega_ningun_enlace(
    ana: Persona, persona: Entra, panel: EntornoDelPanel, reloj: RelojFijo
) -> None:
    beto = persona(Rol.LECTOR, nombre="Beto")
    assert pedir(ana, panel, clave="no es esta, seguro") == ""
    assert pedir(ana, panel, nuevo=beto.usuario.correo) == ""
    assert pedir(ana, panel) == ""  # y no se pide otro en seguida
    reloj.avanzar(timedelta(minutes=11))
    assert pedir(ana, panel) != ""


def test_quien_administra_le_cambia_el_correo_a_quien_ya_no_lee_el_suyo(
    ana: Persona, persona: Entra, panel: EntornoDelPanel
) -> None:
    jefa = persona(Rol.ADMINISTRADOR, nombre="Jefa")
    camino = f"/usuarios/{ana.usuario.id}/correo"
    assert jefa.hacer(camino, {"correo": jefa.usuario.correo}, json=True).status_code == 409
    assert jefa.hacer(camino, {"correo": NUEVO}, json=True).status_code == 200
    assert correo_de(panel, ana) == NUEVO
    assert ana.ver("/").status_code == 303  # a entrar


def test_cambiarse_el_nombre_o_el_correo_no_deja_aprobar_lo_que_uno_escribio(
    ana: Persona, panel: EntornoDelPanel
) -> None:
    escritos = (ana.usuario.correo, "Ana")
    ana.hacer("/cuenta/nombre", {"nombre": "Otra persona"})
    ana.hacer("/cuenta/correo/confirmar", {"prueba": pedir(ana, panel)})
    with panel.entorno.base.leer() as sesion:
        todos = personas.usuarios(sesion)
        antes = cuentas.nombres_de_antes(sesion)
        assert [personas.autores(todos.values(), e, antes=antes) for e in escritos] == [{ana.usuario.id}] * 2


# ── el segundo factor que se exige ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def app_exigente(oficina: Oficina) -> FastAPI:
    return crear(replace(oficina, panel=replace(oficina.panel, con_factor=frozenset({Rol.COORDINADOR}))))


def test_a_quien_se_le_exige_no_usa_nada_hasta_que_lo_pone_y_ya_no_lo_quita(
    app_exigente: FastAPI, ana: Persona, reloj: RelojFijo
) -> None:
    panel = app_exigente.state.panel
    quien = crear_usuario(panel, Rol.COORDINADOR, nombre="Caro")
    caro = Persona(panel, TestClient(app_exigente, base_url="http://127.0.0.1"), quien)
    for camino in ("/", "/calendario", "/cuenta", "/vivo", "/medio/1/mini"):
        assert (caro.ver(camino).status_code, caro.ver(camino).headers["location"]) == (303, "/cuenta/factor")
    hoja = caro.ver("/cuenta/factor")
    assert ("A quien tiene su cargo" in hoja.text, "Ahora no" in hoja.text) == (True, False)
    campos = {n: v for n, v in re.findall(r'name="(cifrado|csrf)" (?:value|content)="([^"]+)"', hoja.text)}
    secreto = re.search(r"<code>([A-Z2-7 ]+)</code>", hoja.text)
    assert secreto
    campos["codigo"] = pyotp.TOTP(secreto[1].replace(" ", "")).at(int(reloj.ahora().timestamp()))
    puesto = caro.cliente.post("/cuenta/factor", data=campos, headers={"x-csrf-token": campos["csrf"]})
    assert "papel" in puesto.text
    assert caro.ver("/calendario").status_code == 200
    assert "no quitarlo" in caro.hacer("/cuenta/factor/quitar").text
    suelta = Persona(panel, TestClient(app_exigente, base_url="http://127.0.0.1"), ana.usuario)
    assert suelta.ver("/calendario").status_code == 200  # su cargo no lo exige
