"""Lo que se le hace a la conexión: cortarla, callarla, dejar la respuesta a medias o soltarla gota a gota."""

import asyncio
import socket
import struct

from aiohttp import web

from simulador.mensajes import Respuesta

_GOTAS = 20


def cortar(request: web.BaseRequest) -> None:
    """Cerrar con RST: el cliente no ve un final, ve que la conexión se rompió."""
    transporte = request.transport
    if transporte is None:
        return
    enchufe = transporte.get_extra_info("socket")
    if enchufe is not None:
        enchufe.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transporte.abort()


async def callar(request: web.BaseRequest, parar: asyncio.Event) -> None:
    """No contestar nunca: hasta que el cliente se canse o el servidor se pare."""
    while request.transport is not None and not request.transport.is_closing() and not parar.is_set():
        try:
            await asyncio.wait_for(parar.wait(), 0.1)
        except TimeoutError:
            continue


def entera(respuesta: Respuesta) -> web.Response:
    cabeceras = {"Content-Type": respuesta.tipo, **respuesta.cabeceras}
    return web.Response(status=respuesta.estado, body=respuesta.datos, headers=cabeceras)


def _por_trozos(respuesta: Respuesta) -> web.StreamResponse:
    cabeceras = {"Content-Type": respuesta.tipo, **respuesta.cabeceras}
    cabeceras["Content-Length"] = str(len(respuesta.datos))
    return web.StreamResponse(status=respuesta.estado, headers=cabeceras)


async def truncar(request: web.BaseRequest, respuesta: Respuesta) -> web.StreamResponse:
    """Anunciar el cuerpo entero, mandar la mitad y cerrar."""
    salida, datos = _por_trozos(respuesta), respuesta.datos
    await salida.prepare(request)
    await salida.write(datos[: len(datos) // 2])
    if request.transport is not None:
        request.transport.close()
    return salida


async def gotear(request: web.BaseRequest, respuesta: Respuesta, *, segundos: float) -> web.StreamResponse:
    salida, datos = _por_trozos(respuesta), respuesta.datos
    await salida.prepare(request)
    paso = max(1, len(datos) // _GOTAS)
    trozos = [datos[i : i + paso] for i in range(0, len(datos), paso)]
    for trozo in trozos:
        await asyncio.sleep(segundos / len(trozos))
        await salida.write(trozo)
    return salida
