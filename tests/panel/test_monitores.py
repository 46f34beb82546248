"""Los monitores en el panel: hacerlos con las reglas del archivo, probarlos antes, y ver lo que cuentan."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlmodel import select

from modelos import Asiento, Monitor, Rol, Silencio
from modelos.escucha import Conteo
from panel.entorno import EntornoDelPanel
from tests.panel.accesible import faltas
from tests.panel.con_historias import alzarse, contar_historia, crear_monitor, decir, poner_fuente
from tests.panel.conftest import Navegador
from tests.panel.personas import Persona, crear_usuario

Entra = Callable[..., Persona]
AGUA = {"nombre": "Falta de agua", "alguna": "sin agua\nfuga de agua", "ninguna": "agua de jamaica", "flexion": "1"}


def monitores(panel: EntornoDelPanel) -> list[Monitor]:
    with panel.entorno.base.leer() as sesion:
        return list(sesion.exec(select(Monitor).order_by(Monitor.id)))


def hablar(panel: EntornoDelPanel) -> None:
    """Diez mensajes de agua en diez días, dos que no, y uno privado."""
    ahora = panel.entorno.reloj.ahora()
    for n in range(10):
        decir(panel, f"Otra vez sin agua en la calle {n}", en=ahora - timedelta(days=n, hours=1), n=n)
    decir(panel, "Fugas de agua de jamaica, qué rica agua de jamaica", n=20)
    decir(panel, "Buenos días a todos", n=21)
    decir(panel, "mi secreto: sin agua", n=22, clase="directo")


def con_vida(panel: EntornoDelPanel) -> Monitor:
    """Uno con tres semanas de conteos y un alza."""
    poner_fuente(panel)
    monitor = crear_monitor(panel, nombre="Falta de agua", origen="ana@sanjacinto.gob.mx")
    ahora = panel.entorno.reloj.ahora().replace(minute=0)
    with panel.escucha.base.escribir() as sesion:
        for n in range(24 * 21):
            inicio = ahora - timedelta(hours=n + 1)
            cuenta = 30 if n < 2 else (n * 7) % 5
            if cuenta:
                sesion.add(Conteo(monitor_id=monitor.id, paso_s=3600, inicio=inicio, cuenta=cuenta))
    alzarse(panel, monitor.id, desde=ahora - timedelta(hours=2))
    for n in range(6):
        decir(
            panel,
            f"Fugas de agua en San Mateo {n}",
            monitor.id,
            interacciones=n,
            n=n,
            lugar="San Mateo",
            lugar_por="texto",
        )
    return monitor


# ── probar y guardar ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_probar_dice_cuantos_con_que_palabras_y_que_deja_fuera(persona: Entra, panel: EntornoDelPanel) -> None:
    hablar(panel)
    html = persona(Rol.COORDINADOR).hacer("/monitores/nuevo", {**AGUA, "accion": "probar"}).text
    assert '<strong class="cuantos">11</strong>' in html
    assert "Otra vez <mark>sin agua</mark> en la calle 3" in html
    assert "lo descarta «agua de jamaica»" in html
    assert "secreto" not in html
    assert "Se miraron 13 mensajes" in html
    assert monitores(panel) == []


def test_con_muchos_se_mira_una_muestra_y_se_dice(
    persona: Entra, panel: EntornoDelPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    hablar(panel)
    monkeypatch.setattr("motor.escucha.monitores.prueba.probar.__kwdefaults__", {"muestra": 7})
    html = persona(Rol.COORDINADOR).hacer("/monitores/nuevo", {**AGUA, "accion": "probar"}).text
    assert "se miró uno de cada 2" in html
    assert "unos 1" in html


def test_se_compara_con_lo_guardado(persona: Entra, panel: EntornoDelPanel) -> None:
    hablar(panel)
    monitor = crear_monitor(panel, origen="ana@sanjacinto.gob.mx", definicion={"alguna": ["buenos días", "calle 3"]})
    html = persona(Rol.COORDINADOR).hacer(f"/monitores/{monitor.id}/editar", {**AGUA, "accion": "probar"}).text
    assert "Como está guardado cuenta 2: entrarían 10 y saldrían 1." in html
    assert "<mark>Buenos días</mark> a todos" in html


def test_guardar_lo_vigila_ya_y_queda_de_quien_lo_hizo(persona: Entra, panel: EntornoDelPanel) -> None:
    alguien = persona(Rol.COORDINADOR, nombre="Ana")
    respuesta = alguien.hacer("/monitores/nuevo", {**AGUA, "alguna": "sin agua\n=río Lerma", "clases": "mencion"})
    (monitor,) = monitores(panel)
    assert respuesta.headers["location"] == f"/monitores/{monitor.id}"
    assert (monitor.clave, monitor.origen, monitor.contado) == ("falta-de-agua", "ana@sanjacinto.gob.mx", 0)
    assert monitor.definicion == {
        "alguna": ["sin agua", {"termino": "río Lerma", "flexion": False}],
        "ninguna": ["agua de jamaica"],
        "flexion": True,
        "clases": ["mencion"],
    }
    assert "=río Lerma" in alguien.ver(f"/monitores/{monitor.id}/editar").text
    with panel.entorno.base.leer() as sesion:
        assert sesion.exec(select(Asiento).where(Asiento.accion == "monitor_creado")).one().sobre == "monitor:1"


@pytest.mark.parametrize(
    ("cambio", "dice"),
    [
        ({"alguna": "bache*"}, "el asterisco no sirve aquí"),
        ({"alguna": ""}, "No dice qué busca"),
        ({"ninguna": "sin agua"}, "está en «alguna» y también en «ninguna»"),
        ({"en": "circulo", "latitud": "diecinueve", "longitud": "-99"}, "«lugar.centro» son dos números"),
        ({"en": "circulo", "latitud": "-99.6", "longitud": "19.3", "radio_km": "5"}, "parece al revés"),
        ({"en": "poligono", "poligono": "no soy geojson"}, "«poligono»"),
        ({"en": "lugares", "lugares": "La Atlántida"}, "No conozco el lugar «La Atlántida»"),
        ({"redes": "fotolog"}, "no conozco la red «fotolog»"),
        ({"clases": "chisme"}, "no existe «chisme»"),
        ({"confianza": "9", "en": "circulo", "latitud": "19", "longitud": "-99"}, "número de 0 a 1"),
    ],
    ids=str,
)
def test_los_errores_son_los_del_archivo_y_no_se_pierde_lo_escrito(
    persona: Entra, panel: EntornoDelPanel, cambio: dict[str, str], dice: str
) -> None:
    respuesta = persona(Rol.COORDINADOR).hacer("/monitores/nuevo", AGUA | cambio)
    assert respuesta.status_code == 422
    assert dice in respuesta.text
    assert 'value="Falta de agua"' in respuesta.text
    assert monitores(panel) == []


def test_cambiarlo_sube_su_version_y_renombrarlo_no(persona: Entra, panel: EntornoDelPanel) -> None:
    alguien = persona(Rol.COORDINADOR)
    alguien.hacer("/monitores/nuevo", AGUA)
    alguien.hacer("/monitores/1/editar", AGUA | {"nombre": "Sin agua"})
    assert [(m.nombre, m.version) for m in monitores(panel)] == [("Sin agua", 1)]
    alguien.hacer("/monitores/1/editar", AGUA | {"ninguna": ""})
    assert monitores(panel)[0].version == 2


def test_dos_con_el_mismo_nombre_no_chocan(persona: Entra, panel: EntornoDelPanel) -> None:
    alguien = persona(Rol.COORDINADOR)
    for _ in range(2):
        alguien.hacer("/monitores/nuevo", AGUA)
    assert [m.clave for m in monitores(panel)] == ["falta-de-agua", "falta-de-agua-2"]


def test_el_del_archivo_no_se_cambia_y_se_puede_copiar(persona: Entra, panel: EntornoDelPanel) -> None:
    suyo = crear_monitor(panel)
    alguien = persona(Rol.COORDINADOR)
    assert alguien.ver(f"/monitores/{suyo.id}/editar").status_code == 403
    assert alguien.hacer(f"/monitores/{suyo.id}/editar", AGUA).status_code == 403
    alguien.hacer(f"/monitores/{suyo.id}/vigilar", {"activo": ""})
    assert monitores(panel)[0].activo
    assert "Agua (copia)" in alguien.ver(f"/monitores/nuevo?de={suyo.id}").text


# ── uno ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_uno_ensena_sus_conteos_sus_alzas_y_lo_que_hay_detras(persona: Entra, panel: EntornoDelPanel) -> None:
    monitor = con_vida(panel)
    lector = persona(Rol.LECTOR)
    html = lector.ver(f"/monitores/{monitor.id}").text
    assert 'class="alza"' in html
    assert 'class="banda"' in html
    assert "6 mensajes" in html
    assert "San Mateo" in html
    assert "<mark>Fugas de agua</mark> en San Mateo 5" in html
    assert "Mensajes por día" in lector.ver(f"/monitores/{monitor.id}?ver=dias").text
    assert "habría sonado:" in lector.ver(f"/monitores/{monitor.id}?ensayo=1").text


def test_la_lista_dice_lo_de_hoy_lo_normal_y_sus_alzas(persona: Entra, panel: EntornoDelPanel) -> None:
    con_vida(panel)
    html = persona(Rol.LECTOR).ver("/monitores").text
    assert "Alza ahora" in html
    assert 'class="chispa"' in html
    assert "Ninguno se llama así" in persona(Rol.LECTOR, nombre="Otro").ver("/monitores?q=baches").text


@pytest.mark.parametrize(("escrito", "queda"), [("0,5", 0.5), ("", None), ("99", 2.0), ("poco", 2.0)])
def test_su_presupuesto_se_ajusta(persona: Entra, panel: EntornoDelPanel, escrito: str, queda: float | None) -> None:
    crear_monitor(panel, falsas_alarmas=2.0)
    persona(Rol.COORDINADOR).hacer("/monitores/1/presupuesto", {"falsas": escrito})
    assert monitores(panel)[0].falsas_alarmas == queda


def test_se_deja_de_vigilar_y_se_vuelve(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_monitor(panel, origen="ana@sanjacinto.gob.mx")
    alguien = persona(Rol.COORDINADOR)
    alguien.hacer("/monitores/1/vigilar", {"activo": ""})
    assert not monitores(panel)[0].activo
    alguien.hacer("/monitores/1/vigilar", {"activo": "1"})
    assert (monitores(panel)[0].activo, monitores(panel)[0].contado) == (True, 0)


def test_se_silencia_y_se_reanuda(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_monitor(panel)
    alguien = persona(Rol.COORDINADOR)
    assert (
        "no entendemos la fecha"
        in alguien.hacer("/monitores/1/silenciar", {"plazo": "hasta", "hasta": "ayer 9:00"}, json=True).text
    )
    alguien.hacer("/monitores/1/silenciar", {"plazo": "cuatro"})
    with panel.entorno.base.leer() as sesion:
        assert [s.ambito for s in sesion.exec(select(Silencio))] == ["monitor:1"]
    assert "Silenciado hasta" in alguien.ver("/monitores/1").text
    assert "otra vez" in alguien.hacer("/monitores/1/reanudar", json=True).text


def test_su_pasado_se_cuenta_aparte_y_se_ve_por_donde_va(persona: Entra, panel: EntornoDelPanel) -> None:
    hablar(panel)
    alguien = persona(Rol.COORDINADOR)
    alguien.hacer("/monitores/nuevo", AGUA)
    assert "Contar su pasado" in alguien.ver("/monitores/1").text
    alguien.hacer("/monitores/1/recontar")
    panel.recuentos.esperar(1)
    assert alguien.ver("/monitores/1/recuento").json()["sigue"] is False
    assert monitores(panel)[0].contado == 1
    assert "Otra vez <mark>sin agua</mark> en la calle 3" in alguien.ver("/monitores/1").text


# ── quién puede ──────────────────────────────────────────────────────────────────────────────────────────────────

ACTOS = ["silenciar", "reanudar", "vigilar", "presupuesto", "recontar", "editar"]


@pytest.mark.parametrize("camino", ["/monitores/nuevo", *(f"/monitores/1/{acto}" for acto in ACTOS)])
def test_quien_no_coordina_solo_mira(persona: Entra, panel: EntornoDelPanel, camino: str) -> None:
    crear_monitor(panel, origen="ana@sanjacinto.gob.mx")
    editora = persona(Rol.EDITOR)
    assert editora.hacer(camino, AGUA).status_code == 403
    assert editora.ver("/monitores/1").status_code == 200
    assert "/editar" not in editora.ver("/monitores/1").text
    assert len(monitores(panel)) == 1


def test_son_de_toda_la_oficina(persona: Entra, panel: EntornoDelPanel, perfil_de: Callable[..., Any]) -> None:
    crear_monitor(panel)
    suya = persona(Rol.ADMINISTRADOR, perfil_id=perfil_de().id)
    caminos = ("/monitores", "/monitores/1", "/monitores/nuevo", "/monitores/1/editar", "/monitores/1/recuento")
    assert {suya.ver(camino).status_code for camino in caminos} == {404}
    assert persona(Rol.COORDINADOR).ver("/monitores/99").status_code == 404


# ── en un navegador ──────────────────────────────────────────────────────────────────────────────────────────────


def test_hacer_uno_probarlo_y_guardarlo(
    navegador: Navegador, panel: EntornoDelPanel, capturar: Callable[[Page, str], None]
) -> None:
    hablar(panel)
    pagina = navegador.como(crear_usuario(panel, Rol.COORDINADOR))
    pagina.goto("/monitores")
    capturar(pagina, "monitores-vacio")
    assert faltas(pagina) == []
    pagina.get_by_role("link", name="Hacer el primero").click()
    pagina.get_by_label("Nombre", exact=True).fill("Falta de agua")
    pagina.get_by_label("Basta una de éstas").fill("sin agua\nfuga de agua")
    pagina.get_by_label("Que no digan").fill("agua de jamaica")
    pagina.get_by_label("Un círculo").check()
    pagina.get_by_label("Latitud").fill("19.29")
    pagina.get_by_label("Longitud").fill("-99.66")
    pagina.get_by_label("Contar también lo que no se sabe").check()
    pagina.get_by_role("button", name="Probar en lo ya oído").click()
    assert "11 mensajes habría contado" in pagina.get_by_role("status").inner_text()
    assert pagina.locator("mark").first.inner_text() == "sin agua"
    assert faltas(pagina) == []
    capturar(pagina, "monitores-probar")
    pagina.get_by_role("button", name="Guardar").click()
    assert pagina.get_by_role("heading", name="Falta de agua").is_visible()
    assert navegador.errores == []


def test_uno_lleno_en_el_telefono_y_la_alerta_se_atiende(
    navegador: Navegador, panel: EntornoDelPanel, capturar: Callable[[Page, str], None]
) -> None:
    monitor = con_vida(panel)
    historia = contar_historia(
        panel, asunto="Sube Falta de agua", clave=f"monitor:{monitor.id}", monitores=f"{monitor.id}"
    )
    usuario = crear_usuario(panel, Rol.COORDINADOR)
    escritorio = navegador.como(usuario)
    for camino, nombre in (("/monitores", "lista"), (f"/monitores/{monitor.id}", "uno"), ("/alertas", "alertas")):
        escritorio.goto(camino)
        capturar(escritorio, f"monitores-{nombre}")
        assert faltas(escritorio) == []
    escritorio.goto(f"/alertas/{historia.id}")
    capturar(escritorio, "alertas-una")
    telefono = navegador.como(usuario, telefono=True, oscuro=True)
    for camino, nombre in (
        ("/monitores", "lista"),
        (f"/monitores/{monitor.id}", "uno"),
        ("/monitores/nuevo", "nuevo"),
        ("/alertas", "alertas"),
        (f"/alertas/{historia.id}", "alerta"),
    ):
        telefono.goto(camino)
        assert telefono.evaluate("document.documentElement.scrollWidth") <= 412, camino
        capturar(telefono, f"monitores-telefono-{nombre}")
    assert faltas(telefono) == []
    telefono.get_by_role("button", name="Enterada").click()
    assert "está enterada" in telefono.get_by_role("status").inner_text()
    assert navegador.errores == []
