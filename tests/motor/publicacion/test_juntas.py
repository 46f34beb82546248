"""Escribir juntos: uno escribe por todos, y lo que falle a uno no es fallo de los demás."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from conectores.contrato import Publicado
from modelos import Desenlace, Estado
from motor.publicacion.envio import Trabajo
from motor.publicacion.escribania import Intencion, Salida, escribir_juntas
from motor.publicacion.juntas import Junta
from tests.motor.oficina import Oficina


def pedir_a_la_vez(junta: Junta[int, int], cuantos: int) -> list[int | str]:
    salida = threading.Barrier(cuantos)

    def pedir(n: int) -> int | str:
        salida.wait(10)
        try:
            return junta.pedir(n)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(cuantos) as hilos:
        return list(hilos.map(pedir, range(cuantos)))


def test_cada_uno_recibe_su_respuesta_y_se_escribe_por_tandas() -> None:
    tandas: list[int] = []

    def hacer(pedidos: Sequence[int]) -> list[int]:
        tandas.append(len(pedidos))
        return [p * 10 for p in pedidos]

    assert pedir_a_la_vez(Junta(hacer), 32) == [n * 10 for n in range(32)]
    assert sum(tandas) == 32


def test_una_excepcion_como_respuesta_es_solo_de_quien_la_pidio() -> None:
    def hacer(pedidos: Sequence[int]) -> list[int | Exception]:
        return [ValueError("trece") if p == 13 else p for p in pedidos]

    assert pedir_a_la_vez(Junta(hacer), 20) == [*range(13), "trece", *range(14, 20)]


def test_si_falla_la_escritura_falla_para_todos_y_la_fila_sigue() -> None:
    fallar = [True]

    def hacer(pedidos: Sequence[int]) -> list[int]:
        if fallar.pop() if fallar else False:
            raise ValueError("la base no contesta")
        return list(pedidos)

    junta = Junta(hacer)
    assert "la base no contesta" in pedir_a_la_vez(junta, 8)
    assert pedir_a_la_vez(junta, 8) == list(range(8))


@pytest.fixture
def trabajos(oficina: Oficina, perfil_de: object) -> list[Trabajo]:
    """Tres entregas reclamadas, cada una en su perfil."""
    nombres = [perfil_de(nombre=f"p{n}").nombre for n in range(3)]  # type: ignore[operator] # fixture que es una función
    entregas = {e.id: e for e in oficina.programar(perfiles=tuple(nombres))}
    reclamos = sorted(oficina.reclamar(), key=lambda r: r.entrega_id)
    perfiles = {oficina.perfil(n).id: oficina.perfil(n) for n in nombres}
    return [
        Trabajo(r, oficina.ver(entregas[r.entrega_id]), perfiles[entregas[r.entrega_id].perfil_id], False)
        for r in reclamos
    ]


@pytest.mark.dos_bases
def test_tres_intenciones_y_tres_salidas_quedan_como_una_a_una(oficina: Oficina, trabajos: list[Trabajo]) -> None:
    entorno = oficina.entorno
    assert escribir_juntas(entorno, [Intencion(t, {"n": 1}) for t in trabajos]) == [True] * 3
    assert oficina.estados([t.entrega for t in trabajos]) == [Estado.ENVIANDO] * 3
    assert {p.libre_desde for p in (oficina.perfil(f"p{n}") for n in range(3))} == {
        oficina.reloj.ahora() + entorno.reglas.separacion
    }
    assert escribir_juntas(entorno, [Salida(t, Publicado(f"m{n}")) for n, t in enumerate(trabajos)]) == [True] * 3
    for n, trabajo in enumerate(trabajos):
        (intento,) = oficina.intentos(trabajo.entrega)
        assert (intento.desenlace, intento.id_externo) == (Desenlace.PUBLICADO, f"m{n}")
        assert oficina.historia(trabajo.entrega) == ["entrega_programada", "entrega_enviando", "entrega_publicada"]


@pytest.mark.dos_bases
def test_si_una_perdio_su_arriendo_las_otras_salen(oficina: Oficina, trabajos: list[Trabajo]) -> None:
    perdida = trabajos[1]
    oficina.cambiar(perdida.entrega, arriendo_hasta=oficina.reloj.ahora())
    assert escribir_juntas(oficina.entorno, [Intencion(t, {}) for t in trabajos]) == [True, False, True]
    assert oficina.estado(perdida.entrega) is Estado.RECLAMADA
    assert oficina.intentos(perdida.entrega) == []


@pytest.mark.dos_bases
def test_un_identificador_que_no_cabe_no_estropea_a_los_demas(oficina: Oficina, trabajos: list[Trabajo]) -> None:
    """PostgreSQL rechaza el de 301 caracteres; SQLite lo guarda. Los otros dos quedan publicados en las dos."""
    escribir_juntas(oficina.entorno, [Intencion(t, {}) for t in trabajos])
    ids = ["m0", "x" * 301, "m2"]
    salidas = [Salida(t, Publicado(i)) for t, i in zip(trabajos, ids, strict=True)]
    respuestas = escribir_juntas(oficina.entorno, salidas)
    assert (respuestas[0], respuestas[2]) == (True, True)
    estados = oficina.estados([t.entrega for t in trabajos])
    assert (estados[0], estados[2]) == (Estado.PUBLICADA, Estado.PUBLICADA)
    assert estados[1] is (Estado.PUBLICADA if oficina.entorno.base.es_sqlite else Estado.ENVIANDO)
