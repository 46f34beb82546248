"""Dos que firman a la vez, y uno que firma mientras otro la cambia: gana uno, y nunca sale lo que nadie vio."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from modelos import Entrega, Estado, EstadoDeSolicitud, Publicacion, Usuario
from motor.aprobaciones.firmas import NoSePuedeFirmar
from motor.aprobaciones.flujo import Cuantos, Paso
from motor.publicacion.alta import NoEditable, actualizar
from tests.motor.aprobaciones.firmantes import Despacho
from tests.motor.oficina import HORA, Oficina

pytestmark = pytest.mark.dos_bases

VECES = 6


def a_la_vez(*tareas: Callable[[], object]) -> list[object]:
    """Lo que devolvió cada una, o el error que lanzó."""
    salida = threading.Barrier(len(tareas))

    def correr(tarea: Callable[[], object]) -> object:
        salida.wait()
        try:
            return tarea()
        except (NoSePuedeFirmar, NoEditable) as error:
            return error

    with ThreadPoolExecutor(len(tareas)) as hilos:
        return list(hilos.map(correr, tareas))


def cambiar(oficina: Oficina, entrega: Entrega, texto: str) -> None:
    with oficina.entorno.base.escribir() as sesion:
        publicacion = sesion.get_one(Publicacion, entrega.publicacion_id)
        propuesta = oficina.proponer(texto, programada_en=entrega.no_antes_de)
        actualizar(sesion, oficina.entorno, publicacion, propuesta, ahora=oficina.reloj.ahora())


def test_dos_que_firman_a_la_vez_donde_basta_uno_cuentan_una(oficina: Oficina, despacho: Despacho) -> None:
    ana, luis = despacho.alguien("Ana"), despacho.alguien("Luis")
    despacho.flujo()
    for n in range(VECES):
        entrega = oficina.programar_una(f"Aviso {n}")
        suya = despacho.pedida
        respuestas = a_la_vez(lambda s=suya: despacho.firmar(ana, s), lambda s=suya: despacho.firmar(luis, s))
        assert sum(isinstance(r, NoSePuedeFirmar) for r in respuestas) == 1
        assert oficina.estado(entrega) is Estado.PROGRAMADA
        assert oficina.historia(entrega).count("aprobacion_completa") == 1


def test_dos_que_firman_a_la_vez_donde_hacen_falta_los_dos_la_completan(oficina: Oficina, despacho: Despacho) -> None:
    ana, luis = despacho.alguien("Ana"), despacho.alguien("Luis")
    despacho.flujo(Paso(aprobadores=(ana.id, luis.id), cuantos=Cuantos.TODOS))
    for n in range(VECES):
        entrega = oficina.programar_una(f"Aviso {n}")
        suya = despacho.pedida
        respuestas = a_la_vez(lambda s=suya: despacho.firmar(ana, s), lambda s=suya: despacho.firmar(luis, s))
        assert not [r for r in respuestas if isinstance(r, Exception)]
        assert oficina.estado(entrega) is Estado.PROGRAMADA


def test_firmar_mientras_alguien_la_cambia_nunca_aprueba_lo_cambiado(oficina: Oficina, despacho: Despacho) -> None:
    ana = despacho.alguien("Ana")
    despacho.flujo()
    for n in range(VECES):
        entrega = oficina.programar_una(f"Aviso {n}", programada_en=oficina.reloj.ahora() + HORA)
        suya = despacho.pedida
        a_la_vez(
            lambda s=suya: despacho.firmar(ana, s),
            lambda e=entrega, n=n: cambiar(oficina, e, f"Otro {n}"),
        )
        fila = oficina.ver(entrega)
        assert (fila.texto, fila.estado, fila.aprobado) == (f"Otro {n}", Estado.RETENIDA, "")
        assert [s.estado for s in despacho.solicitudes()[-2:]] == [
            EstadoDeSolicitud.ANULADA,
            EstadoDeSolicitud.PENDIENTE,
        ]


def test_la_misma_persona_desde_dos_aparatos_firma_una_vez(oficina: Oficina, despacho: Despacho) -> None:
    ana: Usuario = despacho.alguien("Ana")
    luis = despacho.alguien("Luis")
    despacho.flujo(Paso(aprobadores=(ana.id, luis.id), cuantos=Cuantos.TODOS))
    oficina.programar_una()
    suya = despacho.pedida
    respuestas = a_la_vez(*(lambda: despacho.firmar(ana, suya) for _ in range(2)))
    assert sum(isinstance(r, NoSePuedeFirmar) for r in respuestas) == 1
    assert despacho.pedida.estado is EstadoDeSolicitud.PENDIENTE
