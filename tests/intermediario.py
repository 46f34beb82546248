"""Un intermediario entre un conector y su red: anota cada petición y, si se le pide, estropea la respuesta.

Habla HTTP de verdad por loopback, así que sirve igual para el simulador que para un servidor oficial.
"""

import contextlib
import http.client
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

_ESPERA_S = 60


@dataclass(frozen=True, slots=True)
class Recibida:
    metodo: str
    ruta: str
    consulta: tuple[tuple[str, str], ...]
    cabeceras: Mapping[str, str]
    cuerpo: bytes

    @property
    def escribe(self) -> bool:
        return self.metodo not in ("GET", "HEAD", "OPTIONS")

    @property
    def tipo(self) -> str:
        return self.cabeceras.get("content-type", "").partition(";")[0].strip().lower()


class Clase(StrEnum):
    CORTAR_ANTES = "cortar_antes"  # la red no recibe nada
    CORTAR_DESPUES = "cortar_despues"  # la red acepta y la respuesta se pierde
    COLGAR = "colgar"  # la red acepta y nadie contesta
    TRUNCAR = "truncar"  # la red acepta y llega media respuesta
    CONTESTAR_ANTES = "contestar_antes"  # contesta el intermediario; la red no recibe nada
    CONTESTAR_DESPUES = "contestar_despues"  # la red acepta y contesta el intermediario


def _cualquiera(_: Recibida) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sabotaje:
    clase: Clase
    cuando: Callable[[Recibida], bool] = _cualquiera
    estado: int = 200
    cuerpo: bytes = b""
    cabeceras: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


class Intermediario:
    """Escucha en un puerto libre mientras dure el `with`. `recibidas`: todo lo que llegó, en orden."""

    def __init__(self, destino: str) -> None:
        self.destino = urlsplit(destino)
        self.recibidas: list[Recibida] = []
        self._pendientes: list[Sabotaje] = []
        self._candado = threading.Lock()
        self.parar = threading.Event()
        self._servidor = ThreadingHTTPServer(("127.0.0.1", 0), _Manejador)
        self._servidor.daemon_threads = True
        self._servidor.intermediario = self  # type: ignore[attr-defined] # así lo encuentra cada manejador
        self._hilo = threading.Thread(target=self._servidor.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._hilo.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.parar.set()
        self._servidor.shutdown()
        self._servidor.server_close()
        self._hilo.join(5)

    @property
    def url(self) -> str:
        """La dirección que se da al conector, con la misma ruta que tenía el destino."""
        return f"http://127.0.0.1:{self._servidor.server_port}{self.destino.path}"

    def sabotear(self, sabotaje: Sabotaje) -> None:
        """Estropear la próxima petición a la que le toque; después, todo normal."""
        with self._candado:
            self._pendientes.append(sabotaje)

    def sin_sabotajes(self) -> None:
        with self._candado:
            self._pendientes.clear()

    def anotar(self, recibida: Recibida) -> Sabotaje | None:
        with self._candado:
            self.recibidas.append(recibida)
            for i, sabotaje in enumerate(self._pendientes):
                if sabotaje.cuando(recibida):
                    return self._pendientes.pop(i)
        return None


class _Manejador(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # las cabeceras y el cuerpo salen por separado: sin esto, 40 ms cada respuesta

    def atender(self) -> None:
        intermediario: Intermediario = self.server.intermediario  # type: ignore[attr-defined] # lo puso él
        partes = urlsplit(self.path)
        recibida = Recibida(
            self.command,
            partes.path,
            tuple(parse_qsl(partes.query, keep_blank_values=True)),
            {k.lower(): v for k, v in self.headers.items()},
            self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        sabotaje = intermediario.anotar(recibida)
        clase = sabotaje.clase if sabotaje else None
        if clase is Clase.CORTAR_ANTES:
            return self._romper()
        estado, cuerpo = 200, b""
        cabeceras: dict[str, str] = {}
        if clase is not Clase.CONTESTAR_ANTES:
            estado, cabeceras, cuerpo = self._reenviar(intermediario, recibida)
        if clase is Clase.CORTAR_DESPUES:
            return self._romper()
        if clase is Clase.COLGAR:
            return self._callar(intermediario)
        if sabotaje and clase in (Clase.CONTESTAR_ANTES, Clase.CONTESTAR_DESPUES):
            estado, cabeceras, cuerpo = sabotaje.estado, dict(sabotaje.cabeceras), sabotaje.cuerpo
        self._contestar(estado, cabeceras, cuerpo, truncar=clase is Clase.TRUNCAR)
        return None

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = atender  # los nombres de http.server

    def _reenviar(self, intermediario: Intermediario, recibida: Recibida) -> tuple[int, dict[str, str], bytes]:
        destino = intermediario.destino
        conexion = http.client.HTTPConnection(destino.hostname or "", destino.port, timeout=_ESPERA_S)
        try:
            # Con el Host de aquí: las direcciones que la red arme también pasarán por el intermediario.
            conexion.request(recibida.metodo, self.path, recibida.cuerpo or None, dict(self.headers.items()))
            respuesta = conexion.getresponse()
            return respuesta.status, dict(respuesta.getheaders()), respuesta.read()
        finally:
            conexion.close()

    def _contestar(self, estado: int, cabeceras: Mapping[str, str], cuerpo: bytes, *, truncar: bool) -> None:
        self.send_response_only(estado)
        for nombre, valor in cabeceras.items():
            if nombre.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(nombre, valor)
        if estado not in (204, 304):
            self.send_header("Content-Length", str(len(cuerpo)))
        self.end_headers()
        with contextlib.suppress(OSError):  # el cliente pudo cansarse e irse
            self.wfile.write(cuerpo[: len(cuerpo) // 2] if truncar else cuerpo)
        self.close_connection = truncar

    def _romper(self) -> None:
        """Cerrar con RST: el cliente ve que la conexión se rompió."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _callar(self, intermediario: Intermediario) -> None:
        self.connection.settimeout(0.1)
        while not intermediario.parar.is_set():
            try:
                if not self.connection.recv(1, socket.MSG_PEEK):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            return  # ya la cerramos a propósito

    def log_message(self, format: str, *args: Any) -> None:
        return
