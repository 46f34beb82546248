"""El acervo y la hemeroteca en un navegador de verdad."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from modelos import Estado, Rol, Usuario
from panel.entorno import EntornoDelPanel
from tests.motor.acervo.fotos import foto, guardada, ruido
from tests.panel.accesible import faltas
from tests.panel.acervo import poner_medio, poner_perfil
from tests.panel.conftest import Navegador
from tests.panel.personas import crear_usuario
from tests.panel.test_hemeroteca import contestan, publicada

Capturar = Callable[[Page, str], None]


def _sin_desbordarse(pagina: Page) -> None:
    assert pagina.evaluate("document.documentElement.scrollWidth") <= pagina.viewport_size["width"]  # type: ignore[index] # siempre hay


def test_se_suben_varias_con_su_avance_y_se_describen_juntas(
    navegador: Navegador, tmp_path: Path, capturar: Capturar
) -> None:
    grito = ruido(30, 20).resize((900, 600))
    poner_medio(navegador.panel, tmp_path, imagen=grito, evento="Grito 2025")
    editor = crear_usuario(navegador.panel, Rol.EDITOR)
    archivos = [
        guardada(tmp_path / "grito achicada.jpg", grito.resize((600, 400)), quality=70),
        guardada(tmp_path / "mercado.jpg", ruido(300, 200)),
        tmp_path / "falsa.jpg",
    ]
    archivos[2].write_bytes(b"<html>")
    pagina = navegador.como(editor, telefono=True)
    pagina.goto("/acervo/subir")
    pagina.set_input_files("#archivos", archivos)
    expect(pagina.locator("[data-resumen]")).to_have_text("2 de 3 guardados · 1 no se pudieron")
    expect(pagina.get_by_text("Se parece a esta:")).to_be_visible()
    expect(pagina.get_by_text("no es una imagen")).to_be_visible()
    expect(pagina.get_by_role("button", name="Reintentar: falsa.jpg")).to_be_visible()
    _sin_desbordarse(pagina)
    capturar(pagina, "acervo-subir-telefono")
    pagina.get_by_role("link", name="Escribir su ficha").click()
    pagina.get_by_label("Evento").fill("Fiestas patrias")
    pagina.get_by_role("button", name="Guardar en todos").click()
    expect(pagina.get_by_text("Se cambiaron 2 fichas.")).to_be_visible()
    expect(pagina.get_by_role("img", name="Fiestas patrias")).to_have_count(2)
    assert [e for e in navegador.errores if "422" not in e] == [], "sólo el rechazo de la falsa"


def test_sin_guiones_se_sube_se_describe_y_se_busca_sin_acentos(navegador: Navegador, tmp_path: Path) -> None:
    pagina = navegador.como(crear_usuario(navegador.panel, Rol.EDITOR), guiones=False)
    pagina.goto("/acervo")
    pagina.get_by_role("link", name="Subir los primeros").click()
    pagina.set_input_files("#archivos", [guardada(tmp_path / "a.jpg", foto())])
    pagina.get_by_role("button", name="Subir").click()
    pagina.get_by_label("Quiénes salen").fill("José Núñez")
    pagina.get_by_role("button", name="Guardar la ficha").click()
    pagina.goto("/acervo")
    pagina.get_by_label("Buscar en el acervo").fill("jose nun")
    pagina.get_by_role("button", name="Buscar").click()
    assert pagina.get_by_text("1 en total.").is_visible()
    pagina.get_by_label("Elegir").check()
    pagina.get_by_role("button", name="Llevárselos").click()
    with pagina.expect_download() as bajada:
        pagina.get_by_role("button", name="Bajar el ZIP").click()
    assert bajada.value.suggested_filename == "acervo-2026-11-22.zip"


def _llenar(panel: EntornoDelPanel, carpeta: Path) -> tuple[int, int]:
    """Un acervo y una hemeroteca con algo de cada cosa; el medio y la entrega que se miran."""
    ahora = panel.entorno.reloj.ahora()
    eventos = ("Feria de la flor", "Mercado Juárez", "Vacunación", "Bacheo en la colonia Centro", "Grito")
    medios = [
        poner_medio(
            panel,
            carpeta,
            imagen=foto(300 + 20 * i, 240) if i % 2 else foto(240, 300 + 20 * i),
            evento=eventos[i % 5],
            lugar="Plaza Cívica",
            personas=["Ana Ruiz"],
            vence_en=ahora - timedelta(days=1) if i == 2 else None,
        )
        for i in range(14)
    ]
    perfil = poner_perfil(panel, titulo="Ayuntamiento de San Jacinto")
    textos = [
        "Mañana no habrá agua en el Centro de 9:00 a 14:00. Tome sus previsiones.",
        "¡Gracias por venir a la Feria!",
    ]
    entregas = [
        publicada(
            panel,
            perfil,
            t,
            medios=(medios[i],),
            url=f"https://red.example/{i}",
            publicada_en=ahora - timedelta(days=i),
        )
        for i, t in enumerate(textos)
    ]
    publicada(panel, perfil, "Se borró", borrada_en=ahora, publicada_en=ahora - timedelta(days=3))
    contestan(panel, f"x-{textos[0]}", "¿Y en la colonia Juárez?", autor_usuario="@vecina")
    contestan(panel, "m-¿Y en la colonia Juárez?", "También. Le avisamos por aquí.", autor_nombre="Ayuntamiento")
    assert entregas[0].estado is Estado.PUBLICADA
    return medios[0].id, entregas[0].id


def _mirar(navegador: Navegador, quien: Usuario, caminos: dict[str, str], capturar: Capturar, sufijo: str) -> list[str]:
    """Las faltas de accesibilidad de esas páginas, en escritorio claro y en teléfono oscuro."""
    halladas = []
    for telefono in (False, True):
        pagina = navegador.como(quien, telefono=telefono, oscuro=telefono)
        for nombre, camino in caminos.items():
            pagina.goto(camino)
            _sin_desbordarse(pagina)
            halladas += faltas(pagina)
            capturar(pagina, f"{nombre}-{sufijo}-{'telefono' if telefono else 'escritorio'}")
    return halladas


def test_todas_sus_paginas_son_accesibles_y_caben_en_el_telefono(
    navegador: Navegador, tmp_path: Path, capturar: Capturar
) -> None:
    editor = crear_usuario(navegador.panel, Rol.EDITOR)
    vacias = {"acervo": "/acervo", "hemeroteca": "/hemeroteca", "acervo-subir": "/acervo/subir"}
    faltas = _mirar(navegador, editor, vacias, capturar, "vacio")
    medio, entrega = _llenar(navegador.panel, tmp_path)
    llenas = {
        "acervo": "/acervo",
        "acervo-ficha": f"/acervo/{medio}",
        "acervo-varios": f"/acervo/varios?id={medio}&id={medio + 1}",
        "acervo-exportar": f"/acervo/exportar?id={medio}",
        "hemeroteca": "/hemeroteca",
        "hemeroteca-pieza": f"/hemeroteca/{entrega}",
    }
    faltas += _mirar(navegador, editor, llenas, capturar, "lleno")
    lector = crear_usuario(navegador.panel, Rol.LECTOR)
    faltas += _mirar(navegador, lector, {"acervo-ficha": f"/acervo/{medio}"}, capturar, "lector")
    assert faltas == []
    assert navegador.errores == []
