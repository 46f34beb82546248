"""Lo que dejaron los muertos y lo que ya es tarde para publicar solo."""

from datetime import timedelta

import pytest

from conectores.contrato import ErrorDePerfil, ErrorTransitorio
from modelos import Estado
from motor.publicacion.barrido import devolver
from motor.publicacion.transiciones import transitar
from tests.conftest import COMIENZO
from tests.motor.oficina import HORA, MINUTO, SEGUNDO, Oficina

pytestmark = pytest.mark.dos_bases


def test_al_arrancar_solo_no_hace_falta_esperar_a_que_venzan_los_arriendos(oficina: Oficina) -> None:
    reclamada = oficina.programar_una("Uno")
    oficina.reclamar()
    assert oficina.barrer() == 0
    assert oficina.barrer(solos=True) == 1
    assert oficina.estado(reclamada) is Estado.PROGRAMADA


def test_lo_devuelto_sin_empezar_sale_en_seguida(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    devolver(oficina.entorno, oficina.reclamar())
    assert oficina.estado(entrega) is Estado.PROGRAMADA
    assert oficina.publicar() == [Estado.PUBLICADA]


def test_devolver_lo_que_ya_es_de_otro_no_hace_nada(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    (viejo,) = oficina.reclamar()
    oficina.barrer(solos=True)
    oficina.reclamar()
    devolver(oficina.entorno, [viejo])
    assert oficina.estado(entrega) is Estado.RECLAMADA


# ── lo vencido ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_cierre_de_calle_no_se_publica_al_dia_siguiente(oficina: Oficina) -> None:
    entrega = oficina.programar_una("Cierre", vence_en=COMIENZO + 30 * MINUTO)
    oficina.reloj.avanzar(30 * MINUTO)  # el demonio estaba detenido
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.VENCIDA
    assert oficina.textos_publicados() == []
    assert oficina.asuntos() == [f"Venció sin publicarse la {entrega.id} en memoria"]


def test_si_vence_la_primera_parte_el_hilo_entero_calla(oficina: Oficina) -> None:
    partes = [oficina.programar_una(f"Parte {n}", vence_en=COMIENZO + MINUTO) for n in range(3)]
    for n, parte in enumerate(partes):
        oficina.cambiar(parte, publicacion_id=partes[0].publicacion_id, parte=n)
    oficina.reloj.avanzar(MINUTO)
    oficina.vencer()
    assert oficina.estado(partes[0]) is Estado.VENCIDA
    assert set(oficina.estados(partes[1:])) <= {Estado.CANCELADA, Estado.VENCIDA}


# ── lo que llega tarde ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("retraso", "estado"),
    [(HORA, Estado.PUBLICADA), (HORA + SEGUNDO, Estado.POR_DECIDIR), (timedelta(days=3), Estado.POR_DECIDIR)],
)
def test_tras_un_apagon_mas_largo_que_la_tolerancia_pregunta(
    oficina: Oficina, retraso: timedelta, estado: Estado
) -> None:
    entrega = oficina.programar_una()
    oficina.reloj.avanzar(retraso)
    oficina.vuelta()
    assert oficina.estado(entrega) is estado
    assert len(oficina.correos()) == (estado is Estado.POR_DECIDIR)


def test_el_aviso_dice_cuanto_y_por_que(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    oficina.red.fallar(ErrorTransitorio("No llegó a enviarse: sin ruta."), veces=99)
    oficina.pasar(HORA + MINUTO)
    (correo,) = oficina.correos()
    assert correo.asunto == f"Decida: la publicación {entrega.id} lleva 1 h 0 min de retraso"
    assert "(No llegó a enviarse: sin ruta.)" in correo.texto
    assert "No se ha publicado." in correo.texto


def test_aunque_la_red_pida_un_dia_se_pregunta_al_pasar_la_tolerancia(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    con_vencimiento = oficina.programar_una("Vence", vence_en=COMIENZO + 30 * MINUTO)
    oficina.red.fallar(ErrorTransitorio("Vuelva mañana.", espera=24 * HORA), veces=2)
    oficina.pasar(HORA + MINUTO)
    assert oficina.estados([entrega, con_vencimiento]) == [Estado.POR_DECIDIR, Estado.VENCIDA]
    assert "Vuelva mañana." in oficina.correos()[-1].texto


def test_si_el_perfil_estaba_en_pausa_se_dice(oficina: Oficina) -> None:
    oficina.programar("Uno")
    oficina.red.fallar(ErrorDePerfil("La credencial venció."))
    oficina.publicar()
    oficina.programar("Dos")
    oficina.reloj.avanzar(2 * HORA)
    oficina.vuelta()
    tardias = [c.texto for c in oficina.correos() if c.grupo == "tarde"]
    assert len(tardias) == 2
    assert all("el perfil está en pausa: La credencial venció." in t for t in tardias)


def test_si_se_retrasa_dos_veces_se_pregunta_dos_veces(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    oficina.reloj.avanzar(2 * HORA)
    oficina.vencer()
    with oficina.entorno.base.escribir() as sesion:  # la coordinadora la pasa a otra hora, y se vuelve a ir la luz
        ahora = oficina.reloj.ahora()
        otra_hora = {"no_antes_de": ahora + HORA, "despertar_en": ahora + HORA}
        transitar(
            sesion,
            entrega.id,
            de={Estado.POR_DECIDIR},
            a=Estado.PROGRAMADA,
            ahora=ahora,
            accion="entrega_reprogramada",
            **otra_hora,
        )
    oficina.reloj.avanzar(3 * HORA)
    oficina.vencer()
    assert oficina.estado(entrega) is Estado.POR_DECIDIR
    assert len(oficina.correos()) == 2


def test_lo_aprobado_aunque_sea_tarde_sale(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    oficina.reloj.avanzar(5 * HORA)
    oficina.vencer()
    oficina.cambiar(entrega, estado=Estado.PROGRAMADA, aprobada_tarde=True)
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.PUBLICADA


def test_lo_que_se_reprograma_mientras_se_aparta_no_se_toca(oficina: Oficina) -> None:
    """Entre leer las atrasadas y escribirlas, un editor cambió la hora de una."""
    entrega = oficina.programar_una()
    otra = oficina.programar_una("Otra")
    oficina.reloj.avanzar(2 * HORA)
    base = oficina.entorno.base
    escribir, veces = base.escribir, []

    def escribir_y_cambiar() -> object:
        if not veces:
            veces.append(1)
            oficina.cambiar(entrega, no_antes_de=oficina.reloj.ahora() + HORA)
            oficina.cambiar(otra, no_antes_de=oficina.reloj.ahora() + HORA)
        return escribir()

    base.escribir = escribir_y_cambiar  # type: ignore[method-assign,assignment] # el instante justo, sin hilos
    oficina.vencer()
    assert oficina.estados([entrega, otra]) == [Estado.PROGRAMADA] * 2
    assert oficina.correos() == []
