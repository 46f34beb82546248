"""Las alertas: las abiertas primero, qué hay detrás de cada una, y decir que ya se sabe."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from modelos import Asiento, Correo, Gasto, Rol, Silencio, Suceso
from modelos.escucha import Pico
from motor.arranque import Oficina
from motor.avisos.alzas.picos import clave_de
from panel.entorno import EntornoDelPanel
from tests.panel.con_historias import alzarse, contar_historia, crear_monitor, decir, historia_de, poner_fuente
from tests.panel.personas import Persona

Entra = Callable[..., Persona]


def con_alza(panel: EntornoDelPanel) -> int:
    """Una historia con su alza y sus mensajes; su número."""
    monitor = crear_monitor(panel, nombre="Falta de agua")
    poner_fuente(panel)
    pico = alzarse(panel, monitor.id)
    ahora = panel.entorno.reloj.ahora()
    for n in range(12):
        en = ahora - timedelta(minutes=3 * n)
        lugar = {"lugar": "San Mateo", "lugar_por": "texto"} if n % 2 else {}
        decir(
            panel,
            f"Fuga de agua número {n}",
            monitor.id,
            en=en,
            interacciones=n,
            autor_usuario=f"u{n % 4}",
            n=n,
            **lugar,
        )
    decir(panel, "esto es secreto", monitor.id, clase="directo", autor_usuario="reservada")
    historia = contar_historia(
        panel, asunto="Sube Falta de agua", clave=f"monitor:{monitor.id}", monitores=str(monitor.id)
    )
    sumar(panel, historia.id, pico)
    return historia.id


def sumar(panel: EntornoDelPanel, historia_id: int, pico: Pico) -> None:
    with panel.entorno.base.escribir() as sesion:
        sesion.add(Suceso(clave=clave_de(pico), historia_id=historia_id, de=pico.id, ocurrido_en=pico.visto_en))


@pytest.mark.dos_bases
def test_una_historia_dice_que_paso_donde_y_cuantas_cuentas(persona: Entra, panel: EntornoDelPanel) -> None:
    html = persona(Rol.LECTOR).ver(f"/alertas/{con_alza(panel)}").text
    assert "30 en una hora, donde lo normal son 2.0" in html
    assert "13 mensajes" in html
    assert "de 5 cuentas" in html
    assert 'San Mateo <span class="suave">(6)</span>' in html
    assert "Fuga de agua número 11" in html
    assert "Los números de la gráfica" in html


def test_lo_privado_se_cuenta_y_no_se_ensena(persona: Entra, panel: EntornoDelPanel) -> None:
    html = persona(Rol.COORDINADOR).ver(f"/alertas/{con_alza(panel)}").text
    assert "secreto" not in html
    assert "reservada" not in html
    assert "Y 1 mensaje privado" in html


def test_un_enlace_que_no_es_de_la_web_no_se_puede_pulsar(persona: Entra, panel: EntornoDelPanel) -> None:
    monitor = crear_monitor(panel)
    decir(panel, "<b>Fuga</b> de agua", monitor.id, url="javascript:alert(1)")
    historia = contar_historia(panel, clave=f"monitor:{monitor.id}", monitores=str(monitor.id))
    html = persona(Rol.LECTOR).ver(f"/alertas/{historia.id}").text
    assert "&lt;b&gt;Fuga&lt;/b&gt;" in html
    assert "javascript:" not in html


def test_las_abiertas_van_primero_y_lo_que_paso_por_paginas(persona: Entra, panel: EntornoDelPanel) -> None:
    ahora = panel.entorno.reloj.ahora()
    contar_historia(panel, asunto="La que sigue")
    for n in range(30):
        contar_historia(panel, asunto=f"Pasada {n:02}", clave=f"monitor:{n + 50}", cerrada_en=ahora)
    lector = persona(Rol.LECTOR)
    html = lector.ver("/alertas").text
    assert html.index("La que sigue") < html.index("Pasada 29")
    assert "Pasada 04" not in html
    assert "Pasada 04" in lector.ver("/alertas?antes=7").text


def test_enterada_se_dice_una_vez_y_queda_en_la_bitacora(persona: Entra, panel: EntornoDelPanel) -> None:
    historia = contar_historia(panel)
    una, otra = persona(Rol.COORDINADOR, nombre="Ana Luz"), persona(Rol.COORDINADOR, nombre="Beto Paz")
    assert una.hacer(f"/alertas/{historia.id}/enterada", {"volver": "/"}).headers["location"] == "/"
    assert "Ya la había atendido Ana Luz" in otra.hacer(f"/alertas/{historia.id}/enterada", json=True).text
    assert historia_de(panel, historia.id).atendida_por == "Ana Luz"
    with panel.entorno.base.leer() as sesion:
        assert [a.sobre for a in sesion.exec(select(Asiento).where(Asiento.accion == "historia_atendida"))] == [
            f"historia:{historia.id}"
        ]


@pytest.mark.parametrize(("plazo", "horas"), [("cuatro", 4), ("hoy", 15), ("hasta", 24)])  # son las 9:00
def test_se_silencia_por_un_rato(persona: Entra, panel: EntornoDelPanel, plazo: str, horas: int) -> None:
    historia = contar_historia(panel, clave="monitor:4", monitores="4,7")
    datos = {"plazo": plazo, "hasta": "mañana 9:00", "motivo": "simulacro"}
    persona(Rol.COORDINADOR).hacer(f"/alertas/{historia.id}/silenciar", datos)
    fin = panel.entorno.reloj.ahora() + timedelta(hours=horas)
    with panel.entorno.base.leer() as sesion:
        callados = {(s.ambito, s.hasta, s.motivo) for s in sesion.exec(select(Silencio))}
    assert callados == {("monitor:4", fin, "simulacro"), ("monitor:7", fin, "simulacro")}


def test_lo_que_no_se_entiende_se_dice_y_no_se_pierde(persona: Entra, panel: EntornoDelPanel) -> None:
    historia = contar_historia(panel)
    datos = {"plazo": "hasta", "hasta": "ayer 9:00"}
    respuesta = persona(Rol.COORDINADOR).hacer(f"/alertas/{historia.id}/silenciar", datos)
    assert respuesta.status_code == 422
    assert 'value="ayer 9:00"' in respuesta.text


def test_se_puede_volver_a_oir(persona: Entra, panel: EntornoDelPanel) -> None:
    historia = contar_historia(panel)
    coordina = persona(Rol.COORDINADOR)
    coordina.hacer(f"/alertas/{historia.id}/silenciar", {"plazo": "cuatro"})
    assert "Silenciado ahora" in coordina.ver("/alertas").text
    coordina.hacer("/silencios/1/quitar")
    assert "Silenciado ahora" not in coordina.ver("/alertas").text
    assert "no estaba silenciado" in coordina.hacer(f"/alertas/{historia.id}/reanudar", json=True).text


def test_dice_a_quien_se_le_aviso_y_cuando(persona: Entra, panel: EntornoDelPanel) -> None:
    historia, ahora = contar_historia(panel), panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        sesion.add(
            Correo(
                clave="c1",
                grupo="historia",
                para="jefa@ejemplo.mx",
                asunto="Sube",
                texto="",
                historia_id=historia.id,
                no_antes_de=ahora,
                creado_en=ahora,
                enviado_en=ahora,
            )
        )
    assert "jefa@ejemplo.mx" in persona(Rol.LECTOR).ver(f"/alertas/{historia.id}").text


@pytest.mark.parametrize("camino", ["/alertas", "/alertas/1"])
def test_son_de_toda_la_oficina(
    persona: Entra, panel: EntornoDelPanel, perfil_de: Callable[..., object], camino: str
) -> None:
    contar_historia(panel)
    perfil_de()
    assert persona(Rol.ADMINISTRADOR, perfil_id=1).ver(camino).status_code == 404
    assert persona(Rol.LECTOR).ver(camino).status_code == 200


@pytest.mark.parametrize(
    "acto", ["/alertas/1/enterada", "/alertas/1/silenciar", "/alertas/1/reanudar", "/silencios/1/quitar"]
)
def test_quien_no_coordina_no_las_atiende(persona: Entra, panel: EntornoDelPanel, acto: str) -> None:
    contar_historia(panel)
    assert persona(Rol.EDITOR).hacer(acto, {"plazo": "cuatro"}).status_code == 403
    assert historia_de(panel, 1).atendida_en is None


def test_una_que_no_existe_no_esta(persona: Entra) -> None:
    coordina = persona(Rol.COORDINADOR)
    assert coordina.ver("/alertas/99").status_code == 404
    assert {
        coordina.hacer(c, {"plazo": "hoy"}).status_code for c in ("/alertas/99/enterada", "/alertas/99/silenciar")
    } == {404}


@pytest.fixture
def con_presupuesto(oficina: Oficina) -> Oficina:
    return replace(oficina, escucha=replace(oficina.escucha, presupuesto=lambda red: Decimal(40 if red == "x" else 0)))


class TestLoQueCuesta:
    @pytest.fixture
    def oficina(self, con_presupuesto: Oficina) -> Oficina:
        return con_presupuesto

    def test_dice_lo_usado_y_el_limite(self, persona: Entra, panel: EntornoDelPanel) -> None:
        ahora = panel.entorno.reloj.ahora()
        with panel.entorno.base.escribir() as sesion:
            sesion.add(Gasto(red="x", mes="2026-11", concepto="c", microdolares=12_500_000, ocurrido_en=ahora))
        html = persona(Rol.LECTOR).ver("/alertas").text
        assert "12.50 de 40.00 dólares" in html
        assert "PREGONERO_X_PRESUPUESTO_USD" in html
