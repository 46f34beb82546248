"""Entrar, la cuenta, los usuarios y la bitácora en Chromium: se leen, caben en un teléfono y no ponen trabas."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Page

from modelos import Alcance, Rol, Usuario
from motor.usuarios import claves, cuentas, enlaces, factor, fichas
from motor.usuarios.bitacora import Autor, asentar
from motor.usuarios.cuentas import Cargo
from motor.usuarios.enlaces import Para
from panel.entorno import EntornoDelPanel
from tests.conftest import RelojFijo
from tests.panel.accesible import faltas
from tests.panel.con_publicaciones import crear_perfil
from tests.panel.conftest import Navegador
from tests.panel.personas import crear_usuario

CLAVE = "caballo grapa batería"
Captura = Callable[[Page, str], None]


@pytest.fixture
def ana(panel: EntornoDelPanel) -> Usuario:
    usuario = crear_usuario(panel, Rol.EDITOR, nombre="Ana")
    with panel.entorno.base.escribir() as sesion:
        sesion.get_one(Usuario, usuario.id).clave = claves.guardar(CLAVE)
    return usuario


@pytest.fixture
def julia(panel: EntornoDelPanel, reloj: RelojFijo) -> Usuario:
    """Administra una oficina con gente, fichas y bitácora."""
    julia = crear_usuario(panel, Rol.ADMINISTRADOR, nombre="Julia Hernández Ortega", correo="julia@sanjacinto.gob.mx")
    perfiles = [crear_perfil(panel, titulo) for titulo in ("facebook-ayuntamiento", "proteccion-civil")]
    with panel.entorno.base.escribir() as sesion:
        ahora = reloj.ahora()
        suya = sesion.get_one(Usuario, julia.id)
        suya.clave = claves.guardar(CLAVE)
        factor.poner(suya, factor.nuevo_secreto(), ["x"] * 8, llavero=panel.oficina.llavero)
        fichas.crear(
            sesion, julia.id, "Portal de transparencia", alcance=Alcance.LEER, vigencia=timedelta(days=90), ahora=ahora
        )
        for n, rol in enumerate(Rol):
            cargos = [Cargo(rol, perfiles[n % 2].id), Cargo(Rol.LECTOR)]
            cuentas.crear(sesion, f"{rol}@sanjacinto.gob.mx", f"Persona que {rol}", cargos, ahora=ahora)
        for n, accion in enumerate(("entro", "usuario_invitado", "publicacion_aprobada", "clave_puesta") * 6):
            autor = Autor(julia.correo, julia.id, "187.190.20.5")
            sobre = f"publicacion:{n}" if "publicacion" in accion else f"usuario:{julia.id}"
            asentar(sesion, autor, accion, ahora=ahora - timedelta(hours=n), sobre=sobre, detalle="facebook" * (n % 2))
    return julia


def revisar(pagina: Page) -> None:
    assert faltas(pagina) == []
    assert pagina.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_entrar_y_poner_segundo_factor_en_el_telefono(
    navegador: Navegador, ana: Usuario, reloj: RelojFijo, capturar: Captura
) -> None:
    pagina = navegador.como(None, telefono=True)
    pagina.goto("/cuenta")
    pagina.get_by_label("Correo").fill(ana.correo)
    pagina.get_by_label("Contraseña").fill(CLAVE)
    capturar(pagina, "u-entrar-telefono")
    pagina.get_by_role("button", name="Entrar").click()
    pagina.get_by_role("link", name="Ponerlo").click()
    secreto = (pagina.locator("code").first.text_content() or "").replace(" ", "")
    capturar(pagina, "u-factor-telefono")
    revisar(pagina)
    pagina.get_by_label("El código de seis cifras que enseña").fill(pyotp.TOTP(secreto).at(reloj.ahora()))
    pagina.get_by_label("Su contraseña").fill(CLAVE)
    pagina.get_by_role("button", name="Poner el segundo factor").click()
    assert pagina.locator(".de-papel li").count() == 10
    capturar(pagina, "u-respaldos-telefono")
    revisar(pagina)
    assert navegador.errores == []


def test_quien_recibe_una_invitacion_la_acepta_sin_guiones(
    navegador: Navegador, panel: EntornoDelPanel, reloj: RelojFijo, capturar: Captura
) -> None:
    with panel.entorno.base.escribir() as sesion:
        nueva = cuentas.crear(sesion, "rosa@sanjacinto.gob.mx", "Rosa", [Cargo(Rol.EDITOR)], ahora=reloj.ahora())
        camino = enlaces.crear(sesion, nueva.id, Para.INVITACION, ahora=reloj.ahora())
    pagina = navegador.como(None, telefono=True, guiones=False)
    pagina.goto(camino)
    capturar(pagina, "u-invitacion-telefono")
    pagina.get_by_label("Contraseña nueva").fill("corta y mala")
    pagina.get_by_label("Otra vez").fill("no es la misma")
    pagina.get_by_role("button", name="Guardar y entrar").click()
    assert "no son iguales" in pagina.get_by_role("alert").inner_text()
    pagina.get_by_label("Contraseña nueva").fill(CLAVE)
    pagina.get_by_label("Otra vez").fill(CLAVE)
    pagina.get_by_role("button", name="Guardar y entrar").click()
    pagina.get_by_role("link", name="Ahora no").click()
    assert pagina.get_by_role("link", name="Componer").first.is_visible()


@pytest.mark.parametrize("oscuro", [False, True])
def test_no_ponen_trabas_a_nadie(navegador: Navegador, julia: Usuario, capturar: Captura, oscuro: bool) -> None:
    tono = "oscuro" if oscuro else "claro"
    dentro = navegador.como(julia, oscuro=oscuro, telefono=not oscuro)
    caminos = ["/cuenta", "/usuarios", "/usuarios/2", "/bitacora"]
    if not oscuro:  # los colores ya se vieron en las otras
        caminos += ["/usuarios/nuevo", "/bitacora?sobre=usuario:1&accion=x"]
    for camino in caminos:
        dentro.goto(camino)
        capturar(dentro, f"u{re.sub(r'[^a-z0-9]+', '-', camino)}-{tono}")
        revisar(dentro)
    fuera = navegador.como(None, oscuro=oscuro, telefono=not oscuro)
    for camino in ("/entrar",) if oscuro else ("/entrar", "/olvide", "/enlace/no-es"):
        fuera.goto(camino)
        capturar(fuera, f"u{re.sub(r'[^a-z0-9]+', '-', camino)}-{tono}")
        revisar(fuera)
    assert [e for e in navegador.errores if "404" not in e] == []
