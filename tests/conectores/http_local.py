"""Encender en esta máquina un servidor HTTP de mentira, en su hilo, mientras dure el `with`."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar

Servidor = TypeVar("Servidor", bound=ThreadingHTTPServer)


@contextmanager
def encendido(servidor: Servidor) -> Iterator[Servidor]:
    with servidor:
        hilo = threading.Thread(target=servidor.serve_forever, kwargs={"poll_interval": 0.02})
        hilo.start()
        try:
            yield servidor
        finally:
            servidor.shutdown()
            hilo.join()


class Contesta(BaseHTTPRequestHandler):
    """Un manejador que calla en la bitácora y sabe contestar de una vez."""

    def contestar(self, estado: int, cuerpo: bytes, cabeceras: dict[str, str]) -> None:
        largo = {} if estado == 304 else {"Content-Length": str(len(cuerpo))}
        self.send_response(estado)
        for nombre, valor in {**largo, **cabeceras}.items():
            self.send_header(nombre, valor)
        self.end_headers()
        self.wfile.write(cuerpo)

    def log_message(self, format: str, *args: object) -> None:
        pass
