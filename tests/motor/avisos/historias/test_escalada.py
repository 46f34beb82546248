"""Lo que nadie atiende se le dice a alguien más; y la bandeja no guarda lo que dijo la gente."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from modelos import Correo, EstadoDeCorreo
from motor.avisos.avisador import Avisador
from motor.avisos.historias.historia import atender
from tests.motor.avisos.conftest import HORA, Pueblo, hora_local

pytestmark = pytest.mark.usefixtures("sin_dibujar")

MINUTO = timedelta(minutes=1)


@pytest.fixture
def avisada(pueblo: Pueblo, avisador: Avisador, agua: int) -> int:
    """Una historia cuyo correo ya salió."""
    pueblo.inundacion(agua)
    pueblo.pico(agua)
    avisador.atender()
    pueblo.salen()
    return pueblo.historias()[0].id


@pytest.mark.dos_bases
def test_si_nadie_la_atiende_en_una_hora_se_escala_una_vez(pueblo: Pueblo, avisador: Avisador, avisada: int) -> None:
    pueblo.reloj.avanzar(59 * MINUTO)
    assert avisador.atender() == 0
    pueblo.reloj.avanzar(MINUTO)
    assert avisador.atender() == 1
    assert avisador.atender() == 0
    escalado = pueblo.correos()[-1]
    assert escalado.para == "jefa@ejemplo.mx"
    assert escalado.asunto == "Sin atender: Sube Inundaciones: 30 mensajes en una hora (lo normal: 2)"
    assert escalado.texto.startswith("Nadie ha dicho «enterada» desde las 9:00 de hoy (hace 1 h 0 min).")
    assert "Paseo Tollocan" in escalado.texto  # lleva todo: quien lo recibe no vio el primero


def test_atendida_no_se_escala(pueblo: Pueblo, avisador: Avisador, avisada: int) -> None:
    with pueblo.escucha.principal.base.escribir() as sesion:
        assert atender(sesion, avisada, quien="Lupita", ahora=pueblo.reloj.ahora()) is not None
        otra_vez = atender(sesion, avisada, quien="Otra", ahora=pueblo.reloj.ahora())
    assert otra_vez is not None
    assert otra_vez.atendida_por == "Lupita"
    pueblo.reloj.avanzar(5 * HORA)
    assert avisador.atender() == 0


def test_el_plazo_para_escalar_también_duerme(pueblo: Pueblo, con_callar: Callable[..., Avisador], agua: int) -> None:
    avisador = con_callar(callar=(time(22, 0), time(7, 0)))
    hora_local(pueblo, 21)
    pueblo.reloj.avanzar(30 * MINUTO)
    pueblo.inundacion(agua)
    pueblo.pico(agua)
    avisador.atender()
    pueblo.salen()
    hora_local(pueblo, 7)
    assert avisador.atender() == 0  # sólo media hora despierta
    pueblo.reloj.avanzar(30 * MINUTO)
    assert avisador.atender() == 1


def test_lo_que_el_servidor_rechazó_se_escala_aunque_no_saliera(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    pueblo.inundacion(agua)
    pueblo.pico(agua)
    avisador.atender()
    with pueblo.escucha.principal.base.escribir() as sesion:
        sesion.get_one(Correo, pueblo.correos()[0].id).estado = EstadoDeCorreo.RECHAZADO
    pueblo.reloj.avanzar(HORA)
    assert avisador.atender() == 1


def test_lo_que_todavía_no_sale_no_se_escala(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    pueblo.inundacion(agua)
    pueblo.pico(agua)
    avisador.atender()
    pueblo.reloj.avanzar(10 * HORA)
    assert avisador.atender() == 0


def test_la_bandeja_no_guarda_lo_que_dijo_la_gente(pueblo: Pueblo, avisador: Avisador, avisada: int) -> None:
    assert "Tollocan" in pueblo.correos()[0].texto
    pueblo.reloj.avanzar(timedelta(hours=25))
    avisador.resumenes()
    correo = pueblo.correos()[0]
    assert "Tollocan" not in correo.texto + correo.html
    assert correo.estado is EstadoDeCorreo.ENVIADO


# ── lo que se averigua ───────────────────────────────────────────────────────────────────────────────────────
