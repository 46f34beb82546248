"""Una historia es una conversación: se abre una vez, se sigue en su hilo, se atiende, se calla y se cierra."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from modelos import Correo, EstadoDeCorreo
from modelos.escucha import Conteo, Pico
from motor.avisos.avisador import Avisador
from motor.avisos.historias import atender, reanudar, silenciar
from tests.motor.avisos.conftest import HORA, PARA, Pueblo, hora_local

pytestmark = pytest.mark.usefixtures("sin_dibujar")

MINUTO = timedelta(minutes=1)


@pytest.fixture
def agua(pueblo: Pueblo) -> int:
    monitor = pueblo.monitor("inundaciones", "Inundaciones")
    pueblo.quincena(monitor)
    return monitor


@pytest.mark.dos_bases
def test_un_pico_es_un_correo_y_sólo_uno(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    pueblo.inundacion(agua)
    pueblo.pico(agua)
    assert avisador.atender() == 1
    assert avisador.atender() == 0
    (correo,) = pueblo.correos()
    assert correo.asunto == "Sube Inundaciones: 30 mensajes en una hora (lo normal: 2)"
    assert correo.para == ", ".join(PARA)
    (historia,) = pueblo.historias()
    assert (historia.clase, historia.clave, correo.historia_id) == ("pico", f"monitor:{agua}", historia.id)
    assert pueblo.picos()[0].avisado_en is not None


@pytest.mark.dos_bases
def test_si_muere_entre_las_dos_bases_no_se_avisa_otra_vez(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    """El correo ya está escrito y el pico todavía dice que no: al volver sólo se pone la marca."""
    pueblo.inundacion(agua)
    pico = pueblo.pico(agua)
    avisador.atender()
    with pueblo.escucha.base.escribir() as sesion:
        sesion.get_one(Pico, pico).avisado_en = None
    Avisador(pueblo.escucha).atender()
    assert len(pueblo.correos()) == 1
    assert pueblo.picos()[0].avisado_en is not None


def test_si_la_base_principal_falla_el_pico_sigue_por_avisar(
    pueblo: Pueblo, avisador: Avisador, agua: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pueblo.inundacion(agua)
    pueblo.pico(agua)

    def se_va_la_luz(*_: object, **__: object) -> None:
        raise RuntimeError("se fue la luz")

    with monkeypatch.context() as luz:
        luz.setattr("motor.avisos.picos.contar", se_va_la_luz)
        assert avisador.atender() == 0
    assert "No se pudo atender las alzas" in caplog.text
    assert pueblo.correos() == []
    assert avisador.atender() == 1
    assert len(pueblo.correos()) == 1


@pytest.mark.dos_bases
def test_tres_monitores_que_ven_lo_mismo_son_un_solo_correo(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    vialidad, terminal = pueblo.monitor("vialidad"), pueblo.monitor("terminal", "La terminal")
    pueblo.inundacion(agua, vialidad, terminal)
    for monitor, puntaje in ((vialidad, 5.0), (agua, 12.0), (terminal, 7.0)):
        pueblo.pico(monitor, puntaje=puntaje)
    avisador.atender()
    (correo,) = pueblo.correos()
    assert correo.asunto.startswith("Sube Inundaciones")
    assert "También en: La terminal y Vialidad" in correo.texto
    assert pueblo.historias()[0].monitores == f"{agua},{terminal},{vialidad}"


def test_el_que_lo_ve_después_se_suma_sin_otro_correo(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    vialidad = pueblo.monitor("vialidad")
    pueblo.inundacion(agua, vialidad)
    pueblo.pico(agua)
    avisador.atender()
    pueblo.salen()
    pueblo.reloj.avanzar(5 * MINUTO)
    pueblo.pico(vialidad, puntaje=14.0)
    avisador.atender()
    assert len(pueblo.correos()) == 1
    assert pueblo.historias()[0].monitores == f"{agua},{vialidad}"


def test_dos_cosas_distintas_son_dos_correos(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    baches = pueblo.monitor("baches")
    pueblo.inundacion(agua)
    for n in range(20):
        pueblo.dicen(f"La feria de las flores estuvo preciosa, gracias {n}", baches, hace=n * MINUTO)
    pueblo.pico(agua)
    pueblo.pico(baches)
    avisador.atender()
    assert len(pueblo.correos()) == len(pueblo.historias()) == 2


def test_sin_mensajes_en_común_el_mismo_lugar_y_las_mismas_palabras_las_junta(
    pueblo: Pueblo, avisador: Avisador, agua: int
) -> None:
    vialidad = pueblo.monitor("vialidad")
    pueblo.inundacion(agua)
    pueblo.inundacion(vialidad)
    pueblo.pico(agua)
    pueblo.pico(vialidad)
    avisador.atender()
    assert len(pueblo.correos()) == 1


def test_si_empeora_se_contesta_en_el_mismo_hilo(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    pueblo.inundacion(agua)
    pueblo.pico(agua)
    avisador.atender()
    pueblo.salen()
    pueblo.reloj.avanzar(30 * MINUTO)
    pueblo.inundacion(agua, cuantos=90)
    pueblo.pico(agua, valor=90.0, puntaje=40.0)
    avisador.atender()
    raiz, respuesta = pueblo.correos()
    assert respuesta.asunto == f"Re: {raiz.asunto}"
    assert respuesta.texto.startswith("SIGUE SUBIENDO: INUNDACIONES\n90 mensajes en la última hora")
    assert len(pueblo.historias()) == 1


def test_cuando_pasa_se_dice_una_vez_y_se_cierra(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    pueblo.inundacion(agua)
    pico = pueblo.pico(agua)
    avisador.atender()
    pueblo.salen()
    pueblo.reloj.avanzar(3 * HORA)
    assert avisador.atender() == 1  # sólo escala: el alza sigue
    pueblo.acaba(pico)
    avisador.atender()
    avisador.atender()
    despedidas = [c for c in pueblo.correos() if c.texto.startswith("VOLVIÓ A LO NORMAL: INUNDACIONES")]
    assert [c.asunto for c in despedidas] == ["Re: Sube Inundaciones: 30 mensajes en una hora (lo normal: 2)"]
    assert "Duró 3 h 40 min" in despedidas[0].texto
    assert pueblo.historias()[0].cerrada_en is not None


@pytest.mark.dos_bases
def test_si_vuelve_el_mismo_día_sigue_la_misma_conversación(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    pueblo.inundacion(agua)
    pueblo.acaba(pueblo.pico(agua))
    avisador.atender()
    pueblo.salen()
    pueblo.reloj.avanzar(5 * HORA)
    pueblo.inundacion(agua)
    pueblo.pico(agua, puntaje=40.0)
    avisador.atender()
    (historia,) = pueblo.historias()
    assert historia.cerrada_en is None
    assert pueblo.correos()[-1].asunto.startswith("Re: ")


def test_un_alza_de_hace_días_no_es_noticia(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    """Al contar otra vez el pasado de un monitor aparecen las de entonces."""
    hace = pueblo.reloj.ahora() - timedelta(days=5)
    pueblo.pico(agua, desde=hace, visto_en=hace)
    assert avisador.atender() == 1
    assert pueblo.correos() == []
    assert pueblo.picos()[0].avisado_en is not None


# ── callar ───────────────────────────────────────────────────────────────────────────────────────────────────


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


def test_lo_que_se_copia_igual_se_enseña_una_vez(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    for n in range(12):
        pueblo.dicen("¡No hay paso en Tollocan!" if n % 2 else "no hay paso, en TOLLOCAN", agua, interacciones=n)
    pueblo.dicen("Yo pasé sin problema", agua, interacciones=1)
    pueblo.pico(agua)
    avisador.atender()
    texto = pueblo.correos()[0].texto
    assert texto.lower().count("paso") == 2  # el mensaje y la palabra nueva
    assert "Yo pasé sin problema" in texto


def test_ni_borrados_ni_directos_ni_el_lugar_de_quien_escribe(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    pueblo.dicen("Esto lo borraron", agua, interacciones=900, borrado_en=pueblo.reloj.ahora())
    pueblo.dicen("Esto es privado", agua, interacciones=900, clase="directo")
    pueblo.dicen("Esto sí", agua, interacciones=1, lugar="Su casa", lugar_por="autor")
    pueblo.pico(agua)
    avisador.atender()
    texto = pueblo.correos()[0].texto
    assert "Esto sí" in texto
    assert not any(d in texto for d in ("borraron", "privado", "Su casa"))


def test_una_fuente_que_no_se_oye_se_dice(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    pueblo.fuente(nombre="Comentarios de la página", fallos=2, oida_en=pueblo.reloj.ahora() - HORA)
    pueblo.fuente(nombre="La que sí se oye")
    pueblo.fuente(nombre="La apagada", fallos=9, oida_en=None, apagada_porque="Cuesta.")
    pueblo.inundacion(agua)
    pueblo.pico(agua)
    avisador.atender()
    assert "Falta: Comentarios de la página: no se pueden oír ahora" in pueblo.correos()[0].texto


def test_los_que_se_cuentan_cada_cinco_minutos_también_tienen_su_normal(pueblo: Pueblo, avisador: Avisador) -> None:
    feria = pueblo.monitor("feria", "Feria")
    ahora = pueblo.reloj.ahora()
    with pueblo.escucha.base.escribir() as sesion:
        for n in range(1, 12 * 24 * 10):
            inicio = ahora - n * timedelta(minutes=5)
            sesion.add(Conteo(monitor_id=feria, paso_s=300, inicio=inicio, cuenta=90 if n < 6 else 5))
    pueblo.pico(feria, paso_s=300, valor=90.0, esperado=5.0, desde=ahora - timedelta(minutes=25))
    avisador.atender()
    correo = pueblo.correos()[0]
    assert correo.asunto == "Sube Feria: 90 mensajes en 5 min (lo normal: 5)"
    assert "90 mensajes en 5 min; lo normal a esta hora son 5" in correo.texto
