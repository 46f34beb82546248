"""Callar retrasa y no tira."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from modelos import Correo
from motor.avisos.avisador import Avisador
from motor.avisos.historias.silencio import reanudar, silenciar
from tests.motor.avisos.conftest import HORA, Pueblo, hora_local

pytestmark = pytest.mark.usefixtures("sin_dibujar")

MINUTO = timedelta(minutes=1)


@pytest.mark.dos_bases
def test_de_noche_espera_a_la_mañana_y_llega_uno_solo_con_todo(
    pueblo: Pueblo, con_callar: Callable[..., Avisador], agua: int
) -> None:
    avisador = con_callar(callar=(time(22, 0), time(7, 0)))
    hora_local(pueblo, 23)
    pueblo.inundacion(agua)
    primero = pueblo.pico(agua)
    avisador.atender()
    (correo,) = pueblo.correos()
    zona = pueblo.escucha.reglas.zona
    assert correo.no_antes_de.astimezone(zona).time() == time(7, 0)
    assert "30 mensajes de 22:00 a 23:00; lo normal a esa hora son 2" in correo.texto

    pueblo.reloj.avanzar(HORA)
    pueblo.inundacion(agua, cuantos=80)
    segundo = pueblo.pico(agua, valor=80.0, puntaje=40.0)
    avisador.atender()
    (correo,) = pueblo.correos()
    assert correo.texto.startswith("SUBE LO QUE SE DICE DE: INUNDACIONES\n80 mensajes")  # la primera noticia

    for pico in (primero, segundo):
        pueblo.acaba(pico)
    avisador.atender()
    (correo,) = pueblo.correos()
    assert correo.asunto == "Ya pasó: Inundaciones volvió a lo normal"


def test_lo_silenciado_a_mano_no_se_pierde(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    ahora = pueblo.reloj.ahora()
    with pueblo.escucha.principal.base.escribir() as sesion:
        silenciar(sesion, [f"monitor:{agua}"], ahora=ahora, hasta=ahora + 4 * HORA, por="prueba")
    pueblo.inundacion(agua)
    pueblo.pico(agua)
    avisador.atender()
    assert pueblo.correos()[0].no_antes_de == ahora + 4 * HORA
    with pueblo.escucha.principal.base.escribir() as sesion:
        assert reanudar(sesion, avisador.mesa, ambito=f"monitor:{agua}", ahora=pueblo.reloj.ahora()) == 1
    assert pueblo.correos()[0].no_antes_de == ahora


@pytest.mark.parametrize("ambito", ["todo", "pico"])
def test_un_silencio_que_acaba_de_noche_espera_a_la_mañana(
    pueblo: Pueblo, con_callar: Callable[..., Avisador], agua: int, ambito: str
) -> None:
    avisador = con_callar(callar=(time(22, 0), time(7, 0)))
    ahora = hora_local(pueblo, 20)
    with pueblo.escucha.principal.base.escribir() as sesion:
        silenciar(sesion, [ambito], ahora=ahora, hasta=ahora + 4 * HORA)
    pueblo.inundacion(agua)
    pueblo.pico(agua)
    avisador.atender()
    assert pueblo.correos()[0].no_antes_de == ahora + 11 * HORA


def test_un_correo_que_ya_se_intentó_no_se_cambia(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    """El servidor lleva horas caído: lo que empeora es otra respuesta, no se reescribe lo que quizá ya salió."""
    pueblo.inundacion(agua)
    pueblo.pico(agua)
    avisador.atender()
    with pueblo.escucha.principal.base.escribir() as sesion:
        correo = sesion.get_one(Correo, pueblo.correos()[0].id)
        correo.intentos, correo.no_antes_de = 3, pueblo.reloj.ahora() + HORA
    pueblo.reloj.avanzar(30 * MINUTO)
    pueblo.pico(agua, valor=90.0, puntaje=40.0)
    avisador.atender()
    assert len(pueblo.correos()) == 2


# ── atender y escalar ────────────────────────────────────────────────────────────────────────────────────────
