"""Un servidor HTTP que contesta lo que le digan, para las respuestas que uno de verdad no da cuando se quiere."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Pedido:
    metodo: str
    ruta: str
    consulta: Mapping[str, str]
    cabeceras: Mapping[str, str]
    cuerpo: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.cuerpo)


@dataclass(frozen=True, slots=True)
class Contestacion:
    """cuerpo: se manda como JSON si no son bytes. goteo_s: segundos entre byte y byte del cuerpo."""

    estado: int = 200
    cuerpo: Any = field(default_factory=dict)
    cabeceras: Mapping[str, str] = field(default_factory=dict)
    goteo_s: float = 0.0


class Corta(Exception):
    """Cortar la conexión sin contestar."""


class Guion:
    """Atiende mientras dure el `with`; `pedidos` es lo que llegó, en orden."""

    def __init__(self, contestar: Callable[[Pedido], Contestacion]) -> None:
        self.contestar = contestar
        self.pedidos: list[Pedido] = []
        guion = self

        class Manejador(BaseHTTPRequestHandler):
            def atender(self) -> None:
                _atender(guion, self)

            do_GET = do_POST = do_DELETE = atender

            def log_message(self, *_: object) -> None:
                """Sin ruido en la salida de las pruebas."""

        self._servidor = ThreadingHTTPServer(("127.0.0.1", 0), Manejador)
        self.url = f"http://127.0.0.1:{self._servidor.server_port}"

    def __enter__(self) -> Self:
        self._hilo = threading.Thread(target=self._servidor.serve_forever, args=(0.02,), daemon=True)
        self._hilo.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._servidor.shutdown()
        self._servidor.server_close()
        self._hilo.join()

    def recibidos(self, metodo: str, final: str) -> list[Pedido]:
        """Los pedidos de ese método cuya ruta termina así."""
        return [p for p in self.pedidos if p.metodo == metodo and p.ruta.endswith(final)]


def _atender(guion: Guion, manejador: BaseHTTPRequestHandler) -> None:
    partes = urlsplit(manejador.path)
    pedido = Pedido(
        metodo=manejador.command,
        ruta=partes.path,
        consulta=dict(parse_qsl(partes.query)),
        cabeceras=dict(manejador.headers.items()),
        cuerpo=manejador.rfile.read(int(manejador.headers.get("Content-Length") or 0)),
    )
    guion.pedidos.append(pedido)
    try:
        contestacion = guion.contestar(pedido)
    except Corta:
        manejador.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        manejador.close_connection = True
        return
    cuerpo = contestacion.cuerpo
    crudo = cuerpo if isinstance(cuerpo, bytes) else json.dumps(cuerpo).encode()
    manejador.send_response(contestacion.estado)
    cabeceras = {"Content-Type": "application/json", "Content-Length": str(len(crudo)), **contestacion.cabeceras}
    for nombre, valor in cabeceras.items():
        manejador.send_header(nombre, valor)
    manejador.end_headers()
    _mandar(manejador, crudo, contestacion.goteo_s)


def _mandar(manejador: BaseHTTPRequestHandler, crudo: bytes, goteo_s: float) -> None:
    try:
        if not goteo_s:
            manejador.wfile.write(crudo)
            return
        for byte in crudo:
            manejador.wfile.write(bytes([byte]))
            manejador.wfile.flush()
            time.sleep(goteo_s)
    except OSError:
        return  # quien preguntaba se cansó de esperar
