"""Conectar un perfil en Chromium: de principio a fin en un teléfono, contra una red de mentira por HTTP de verdad."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlmodel import select

from conectores.contrato import ErrorDePerfil, EstadoDePerfil
from modelos import Gasto, Perfil, Rol
from motor.credenciales import poner
from motor.perfiles.comprobada import anotar_comprobada
from motor.perfiles.mando import CONECTANDO
from motor.usuarios.bitacora import Autor
from simulador.en_hilo import Simulador
from tests.conftest import COMIENZO
from tests.panel.accesible import faltas
from tests.panel.conftest import Navegador
from tests.panel.perfiles.conftest import PAGINA, SECRETO, TOKEN
from tests.panel.personas import crear_usuario

Captura = Callable[[Page, str], None]


def _perfil(navegador: Navegador) -> Perfil:
    with navegador.panel.entorno.base.leer() as sesion:
        return sesion.exec(select(Perfil)).one()


def _sin_desbordar(pagina: Page) -> None:
    assert pagina.evaluate("document.documentElement.scrollWidth") <= 412


def test_en_el_telefono_se_conecta_de_principio_a_fin_y_se_pide_lo_que_falta(
    con_simulador: Simulador, navegador: Navegador, capturar: Captura
) -> None:
    con_simulador.perfil("facebook", PAGINA, token=TOKEN, permisos=["pages_read_engagement", "pages_show_list"])
    pagina = navegador.como(crear_usuario(navegador.panel, Rol.ADMINISTRADOR, nombre="Ana"), telefono=True)
    pagina.goto("/perfiles")
    assert faltas(pagina) == []
    capturar(pagina, "p/telefono-0-vacio")
    pagina.get_by_role("link", name="Conectar el primero").click()
    _sin_desbordar(pagina)
    capturar(pagina, "p/telefono-1-red")
    pagina.get_by_role("link", name="Facebook").click()
    pagina.get_by_label("Cómo llamarlo").fill("Ayuntamiento")
    pagina.get_by_label("Número de la página").fill(PAGINA)
    capturar(pagina, "p/telefono-2-datos")
    pagina.get_by_role("button", name="Guardar y seguir").click()
    # Primero un token que no sirve.
    expect(pagina.get_by_role("heading", name="Con qué entra a Facebook")).to_be_visible()
    _sin_desbordar(pagina)
    pagina.get_by_label("token", exact=True).fill("token-facebook-vencido")
    pagina.get_by_role("button", name="Guardar y comprobar").click()
    pagina.get_by_role("button", name="Comprobar ahora").click()
    expect(pagina.get_by_text("Así no puede publicar.")).to_be_visible()
    capturar(pagina, "p/telefono-4-mal")
    # Después el bueno, al que le falta un permiso.
    pagina.get_by_role("link", name="Corregir las credenciales").click()
    pagina.get_by_label("token", exact=True).fill(TOKEN)
    pagina.get_by_label("app_id").fill("1234567890")
    pagina.get_by_label("app_secret").fill(SECRETO)
    capturar(pagina, "p/telefono-3-credenciales")
    pagina.get_by_role("button", name="Guardar y comprobar").click()
    pagina.get_by_role("button", name="Comprobar ahora").click()
    expect(pagina.get_by_role("heading", name="Permisos que faltan para publicar")).to_be_visible()
    pagina.get_by_text("Qué escribir al pedirlo").first.click()
    expect(pagina.get_by_text("El ayuntamiento programa y publica en su propia página")).to_be_visible()
    _sin_desbordar(pagina)
    capturar(pagina, "p/telefono-5-falta")
    # Meta lo concede.
    con_simulador.perfil(
        "facebook", PAGINA, token=TOKEN, permisos=["pages_manage_posts", "pages_read_engagement", "pages_show_list"]
    )
    pagina.get_by_role("button", name="Comprobar ahora").click()
    expect(pagina.get_by_role("status")).to_contain_text("ya publica")
    _sin_desbordar(pagina)
    capturar(pagina, "p/telefono-6-listo")
    assert _perfil(navegador).pausado_en is None
    assert TOKEN not in pagina.content()
    assert navegador.errores == []


def test_sin_guiones_y_con_el_teclado_se_pausa_y_se_reanuda(
    navegador: Navegador, facebook: Callable[..., Perfil]
) -> None:
    perfil = facebook()
    pagina = navegador.como(crear_usuario(navegador.panel, Rol.COORDINADOR), guiones=False)
    pagina.goto(f"/perfiles/{perfil.id}")
    pagina.locator("details.detener summary").focus()
    pagina.keyboard.press("Enter")
    pagina.get_by_label("Por qué").fill("Veda electoral")
    pagina.keyboard.press("Enter")
    expect(pagina.get_by_text("Veda electoral")).to_be_visible()
    pagina.get_by_role("button", name="Reanudar").click()
    expect(pagina.get_by_text("Activo")).to_be_visible()


def test_las_paginas_llenas_cumplen_en_claro_y_en_oscuro(
    navegador: Navegador, facebook: Callable[..., Perfil], perfil_de: Callable[..., Perfil], capturar: Captura
) -> None:
    perfil = _oficina_llena(navegador, facebook, perfil_de)
    ana = crear_usuario(navegador.panel, Rol.ADMINISTRADOR, nombre="Ana")
    crear_usuario(navegador.panel, Rol.EDITOR, Rol.APROBADOR, nombre="Beto Ruiz", perfil_id=perfil.id)
    caminos = {
        "lista": "/perfiles",
        "redes": "/perfiles/nuevo",
        "nuevo": "/perfiles/nuevo?red=instagram",
        "uno": f"/perfiles/{perfil.id}",
        "datos": f"/perfiles/{perfil.id}/datos",
        "credenciales": f"/perfiles/{perfil.id}/credenciales",
        "comprobar": f"/perfiles/{perfil.id}/comprobar",
    }
    claro, oscuro = navegador.como(ana), navegador.como(ana, oscuro=True)
    for nombre, camino in caminos.items():
        claro.goto(camino)
        assert faltas(claro) == []
        capturar(claro, f"p/{nombre}-claro")
    for nombre in ("lista", "credenciales", "comprobar"):  # entre las tres tienen todos los colores
        oscuro.goto(caminos[nombre])
        assert faltas(oscuro, solo_contraste=True) == []
        capturar(oscuro, f"p/{nombre}-oscuro")
    assert navegador.errores == []


def _oficina_llena(navegador: Navegador, facebook: Callable[..., Perfil], perfil_de: Callable[..., Perfil]) -> Perfil:
    panel = navegador.panel
    perfil = facebook(cupo_maximo=10, cupo_ventana_s=86400, token_vence_en=COMIENZO.replace(month=12))
    perfil_de("x", titulo="Presidencia", pausado_en=COMIENZO, pausado_por="ana@sanjacinto.gob.mx", pausa_motivo="Veda")
    perfil_de("instagram", titulo="DIF", pausado_en=COMIENZO, pausado_por=CONECTANDO)
    caido = perfil_de(
        "bluesky", titulo="Prensa", pausado_en=COMIENZO, pausado_por="motor", pausa_motivo="La clave no sirve."
    )
    perfil_de("pinterest", titulo="Turismo", token_vence_en=COMIENZO.replace(day=25))
    faltan = EstadoDePerfil(
        nombre="Ayuntamiento de San Jacinto",
        id_externo=PAGINA,
        permisos=("pages_read_engagement", "pages_show_list"),
        faltan=("pages_manage_posts",),
        cupo_restante=38,
        avisos=("Lleva gastado el 85 % de las llamadas que Meta permite.",),
    )
    with panel.entorno.base.escribir() as sesion:
        poner(
            sesion,
            panel.oficina.llavero,
            perfil,
            {"token": TOKEN, "app_secret": SECRETO},
            autor=Autor("ana@sanjacinto.gob.mx"),
            ahora=COMIENZO,
        )
        anotar_comprobada(sesion, perfil.id, faltan, COMIENZO)
        anotar_comprobada(sesion, caido.id, ErrorDePerfil("La clave no sirve.", remedio="Ponga otra."), COMIENZO)
        sesion.add(Gasto(red="x", mes="2026-11", concepto="x", microdolares=3_200_000, ocurrido_en=COMIENZO))
    return perfil
