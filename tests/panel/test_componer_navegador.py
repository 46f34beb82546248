"""Componer en un navegador de verdad: escribir y programar, sin señal, con sólo el teclado y sin guiones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlmodel import select

from modelos import Borrador, Medio, Publicacion, Rol
from panel.entorno import EntornoDelPanel
from tests.panel.accesible import faltas
from tests.panel.con_publicaciones import crear_perfil, entregas, poner_foto, programar
from tests.panel.conftest import Navegador
from tests.panel.personas import crear_usuario

Capturar = Callable[[Page, str], None]


def todos(panel: EntornoDelPanel, tabla: Any) -> list[Any]:
    with panel.entorno.base.leer() as sesion:
        return list(sesion.exec(select(tabla)))


@pytest.fixture
def perfiles(panel: EntornoDelPanel) -> dict[str, int]:
    return {
        "x": crear_perfil(panel, "x-muni", red="x", titulo="Ayuntamiento").id,
        "facebook": crear_perfil(panel, "fb-muni", red="facebook", titulo="San Jacinto").id,
        "instagram": crear_perfil(panel, "ig-cultura", red="instagram", titulo="Cultura").id,
    }


def con_fotos(panel: EntornoDelPanel, perfil: str = "fb-muni") -> list[int]:
    for color in ("teal", "indianred"):
        (entrega,) = programar(panel, f"Foto {color}", perfiles=(perfil,))
        poner_foto(panel, entrega.publicacion_id, color)
    return [m.id for m in todos(panel, Medio)]


def guardado(pagina: Page) -> None:
    expect(pagina.locator("[data-como-va]")).to_have_text("Guardado")


def test_escribir_una_vez_decir_otra_cosa_en_x_y_programarlo(
    navegador: Navegador, perfiles: dict[str, int], capturar: Capturar
) -> None:
    panel = navegador.panel
    con_fotos(panel)
    pagina = navegador.como(crear_usuario(panel, Rol.EDITOR, nombre="Ana Ruiz"))
    pagina.goto("/componer")
    pagina.get_by_label("X Ayuntamiento").check()
    pagina.get_by_label("Facebook San Jacinto").check()
    pagina.get_by_label("Texto", exact=True).fill("Mañana, vacunación en el DIF. " * 12)
    expect(pagina.locator(".vista").first).to_be_visible()
    expect(pagina.locator("[data-vistas]")).to_contain_text("sobran")
    expect(pagina.locator('[data-faltas="texto"]')).to_contain_text("Ayuntamiento: mide")
    pagina.get_by_role("tab", name="X", exact=True).click()
    pagina.get_by_label("Texto para X").fill("Mañana vacunan en el DIF 💉 https://sanjacinto.gob.mx/dif")
    pagina.get_by_role("button", name="Del acervo").click()
    pagina.locator("#acervo input[type=checkbox]").first.check()
    assert faltas(pagina) == []
    pagina.get_by_role("button", name="Añadir", exact=True).click()
    pagina.get_by_label("Qué se ve").fill("Enfermeras en el patio del DIF")
    pagina.get_by_label("O escríbalo").fill("mañana 9:00")
    expect(pagina.locator("[data-resumen]")).to_have_text("Listo para programar")
    guardado(pagina)
    capturar(pagina, "componer-lleno")
    pagina.get_by_role("button", name="Programar").click()
    pagina.wait_for_url("**/publicacion/*")
    nueva = todos(panel, Publicacion)[-1]
    assert {e.perfil_id: e.texto[:20] for e in entregas(panel, nueva.id)} == {
        perfiles["x"]: "Mañana vacunan en el",
        perfiles["facebook"]: "Mañana, vacunación e",
    }
    assert nueva.fecha_local == "2026-11-23 09:00"
    assert navegador.errores == []


def test_lo_que_se_escribe_sin_senal_llega_una_vez(
    navegador: Navegador, perfiles: dict[str, int], capturar: Capturar, tmp_path: Path
) -> None:
    panel = navegador.panel
    Image.new("RGB", (900, 700), "teal").save(foto := tmp_path / "desfile.jpg")
    pagina = navegador.como(crear_usuario(panel, Rol.EDITOR), telefono=True, trabajador=True)
    pagina.goto("/componer")
    pagina.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    pagina.context.set_offline(True)
    pagina.get_by_label("Facebook San Jacinto").check()
    pagina.get_by_label("Texto", exact=True).fill("Desde el desfile")
    pagina.locator("[data-subir]").set_input_files(foto)
    pagina.get_by_label("Qué se ve").fill("El desfile")
    pagina.get_by_label("Ahora").check()
    expect(pagina.locator("[data-como-va]")).to_contain_text("guardado en este teléfono")
    capturar(pagina, "componer-sin-senal")
    pagina.get_by_role("button", name="Programar").click()
    expect(pagina.locator("[data-como-va]")).to_contain_text("Se enviará sola")
    pagina.close(run_before_unload=True)
    assert todos(panel, Publicacion) == []
    otra = pagina.context.new_page()
    pagina.context.set_offline(False)
    otra.goto("/borradores")
    expect(otra.locator("[data-en-el-telefono]")).to_be_hidden()
    otra.reload()
    (publicacion,) = todos(panel, Publicacion)
    (medio,) = todos(panel, Medio)
    assert (publicacion.texto, medio.nombre) == ("Desde el desfile", "desfile.jpg")


def test_una_pestana_cerrada_sin_senal_no_pierde_lo_escrito(navegador: Navegador, perfiles: dict[str, int]) -> None:
    panel = navegador.panel
    pagina = navegador.como(crear_usuario(panel, Rol.EDITOR), telefono=True, trabajador=True)
    pagina.goto("/componer")
    pagina.get_by_label("Texto", exact=True).fill("Primera frase.")
    guardado(pagina)
    pagina.context.set_offline(True)
    pagina.get_by_label("Texto", exact=True).fill("Primera frase. Y la segunda.")
    expect(pagina.locator("[data-como-va]")).to_contain_text("guardado en este teléfono")
    direccion = pagina.url
    pagina.close()
    pagina = pagina.context.new_page()
    pagina.context.set_offline(False)
    pagina.goto(direccion)
    expect(pagina.get_by_label("Texto", exact=True)).to_have_value("Primera frase. Y la segunda.")
    assert [b.contenido["texto"] for b in todos(panel, Borrador)] == ["Primera frase. Y la segunda."]


def test_con_solo_el_teclado_se_ordena_y_se_recorta(
    navegador: Navegador, perfiles: dict[str, int], capturar: Capturar
) -> None:
    panel = navegador.panel
    una, dos = con_fotos(panel)
    pagina = navegador.como(crear_usuario(panel, Rol.EDITOR))
    pagina.goto(f"/componer?medio={una}&medio={dos}&texto=Dos%20fotos&perfil={perfiles['instagram']}")
    pagina.get_by_role("button", name="Después").first.focus()
    pagina.keyboard.press("Enter")
    guardado(pagina)
    assert [m["id"] for m in todos(panel, Borrador)[0].contenido["medios"]] == [dos, una]
    expect(pagina.locator("[data-razones]").first).to_be_attached()
    pagina.get_by_role("button", name="Recortar").first.focus()
    pagina.keyboard.press("Enter")
    expect(pagina.get_by_role("application")).to_be_focused()
    pagina.keyboard.press("-")
    pagina.keyboard.press("ArrowLeft")
    capturar(pagina, "componer-recorte")
    assert faltas(pagina) == []
    pagina.locator("[data-cortar]").focus()
    pagina.keyboard.press("Enter")
    expect(pagina.locator("#voz")).to_have_text("Recortada")
    recorte = todos(panel, Medio)[-1]
    assert abs(recorte.ancho - recorte.alto) <= 1
    assert navegador.errores == []


def test_sin_guiones_se_revisa_se_sube_una_foto_y_se_programa(
    navegador: Navegador, perfiles: dict[str, int], capturar: Capturar, tmp_path: Path
) -> None:
    panel = navegador.panel
    Image.new("RGB", (900, 700), "teal").save(foto := tmp_path / "desfile.jpg")
    pagina = navegador.como(crear_usuario(panel, Rol.EDITOR), guiones=False)
    pagina.goto("/componer")
    pagina.get_by_label("Facebook San Jacinto").check()
    pagina.get_by_label("Texto", exact=True).fill("Sin guiones también.")
    pagina.locator('[name="archivos"]').set_input_files(foto)
    pagina.get_by_role("button", name="Añadir lo elegido").click()
    pagina.get_by_label("Qué se ve").fill("El desfile")
    pagina.get_by_label("O escríbalo").fill("mañana 9:00")
    pagina.get_by_role("button", name="Revisar").click()
    expect(pagina.locator(".vista")).to_contain_text("Sin guiones también.")
    capturar(pagina, "componer-sin-guiones")
    pagina.get_by_role("button", name="Programar").click()
    pagina.wait_for_url("**/publicacion/*")
    assert [p.texto for p in todos(panel, Publicacion)] == ["Sin guiones también."]


@pytest.mark.parametrize("oscuro", [False, True], ids=["claro", "oscuro"])
def test_la_puede_usar_cualquiera_y_cabe_en_el_telefono(
    navegador: Navegador, perfiles: dict[str, int], capturar: Capturar, oscuro: bool
) -> None:
    panel, modo = navegador.panel, "oscuro" if oscuro else "claro"
    una, dos = con_fotos(panel)
    usuario = crear_usuario(panel, Rol.COORDINADOR)
    pagina = navegador.como(usuario, telefono=True, oscuro=oscuro)
    largo = "texto=" + "Gran desfile del 20 de noviembre, no falte. " * 9
    todas = "&".join(f"perfil={p}" for p in perfiles.values())
    for nombre, camino in {
        "componer-vacio": "/componer",
        "componer-telefono": f"/componer?{largo}&medio={una}&medio={dos}&{todas}",
        "borradores": "/borradores",
    }.items():
        pagina.goto(camino)
        if nombre == "componer-telefono":
            expect(pagina.locator(".vista").nth(2)).to_be_visible()
            pagina.locator("details.mas > summary").click()
            pagina.get_by_role("button", name="Guardar borrador").last.click()
            guardado(pagina)
        capturar(pagina, f"{nombre}-{modo}")
        assert faltas(pagina, solo_contraste=oscuro) == []
        assert pagina.evaluate("document.documentElement.scrollWidth") <= 412, nombre
    assert navegador.errores == []
