"""Un intermediario TCP que estropea la comunicación entre un cliente y cualquier servidor, también los de verdad.

    normal         nada
    reset          RST al llegar la petición, sin entregarla
    cierre         ídem, pero cerrando en orden
    agujero        acepta la conexión, no entrega nada y no contesta
    rechazo        no acepta conexiones
    tras_enviar    entrega la petición y corta (RST) cuando el servidor empieza a contestar: «¿se publicó o no?»
    mudo           entrega la petición y se calla la respuesta
    corte          corta (RST) tras los primeros `arg` bytes de la respuesta
    lento          suelta la respuesta a `arg` bytes por segundo
    latencia       retrasa cada petición `arg` segundos

Mira el principio de cada petición HTTP, así que también estropea la décima de una conexión que se reutiliza; en lo
que no sea HTTP llano (TLS), mira sólo la primera de cada conexión.
"""

import asyncio
import contextlib
import re
import socket
import struct
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

from simulador.hilo import BucleEnHilo

_TROZO = 65_536
_PETICION_HTTP = re.compile(rb"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) ")


class Averia(StrEnum):
    NORMAL = "normal"
    RESET = "reset"
    CIERRE = "cierre"
    AGUJERO = "agujero"
    RECHAZO = "rechazo"
    TRAS_ENVIAR = "tras_enviar"
    MUDO = "mudo"
    CORTE = "corte"
    LENTO = "lento"
    LATENCIA = "latencia"


_SIN_ENTREGAR = frozenset({Averia.RESET, Averia.CIERRE, Averia.AGUJERO})


@dataclass(slots=True)
class _Orden:
    averia: Averia = Averia.NORMAL
    arg: float = 0
    veces: int | None = None
    cuando: bytes = b""


class _Conexion:
    """Una conexión del cliente y la que se abre por él al servidor."""

    def __init__(self, proxy: "ProxyCaos", lee: asyncio.StreamReader, escribe: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._lee, self._escribe = lee, escribe
        self._orden = _Orden()
        self._contestado = 0

    async def correr(self) -> None:
        try:
            lee_servidor, escribe_servidor = await asyncio.open_connection(*self._proxy.destino)
        except OSError:
            self._cortar()
            return
        vuelta = asyncio.create_task(self._vuelta(lee_servidor))
        try:
            if await self._ida(escribe_servidor):
                await vuelta
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            vuelta.cancel()
            for escribe in (escribe_servidor, self._escribe):
                escribe.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await vuelta

    async def _ida(self, escribe_servidor: asyncio.StreamWriter) -> bool:
        """Llevar lo que mande el cliente; falso si la conexión se estropeó y no hay respuesta que esperar."""
        primero = True
        while datos := await self._lee.read(_TROZO):
            if primero or _PETICION_HTTP.match(datos):
                self._orden, self._contestado = self._proxy._tomar(datos), 0
            primero = False
            if self._orden.averia in _SIN_ENTREGAR:
                await self._estropear()
                return False
            if self._orden.averia is Averia.LATENCIA:
                await asyncio.sleep(self._orden.arg)
            escribe_servidor.write(datos)
            await escribe_servidor.drain()
        if escribe_servidor.can_write_eof():
            escribe_servidor.write_eof()
        return True

    async def _estropear(self) -> None:
        match self._orden.averia:
            case Averia.RESET:
                self._cortar()
            case Averia.AGUJERO:
                while await self._lee.read(_TROZO):
                    pass
        self._escribe.close()

    async def _vuelta(self, lee_servidor: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            while datos := await lee_servidor.read(_TROZO):
                if not await self._devolver(datos):
                    return
            self._escribe.close()

    async def _devolver(self, datos: bytes) -> bool:
        """Pasar un trozo de respuesta al cliente; falso si la conexión ya no sirve."""
        orden = self._orden
        match orden.averia:
            case Averia.TRAS_ENVIAR:
                self._cortar()
                return False
            case Averia.MUDO:
                return True
            case Averia.CORTE:
                datos = datos[: max(0, int(orden.arg) - self._contestado)]
            case Averia.LENTO:
                for i in range(len(datos)):
                    self._escribe.write(datos[i : i + 1])
                    await asyncio.sleep(1 / orden.arg)
                return True
        self._escribe.write(datos)
        await self._escribe.drain()
        self._contestado += len(datos)
        if orden.averia is Averia.CORTE and self._contestado >= orden.arg:
            self._cortar()
            return False
        return True

    def _cortar(self) -> None:
        enchufe = self._escribe.get_extra_info("socket")
        if enchufe is not None:
            with contextlib.suppress(OSError):
                enchufe.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._escribe.transport.abort()


class ProxyCaos:
    """Escucha en un puerto libre y lo pasa todo a `destino` («127.0.0.1», puerto), mientras dure el `with`."""

    def __init__(self, destino: tuple[str, int]) -> None:
        self.destino = destino
        self.conexiones = 0
        self.averiadas = 0
        self.puerto = 0
        self._orden = _Orden()
        self._bucle = BucleEnHilo("proxy")
        self._servidor: asyncio.Server | None = None
        # asyncio sólo guarda referencias débiles: sin ésta, el recolector se llevaría conexiones a medias.
        self._tareas: set[object] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.puerto}"

    def __enter__(self) -> Self:
        self._bucle.arrancar()
        self._bucle.esperar(self._escuchar())
        return self

    def __exit__(
        self, clase: type[BaseException] | None, error: BaseException | None, rastro: TracebackType | None
    ) -> None:
        self._bucle.esperar(self._callar())
        self._bucle.cerrar()

    def fallar(self, averia: str, *, arg: float = 0, veces: int | None = None, cuando: bytes = b"") -> None:
        """Desde ahora, estropear así las próximas `veces` peticiones (None: todas) que contengan `cuando`."""
        orden = _Orden(Averia(averia), arg, veces, cuando)
        self._bucle.esperar(self._cambiar(orden))

    def sanar(self) -> None:
        self.fallar(Averia.NORMAL)

    async def _cambiar(self, orden: _Orden) -> None:
        self._orden = orden
        if orden.averia is Averia.RECHAZO:
            await self._callar()
        elif self._servidor is None:
            await self._escuchar()

    async def _escuchar(self) -> None:
        self._servidor = await asyncio.start_server(self._atender, "127.0.0.1", self.puerto)
        self.puerto = int(self._servidor.sockets[0].getsockname()[1])

    async def _callar(self) -> None:
        if self._servidor is not None:
            self._servidor.close()
            self._servidor = None

    async def _atender(self, lee: asyncio.StreamReader, escribe: asyncio.StreamWriter) -> None:
        self.conexiones += 1
        tarea = asyncio.current_task()
        self._tareas.add(tarea)
        try:
            await _Conexion(self, lee, escribe).correr()
        except asyncio.CancelledError:
            pass  # se cierra el proxy: asyncio se quejaría de una conexión cancelada
        finally:
            self._tareas.discard(tarea)

    def _tomar(self, datos: bytes) -> _Orden:
        """La orden para una petición que empieza con estos datos; las que llevan cuenta se gastan."""
        orden = self._orden
        if orden.averia is Averia.NORMAL or orden.cuando not in datos or orden.veces == 0:
            return _Orden()
        if orden.veces is not None:
            orden.veces -= 1
        self.averiadas += 1
        return orden
