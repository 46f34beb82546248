"""El calendario en un navegador de verdad: arrastrar, teclado, teléfono y sin guiones."""

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from modelos import Estado, Perfil, Rol
from modelos.consultas import perfiles
from panel.entorno import EntornoDelPanel
from tests.panel.accesible import faltas
from tests.panel.con_publicaciones import crear_perfil, entrega, poner_foto, programar
from tests.panel.conftest import Navegador
from tests.panel.personas import crear_usuario

Capturar = Callable[[Page, str], None]

DICHOS = (
    "Vacunación gratuita contra la influenza en el Centro de Salud, de 8 a 14 horas.",
    "Cierre de la calle Hidalgo por obras de drenaje. Use la vía alterna por Juárez.",
    "Tianguis navideño en la plaza: artesanías, ponche y villancicos este fin de semana.",
    "Abren las inscripciones al taller de huertos urbanos. Cupo limitado.",
    "Concierto de la Orquesta Juvenil en el Teatro Morelos. Entrada libre.",
    "Corte de agua programado en las colonias San Pablo y El Carmen.",
)


def llenar(panel: EntornoDelPanel) -> None:
    """Tres perfiles y unas semanas creíbles alrededor de hoy; unos días bastan si no se van a mirar las capturas."""
    suyos = [
        ("x", "x", "Ayuntamiento en X"),
        ("ig", "instagram", "Cultura San Jacinto"),
        ("fb", "facebook", "Ayuntamiento de San Jacinto"),
    ]
    with panel.entorno.base.leer() as sesion:
        ya = {p.nombre for p in perfiles(sesion)}
    for nombre, red, titulo in suyos:
        if nombre not in ya:
            crear_perfil(panel, nombre, red=red, titulo=titulo)
    azar, ahora = random.Random(7), panel.entorno.reloj.ahora()
    colores = ("teal", "indianred", "goldenrod", "steelblue")
    for dia in range(-24, 16) if "CAPTURAS" in os.environ else (-7, 2, 4):
        for _ in range(azar.choice((1, 1, 2, 2, 3, 7)) if dia % 7 != 3 or dia < 0 else 0):
            hora = datetime(2026, 11, 22, 14, 0, tzinfo=UTC) + timedelta(days=dia)
            hora += timedelta(minutes=15 * azar.randrange(48))
            estado = Estado.PUBLICADA if hora < ahora else azar.choice((Estado.PROGRAMADA,) * 5 + (Estado.RETENIDA,))
            donde = azar.choice((("fb",), ("fb", "x"), ("x",), ("fb", "x", "ig")))
            suyas = programar(panel, azar.choice(DICHOS), perfiles=donde, en=hora, estado=estado, campana="Feria 2026")
            if "ig" in donde or azar.random() < 0.3:
                poner_foto(panel, suyas[0].publicacion_id, azar.choice(colores))
    programar(panel, DICHOS[1], perfiles=("fb",), en=ahora - timedelta(hours=1), estado=Estado.POR_DECIDIR)
    programar(panel, DICHOS[3], perfiles=("ig",), en=ahora - timedelta(hours=2), estado=Estado.FALLIDA)


@pytest.fixture
def ayuntamiento(panel: EntornoDelPanel) -> Perfil:
    return crear_perfil(panel)


def tarjeta(pagina: Page, texto: str) -> Locator:
    return pagina.locator(".pieza", has_text=texto)


def arrastrar(pagina: Page, que: Locator, a: Locator) -> None:
    que.scroll_into_view_if_needed()
    desde, hasta = que.bounding_box(), a.bounding_box()
    assert desde and hasta
    pagina.mouse.move(desde["x"] + 40, desde["y"] + 10)
    pagina.mouse.down()
    pagina.mouse.move(desde["x"] + 60, desde["y"] + 30, steps=3)
    pagina.mouse.move(hasta["x"] + hasta["width"] / 2, hasta["y"] + hasta["height"] / 2, steps=5)
    pagina.mouse.up()


def hora_de(panel: EntornoDelPanel, id_: int) -> str:
    return f"{entrega(panel, id_).no_antes_de.astimezone(panel.entorno.reglas.zona):%Y-%m-%d %H:%M}"


def test_arrastrar_a_otro_dia_y_deshacerlo_y_a_otra_hora_en_la_semana(
    navegador: Navegador, ayuntamiento: Perfil, capturar: Capturar
) -> None:
    panel = navegador.panel
    (suya,) = programar(panel, "La feria del libro")
    pagina = navegador.como(crear_usuario(panel, Rol.EDITOR))
    pagina.goto("/calendario?vista=mes&dia=2026-11-23")
    arrastrar(pagina, tarjeta(pagina, "La feria"), pagina.locator('[data-dia="2026-11-26"]'))
    expect(pagina.locator('[data-dia="2026-11-26"] .pieza')).to_have_count(1)
    expect(pagina.locator("#voz")).to_contain_text("Saldrá jue 26 nov")
    assert hora_de(panel, suya.id) == "2026-11-26 09:00"
    capturar(pagina, "calendario-movida")
    pagina.get_by_role("button", name="Deshacer").click()
    expect(pagina.locator("#voz")).to_contain_text("Saldrá lun 23 nov")
    assert hora_de(panel, suya.id) == "2026-11-23 09:00"
    pagina.goto("/calendario?vista=semana&dia=2026-11-23")
    arrastrar(pagina, tarjeta(pagina, "La feria"), pagina.locator('[data-dia="2026-11-24"] [data-hora="12"]'))
    expect(pagina.locator("#voz")).to_contain_text("Saldrá mar 24 nov")
    assert hora_de(panel, suya.id) == "2026-11-24 12:00"
    assert navegador.errores == []


def test_con_el_teclado_se_mueve_de_dia_y_de_hora(
    navegador: Navegador, ayuntamiento: Perfil, capturar: Capturar
) -> None:
    panel = navegador.panel
    (suya,) = programar(panel, "La feria del libro")
    pagina = navegador.como(crear_usuario(panel, Rol.EDITOR))
    pagina.goto("/calendario?vista=semana&dia=2026-11-23")
    tarjeta(pagina, "La feria").focus()
    pagina.keyboard.press("m")
    for tecla in ("ArrowRight", "ArrowRight", "ArrowDown"):
        pagina.keyboard.press(tecla)
    expect(pagina.locator("[data-a-donde]")).to_have_text("miércoles 25 de noviembre, 10:00")
    capturar(pagina, "calendario-teclado")
    pagina.keyboard.press("Escape")
    assert hora_de(panel, suya.id) == "2026-11-23 09:00"
    expect(tarjeta(pagina, "La feria")).to_be_focused()
    pagina.keyboard.press("m")
    pagina.keyboard.press("ArrowDown")
    pagina.keyboard.press("Enter")
    expect(pagina.locator("#voz")).to_contain_text("Saldrá lun 23 nov 2026, 10:00")
    expect(tarjeta(pagina, "La feria")).to_be_focused()
    assert hora_de(panel, suya.id) == "2026-11-23 10:00"


def test_en_el_telefono_se_lee_por_dias_y_no_se_desborda(navegador: Navegador, capturar: Capturar) -> None:
    llenar(navegador.panel)
    pagina = navegador.como(crear_usuario(navegador.panel, Rol.COORDINADOR), telefono=True)
    for vista in ("mes", "semana", "lista"):
        pagina.goto(f"/calendario?vista={vista}&dia=2026-11-24")
        assert pagina.evaluate("document.documentElement.scrollWidth") <= 412
        capturar(pagina, f"calendario-{vista}-telefono")
    pagina.goto("/calendario?vista=mes&dia=2026-11-24")
    pagina.get_by_role("link", name="martes 24 de noviembre").click()
    expect(pagina.get_by_role("heading", name="Martes 24 de noviembre").first).to_be_visible()
    expect(pagina.locator(".pieza").first).to_be_visible()
    assert navegador.errores == []


def test_sin_guiones_se_lee_se_mueve_y_se_pregunta_antes_de_estorbar(
    navegador: Navegador, panel: EntornoDelPanel
) -> None:
    crear_perfil(panel, separacion_s=3600)
    (suya,) = programar(panel, "La feria del libro")
    programar(panel, "La otra", en=suya.no_antes_de + timedelta(hours=3))
    pagina = navegador.como(crear_usuario(panel, Rol.EDITOR), guiones=False)
    pagina.goto("/calendario?vista=lista&dia=2026-11-23")
    tarjeta(pagina, "La feria").click()
    pagina.get_by_text("Cambiar la hora").click()
    pagina.get_by_label("Hora").fill("12:10")
    pagina.get_by_role("button", name="Mover", exact=True).click()
    expect(pagina.get_by_role("heading", name="Antes de moverla")).to_be_visible()
    assert hora_de(panel, suya.id) == "2026-11-23 09:00"
    pagina.get_by_role("button", name="Moverla de todos modos").click()
    expect(pagina.get_by_role("status")).to_contain_text("Saldrá lun 23 nov 2026, 12:10")
    assert hora_de(panel, suya.id) == "2026-11-23 12:10"


def test_todas_sus_paginas_son_accesibles(navegador: Navegador, capturar: Capturar) -> None:
    panel = navegador.panel
    usuario = crear_usuario(panel, Rol.ADMINISTRADOR)
    pagina = navegador.como(usuario)
    pagina.goto("/calendario?vista=mes")
    capturar(pagina, "calendario-vacio")
    assert faltas(pagina) == []
    llenar(panel)
    caminos = [f"/calendario?vista={v}&dia=2026-11-24" for v in ("mes", "semana", "lista")]
    dudosa = programar(panel, "¿Salió o no?", perfiles=("fb",), estado=Estado.POR_DECIDIR)[0].publicacion_id
    claras = [*caminos, f"/publicacion/{dudosa}", "/calendario/suscripcion"]
    for oscuro, suyas in ((False, claras), (True, [caminos[0], f"/publicacion/{dudosa}"])):
        pagina = navegador.como(usuario, oscuro=oscuro)
        for n, camino in enumerate(suyas):
            pagina.goto(camino)
            capturar(pagina, f"calendario-{n}{'-oscuro' if oscuro else ''}")
            assert faltas(pagina, solo_contraste=oscuro) == []
