"""Varias intenciones y desenlaces en una transacción: las mismas guardas, y si una no procede las demás sí."""

import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest

from conectores.contrato import Cupo, Publicado
from modelos import Desenlace, Entrega, Estado, Perfil
from motor.publicacion.envio import Trabajo
from motor.publicacion.escribania import Escribania, Intencion, Salida, escribir_juntas
from motor.publicacion.juntas import Junta
from motor.publicacion.reclamo import Reclamo
from tests.motor.oficina import SEGUNDO, Oficina, con_capacidades

pytestmark = pytest.mark.dos_bases

PERFILES = ("memoria", "segundo", "tercero")


@pytest.fixture
def tres(oficina: Oficina) -> list[Entrega]:
    """Tres entregas de la misma publicación, en tres perfiles."""
    suyo = oficina.perfil()
    with oficina.entorno.base.escribir() as sesion:
        for nombre in PERFILES[1:]:
            sesion.add(Perfil(nombre=nombre, red=suyo.red, opciones=suyo.opciones, creado_en=oficina.reloj.ahora()))
    return oficina.programar(perfiles=PERFILES)


def trabajos(oficina: Oficina, reclamos: Sequence[Reclamo]) -> list[Trabajo]:
    return [e.trabajo for e in oficina.despacho.leer(reclamos)]


def test_tres_intenciones_quedan_escritas_enteras(oficina: Oficina, tres: list[Entrega]) -> None:
    ahora = oficina.reloj.ahora()
    suyos = trabajos(oficina, oficina.reclamar())
    assert escribir_juntas(oficina.entorno, [Intencion(t, {"texto": "x"}) for t in suyos]) == [True] * 3
    for entrega in tres:
        fila, (intento,) = oficina.ver(entrega), oficina.intentos(entrega)
        assert (fila.estado, fila.preparada) == (Estado.ENVIANDO, {"texto": "x"})
        assert fila.arriendo_hasta == ahora + oficina.entorno.reglas.arriendo
        assert (intento.ficha, intento.huella, intento.perfil_id) == (1, entrega.huella, entrega.perfil_id)
        assert oficina.historia(entrega)[-1] == "entrega_enviando"
    for nombre in PERFILES:
        assert oficina.perfil(nombre).libre_desde == ahora + oficina.entorno.reglas.separacion


def test_si_una_perdio_su_ficha_las_demas_siguen(oficina: Oficina, tres: list[Entrega]) -> None:
    suyos = trabajos(oficina, oficina.reclamar())
    oficina.cambiar(tres[1], ficha=9)
    assert escribir_juntas(oficina.entorno, [Intencion(t, {}) for t in suyos]) == [True, False, True]
    assert oficina.estados(tres) == [Estado.ENVIANDO, Estado.RECLAMADA, Estado.ENVIANDO]
    assert [len(oficina.intentos(e)) for e in tres] == [1, 0, 1]


def test_sin_arriendo_no_se_envia_ninguna(oficina: Oficina, tres: list[Entrega]) -> None:
    suyos = trabajos(oficina, oficina.reclamar())
    oficina.reloj.avanzar(oficina.entorno.reglas.arriendo)
    assert escribir_juntas(oficina.entorno, [Intencion(t, {}) for t in suyos]) == [False] * 3
    assert oficina.estados(tres) == [Estado.RECLAMADA] * 3


def test_intenciones_y_desenlaces_caben_en_la_misma_transaccion(oficina: Oficina, tres: list[Entrega]) -> None:
    uno, otro, tercero = trabajos(oficina, oficina.reclamar())
    assert escribir_juntas(oficina.entorno, [Intencion(uno, {}), Intencion(otro, {})]) == [True, True]
    oficina.reloj.avanzar(SEGUNDO)
    salidas = [Salida(uno, Publicado("m1", "memoria://1")), Intencion(tercero, {}), Salida(otro, Publicado("m2"))]
    assert escribir_juntas(oficina.entorno, salidas) == [True] * 3
    assert oficina.estados(tres) == [Estado.PUBLICADA, Estado.PUBLICADA, Estado.ENVIANDO]
    fila, (intento,) = oficina.ver(tres[0]), oficina.intentos(tres[0])
    assert (fila.id_externo, fila.url, fila.publicada_en) == ("m1", "memoria://1", oficina.reloj.ahora())
    assert fila.arriendo_hasta is None
    assert (intento.desenlace, intento.id_externo) == (Desenlace.PUBLICADO, "m1")
    assert [oficina.ver(e).detalle for e in tres[:2]] == ["memoria://1", "m2"]


def test_una_salida_que_llega_tarde_no_estropea_las_otras(oficina: Oficina, tres: list[Entrega]) -> None:
    suyos = trabajos(oficina, oficina.reclamar())
    escribir_juntas(oficina.entorno, [Intencion(t, {}) for t in suyos])
    oficina.cambiar(tres[1], estado=Estado.CANCELADA)  # alguien decidió otra cosa entre tanto
    salidas = [Salida(t, Publicado(f"m{n}")) for n, t in enumerate(suyos)]
    assert escribir_juntas(oficina.entorno, salidas) == [True, False, True]
    assert oficina.estados(tres) == [Estado.PUBLICADA, Estado.CANCELADA, Estado.PUBLICADA]
    assert oficina.historia(tres[1])[-1] == "prueba_tardia"


def test_un_cupo_lleno_se_nota_tambien_al_escribir_juntas(oficina: Oficina, tres: list[Entrega]) -> None:
    oficina = con_capacidades(oficina, cupos=(Cupo(1, timedelta(hours=3)),))
    ahora = oficina.reloj.ahora()
    suyos = trabajos(oficina, oficina.reclamar())
    escribir_juntas(oficina.entorno, [Intencion(t, {}) for t in suyos])
    assert oficina.estados(tres) == [Estado.ENVIANDO] * 3
    for nombre in PERFILES:
        assert oficina.perfil(nombre).libre_desde == ahora + timedelta(hours=3)


def test_muchos_hilos_a_la_vez_y_cada_uno_con_su_respuesta(oficina: Oficina, tres: list[Entrega]) -> None:
    escribania, suyos = Escribania(oficina.entorno), trabajos(oficina, oficina.reclamar())
    oficina.cambiar(tres[0], ficha=9)
    respuestas: dict[int, bool] = {}

    def intentar(trabajo: Trabajo) -> None:
        respuestas[trabajo.entrega.id] = escribania.intentar(trabajo, preparada={})

    hilos = [threading.Thread(target=intentar, args=(t,)) for t in suyos]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    assert respuestas == {tres[0].id: False, tres[1].id: True, tres[2].id: True}


def test_lo_que_lanza_una_junta_llega_a_todos_y_no_la_atasca() -> None:
    entro, sigue = threading.Event(), threading.Event()
    tandas: list[list[int]] = []

    def hacer(pedidos: Sequence[int]) -> list[int]:
        tandas.append(list(pedidos))
        if 0 in pedidos:
            entro.set()
            sigue.wait(5)
        if 1 in pedidos:
            raise ValueError("no")
        return [p * 10 for p in pedidos]

    junta: Junta[int, int] = Junta(hacer)
    resultados: dict[int, object] = {}

    def pedir(n: int) -> None:
        try:
            resultados[n] = junta.pedir(n)
        except ValueError as error:
            resultados[n] = str(error)

    primero = threading.Thread(target=pedir, args=(0,))
    primero.start()
    entro.wait(5)
    demas = [threading.Thread(target=pedir, args=(n,)) for n in (1, 2)]
    for hilo in demas:
        hilo.start()
    while len(junta._fila) < 2:
        pass
    sigue.set()
    for hilo in (primero, *demas):
        hilo.join()
    assert resultados == {0: 0, 1: "no", 2: "no"}
    assert sorted(map(sorted, tandas)) == [[0], [1, 2]]
    assert junta.pedir(3) == 30
