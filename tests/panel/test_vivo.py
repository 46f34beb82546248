"""Las páginas abiertas se enteran solas; y nadie oye de más, ni detiene el cierre."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx2 as httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlmodel import col, update

from modelos import Evento, Rol, Sesion
from panel import vivo
from panel.entorno import EntornoDelPanel
from panel.peticion import nombre_de_cookie
from panel.servidor import Servidor
from panel.vivo import DemasiadosOyentes, Vivo, marca_de
from tests.panel.lazo import correr
from tests.panel.personas import abrir_sesion, crear_usuario


def algo_pasa(panel: EntornoDelPanel) -> None:
    with panel.entorno.base.escribir() as sesion:
        sesion.add(Evento(ocurrido_en=panel.entorno.reloj.ahora(), accion="prueba"))


@pytest.fixture
def rapido(panel: EntornoDelPanel) -> Iterator[Vivo]:
    suyo = Vivo(panel.entorno.base, panel.entorno.reloj, cada_s=0.02)
    yield suyo
    suyo.cerrar()


@pytest.fixture
def sesion_id(panel: EntornoDelPanel) -> int:
    abrir_sesion(panel, crear_usuario(panel, Rol.LECTOR))
    return 1


async def siguiente(sucesos: AsyncIterator[vivo.ServerSentEvent]) -> str:
    suceso = await asyncio.wait_for(anext(sucesos), 5)
    return str(suceso.event)


def test_al_cambiar_algo_se_dice_que_cambio_y_no_que(panel: EntornoDelPanel, rapido: Vivo, sesion_id: int) -> None:
    async def historia() -> list[str]:
        sucesos = rapido.sucesos(rapido.abrir(sesion_id=sesion_id, usuario_id=1))
        dichos = [await siguiente(sucesos)]
        await asyncio.sleep(0.2)
        await asyncio.to_thread(algo_pasa, panel)
        dichos.append(await siguiente(sucesos))
        await sucesos.aclose()  # type: ignore[attr-defined] # es un generador
        return dichos

    assert correr(historia()) == ["hola", "cambio"]


@pytest.mark.parametrize("como", ["cerrada", "sin cargos", "vencida"])
def test_quien_ya_no_puede_ver_deja_de_oir(panel: EntornoDelPanel, rapido: Vivo, sesion_id: int, como: str) -> None:
    def quitar() -> None:
        with panel.entorno.base.escribir() as sesion:
            if como == "sin cargos":
                sesion.connection().exec_driver_sql("DELETE FROM nombramiento")
            else:
                ahora = panel.entorno.reloj.ahora()
                valores = {"cerrada_en": ahora} if como == "cerrada" else {"vence_en": ahora - timedelta(1)}
                sesion.execute(update(Sesion).where(col(Sesion.id) == sesion_id).values(**valores))

    async def historia() -> list[str]:
        sucesos = rapido.sucesos(rapido.abrir(sesion_id=sesion_id, usuario_id=1))
        dichos = [await siguiente(sucesos)]
        await asyncio.to_thread(quitar)
        dichos.append(await siguiente(sucesos))
        with pytest.raises(StopAsyncIteration):
            await anext(sucesos)
        return dichos

    assert correr(historia()) == ["hola", "fin"]


def test_sin_nadie_que_escuche_no_se_mira_la_base(panel: EntornoDelPanel, rapido: Vivo, sesion_id: int) -> None:
    async def entrar_y_salir() -> None:
        rapido.soltar(rapido.abrir(sesion_id=sesion_id, usuario_id=1))

    correr(entrar_y_salir())
    limite = time.monotonic() + 5
    while any(h.name == "vivo" for h in threading.enumerate()) and time.monotonic() < limite:
        time.sleep(0.01)
    assert not any(h.name == "vivo" for h in threading.enumerate())


def test_una_persona_no_abre_mas_conexiones_de_las_que_caben(rapido: Vivo, sesion_id: int) -> None:
    async def abrir_muchas() -> None:
        for _ in range(vivo.POR_PERSONA):
            rapido.abrir(sesion_id=sesion_id, usuario_id=1)
        with pytest.raises(DemasiadosOyentes):
            rapido.abrir(sesion_id=sesion_id, usuario_id=1)
        rapido.abrir(sesion_id=sesion_id, usuario_id=2)

    correr(abrir_muchas())


def test_la_marca_sola_no_cambia(panel: EntornoDelPanel) -> None:
    antes = marca_de(panel.entorno.base)
    assert marca_de(panel.entorno.base) == antes
    algo_pasa(panel)
    assert marca_de(panel.entorno.base) != antes


@contextmanager
def atendiendo(app: FastAPI) -> Iterator[tuple[Servidor, str]]:
    servidor = Servidor(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=30))
    hilo = threading.Thread(target=servidor.run, daemon=True)
    hilo.start()
    while not servidor.started and hilo.is_alive():
        time.sleep(0.01)
    yield servidor, f"http://127.0.0.1:{servidor.servers[0].sockets[0].getsockname()[1]}"
    servidor.should_exit = True
    hilo.join(10)
    assert not hilo.is_alive(), "las conexiones en vivo detuvieron el cierre"


def test_cerrar_el_panel_no_espera_a_las_paginas_abiertas(app: FastAPI, panel: EntornoDelPanel) -> None:
    galleta = {nombre_de_cookie(panel): abrir_sesion(panel, crear_usuario(panel, Rol.LECTOR))}
    with (
        atendiendo(app) as (servidor, url),
        httpx.Client(base_url=url, cookies=galleta, timeout=20) as cliente,
        cliente.stream("GET", "/vivo") as respuesta,
    ):
        assert respuesta.headers["content-type"].startswith("text/event-stream")
        assert respuesta.headers["cache-control"] == "no-store"
        renglones = respuesta.iter_lines()
        assert next(renglones) == "event: hola"
        servidor.should_exit = True
        assert "event: fin" not in list(renglones)  # volverá sola: la sesión no terminó


def test_sin_sesion_no_se_escucha(desconocido: httpx.Client) -> None:
    assert desconocido.get("/vivo", follow_redirects=False).status_code == 303
