"""Del pico a su correo: uno por historia, y ninguno dos veces."""

from datetime import timedelta

import pytest

from modelos.escucha import Pico
from motor.avisos.avisador import Avisador
from tests.motor.avisos.conftest import HORA, PARA, Pueblo

pytestmark = pytest.mark.usefixtures("sin_dibujar")

MINUTO = timedelta(minutes=1)


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
        luz.setattr("motor.avisos.alzas.picos.contar", se_va_la_luz)
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
