"""Lo que el correo de un alza cuenta y lo que no."""

from datetime import timedelta

import pytest

from modelos.escucha import Conteo, Laguna
from motor.avisos.alzas.averiguar import reunir
from motor.avisos.avisador import Avisador
from motor.avisos.redaccion.hechos import Hechos
from tests.motor.avisos.conftest import HORA, Pueblo

MINUTO = timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("sin_dibujar")


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


def test_la_que_mide_y_falla_no_es_que_no_se_oiga(pueblo: Pueblo, avisador: Avisador, agua: int) -> None:
    pueblo.fuente(nombre="Los números del perfil", trabajo="medir", fallos=2, oida_en=None)
    pueblo.inundacion(agua)
    pueblo.pico(agua)
    avisador.atender()
    assert "Los números del perfil" not in pueblo.correos()[0].texto


def hechos_de(pueblo: Pueblo, pico: int) -> Hechos:
    [suyo] = [p for p in pueblo.picos() if p.id == pico]
    return reunir(pueblo.escucha, [suyo], {suyo.monitor_id: "Inundaciones"}, ahora=pueblo.reloj.ahora())


def test_mientras_una_fuente_está_caída_callar_no_es_cero(pueblo: Pueblo, agua: int) -> None:
    ahora = pueblo.reloj.ahora()
    pueblo.fuente(fallos=3, cubierta_hasta=ahora - 5 * HORA, oida_en=ahora - 5 * HORA)
    pueblo.dicen("Se inundó Tollocan", agua)
    puntos = {p.inicio: p for p in hechos_de(pueblo, pueblo.pico(agua)).puntos}
    assert puntos[ahora - 7 * HORA].visto == 0  # entonces se oía, y de noche nadie decía nada
    assert puntos[ahora - 4 * HORA].visto is None  # nadie abrió una laguna: sigue caída
    assert puntos[ahora - HORA].visto == 1  # lo que trajo otra es lo menos que hubo


def test_lo_que_todavía_no_toca_oír_no_se_da_por_perdido(pueblo: Pueblo, agua: int) -> None:
    ahora = pueblo.reloj.ahora()
    pueblo.fuente(cubierta_hasta=ahora - 3 * HORA, proxima_en=ahora + HORA)
    pueblo.dicen("Se inundó Tollocan", agua, hace=4 * HORA - MINUTO)
    puntos = hechos_de(pueblo, pueblo.pico(agua)).puntos
    assert puntos[-1].inicio == ahora - 4 * HORA
    assert puntos[-1].visto == 1


def test_de_lo_que_se_oyó_a_medias_no_se_aprende_lo_normal(pueblo: Pueblo, agua: int) -> None:
    ahora = pueblo.reloj.ahora()
    fuente = pueblo.fuente(cubierta_hasta=ahora)
    antes = hechos_de(pueblo, pueblo.pico(agua)).normal_total
    with pueblo.escucha.base.escribir() as sesion:
        sesion.add(Laguna(fuente_id=fuente, desde=ahora - timedelta(days=30), hasta=ahora - timedelta(days=1)))
    assert antes is not None
    assert hechos_de(pueblo, pueblo.pico(agua)).normal_total is None


@pytest.mark.dos_bases
def test_cuántas_cuentas_son_sólo_se_dice_si_las_redes_lo_dijeron(pueblo: Pueblo, agua: int) -> None:
    pico = pueblo.pico(agua)
    for n in range(9):
        pueblo.dicen("Se inundó", agua, autor_id="" if n < 4 else "a1", autor_usuario="vecina" if n < 4 else "otra")
    pueblo.dicen("Se inundó", agua, autor_id="", autor_usuario="")
    assert hechos_de(pueblo, pico).autores == 2  # la que la red sólo nombra también es una
    pueblo.dicen("Se inundó", agua, autor_id="", autor_usuario="")
    assert hechos_de(pueblo, pico).autores is None


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
