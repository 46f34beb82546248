"""Los horarios: la semana de un perfil, de qué se aprendió, qué tan seguro es y qué horas elegiría."""

import math
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlmodel import select

from modelos import Asiento, Horario, Perfil, Rol
from panel.entorno import EntornoDelPanel
from tests.panel.accesible import faltas
from tests.panel.conftest import Navegador
from tests.panel.personas import Persona, crear_usuario

Entra = Callable[..., Persona]
Perfiles = Callable[..., Perfil]


def aprender(panel: EntornoDelPanel, perfil: Perfil, *, publicaciones: int = 212) -> None:
    """Sabe que de noche, entre semana, le va mejor; y lo sabe bien de los jueves a las ocho."""
    ganancia = [12 * math.sin((r % 24 - 13) / 24 * 2 * math.pi) - (8 if r >= 120 else 0) for r in range(168)]
    ganancia[3 * 24 + 20] = 24.4
    inferior = [g - (9 if r % 24 in (19, 20, 21) else 18) for r, g in enumerate(ganancia)]
    superior = [g + (9 if r % 24 in (19, 20, 21) else 16) for r, g in enumerate(ganancia)]
    ahora = panel.entorno.reloj.ahora()
    mapa = {
        "ganancia": ganancia,
        "inferior": inferior,
        "superior": superior,
        "publicaciones": publicaciones,
        "curva": "facebook",
        "espaciado": 0.1,
    }
    with panel.entorno.base.escribir() as sesion:
        fila = Horario(
            perfil_id=perfil.id,
            aprendido_en=ahora - timedelta(hours=6),
            hasta=ahora - timedelta(days=4),
            publicaciones=publicaciones,
            metrica="interacciones",
            mapa=mapa,
            huella="h",
        )
        sesion.add(fila)


@pytest.fixture
def perfil(perfil_de: Perfiles, panel: EntornoDelPanel) -> Perfil:
    suyo = perfil_de(nombre="ayuntamiento", titulo="Ayuntamiento de San Jacinto")
    aprender(panel, suyo)
    return suyo


def test_cada_celda_dice_que_se_espera_y_si_es_seguro(persona: Entra, perfil: Perfil) -> None:
    html = persona(Rol.LECTOR).ver(f"/horarios/{perfil.id}").text
    assert "jueves 20 h: +24 %, entre +15 y +33; mejor, segura" in html
    assert "jueves 3 h: −6 %, entre −24 y +10; no se elige a esta hora" in html
    assert html.count('role="cell"') == 168
    assert "la 1ª mejor" in html


def test_dice_de_que_se_aprendio_y_lo_que_elegiria(persona: Entra, perfil: Perfil, perfil_de: Perfiles) -> None:
    perfil_de(nombre="dif")
    html = persona(Rol.EDITOR).ver(f"/horarios/{perfil.id}").text
    for dicho in ("212", "interacciones", "curva pública de facebook", "dif", "22:00 a 7:00", "Virgen de Guadalupe"):
        assert dicho in html
    assert f"/componer?perfil={perfil.id}&amp;dia=2026-11-26&amp;hora=20:00" in html
    assert '<span class="suave">+24 % (entre +15 y +33)</span>' in html


def test_sin_nada_aprendido_lo_dice(persona: Entra, perfil_de: Perfiles) -> None:
    html = persona(Rol.LECTOR).ver(f"/horarios/{perfil_de().id}").text
    assert "in evidencia todavía" in html
    assert "De ninguna hora se sabe todavía con certeza" in html


def test_sin_perfiles_dice_que_es_y_que_hacer(persona: Entra) -> None:
    assert 'href="/perfiles"' in persona(Rol.ADMINISTRADOR).ver("/horarios").text


def test_solo_se_ven_los_de_uno(persona: Entra, perfil: Perfil, perfil_de: Perfiles) -> None:
    otro = perfil_de(nombre="dif", titulo="El DIF")
    lectora = persona(Rol.LECTOR, perfil_id=otro.id)
    html = lectora.ver("/horarios").text
    assert "El DIF" in html
    assert "Ayuntamiento de San Jacinto" not in html
    assert lectora.ver(f"/horarios/{perfil.id}").status_code == 404


def test_aprender_ahora_sin_nada_medido_lo_dice(persona: Entra, panel: EntornoDelPanel, perfil_de: Perfiles) -> None:
    suyo = perfil_de()
    respuesta = persona(Rol.COORDINADOR).hacer(f"/horarios/{suyo.id}/aprender", json=True)
    assert "nada medido" in respuesta.json()["hecho"]
    with panel.entorno.base.leer() as sesion:
        assert sesion.exec(select(Asiento).where(Asiento.accion == "horario_aprendido")).one().sobre == "perfil:1"


def test_quien_no_coordina_no_aprende(persona: Entra, perfil: Perfil) -> None:
    assert persona(Rol.EDITOR).hacer(f"/horarios/{perfil.id}/aprender").status_code == 403


def test_muchos_hermanos_se_dejan_para_la_noche(persona: Entra, perfil: Perfil, perfil_de: Perfiles) -> None:
    for n in range(12):
        perfil_de(nombre=f"p{n}")
    respuesta = persona(Rol.COORDINADOR).hacer(f"/horarios/{perfil.id}/aprender", json=True)
    assert "esta noche" in respuesta.json()["error"]


def test_la_semana_con_teclado_y_en_el_telefono(
    navegador: Navegador, panel: EntornoDelPanel, perfil: Perfil, capturar: Callable[[Page, str], None]
) -> None:
    usuario = crear_usuario(panel, Rol.COORDINADOR)
    pagina = navegador.como(usuario)
    pagina.goto(f"/horarios/{perfil.id}")
    dicha = pagina.locator("[data-dicha]")
    assert dicha.inner_text().startswith("jueves 20 h")
    pagina.get_by_role("grid").locator('td[tabindex="0"]').focus()
    pagina.keyboard.press("ArrowRight")
    assert dicha.inner_text().startswith("jueves 21 h")
    pagina.keyboard.press("ArrowDown")
    assert dicha.inner_text().startswith("viernes 21 h")
    assert faltas(pagina) == []
    capturar(pagina, "horarios-escritorio")
    pagina.goto("/horarios")
    capturar(pagina, "horarios-lista")
    telefono = navegador.como(usuario, telefono=True, oscuro=True)
    telefono.goto(f"/horarios/{perfil.id}")
    assert telefono.evaluate("document.documentElement.scrollWidth") <= 412
    telefono.get_by_role("grid").locator('td[tabindex="0"]').focus()
    telefono.keyboard.press("ArrowDown")
    assert telefono.locator("[data-dicha]").inner_text().startswith("jueves 21 h")
    assert faltas(telefono) == []
    capturar(telefono, "horarios-telefono-oscuro")
    assert navegador.errores == []


def test_sin_guiones_es_una_tabla(navegador: Navegador, panel: EntornoDelPanel, perfil: Perfil) -> None:
    pagina = navegador.como(crear_usuario(panel, Rol.LECTOR), guiones=False)
    pagina.goto(f"/horarios/{perfil.id}")
    assert pagina.get_by_role("table").get_by_role("rowheader").count() == 7
    assert pagina.get_by_role("table").get_by_role("columnheader").count() == 25
