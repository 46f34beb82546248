"""Una web de Instagram de mentira: sólo la página de un perfil, con los datos dentro como los espera instaloader."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from conectores.contrato import Acceso
from tests.contrato.arnes_de_escucha import ExtremoDeEscucha, MuestraDeEscucha

_ACCESO = Acceso(perfil="comparadas", id_externo="metepec")
METEPEC = {
    "username": "metepec",
    "pk": "321",
    "is_private": False,
    "follower_count": 9_123,
    "following_count": 45,
    "media_count": 812,
    "full_name": "Metepec",
}


class Web(ThreadingHTTPServer):
    """estado, cabeceras, cuerpo: lo que contesta a todo, si se dan."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Manejador)
        self.perfiles: dict[str, Mapping[str, Any]] = {"metepec": METEPEC}
        self.estado = 200
        self.cabeceras: dict[str, str] = {}
        self.cuerpo: bytes | None = None
        self.pedidas: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Manejador(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        web, nombre = self.server, self.path.strip("/")
        web.pedidas.append(self.path)
        estado, cuerpo = web.estado, web.cuerpo
        if cuerpo is None:
            datos = {"__bbox": {"result": {"data": {"xig_user_by_username": web.perfiles.get(nombre)}}}}
            cuerpo = f'<script type="application/json" data-sjs>{json.dumps(datos)}</script>'.encode()
        self.send_response(estado)
        for cabecera, valor in {"Content-Length": str(len(cuerpo)), **web.cabeceras}.items():
            self.send_header(cabecera, valor)
        self.end_headers()
        self.wfile.write(cuerpo)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def web() -> Iterator[Web]:
    with Web() as servidor:
        hilo = threading.Thread(target=servidor.serve_forever, kwargs={"poll_interval": 0.02})
        hilo.start()
        try:
            yield servidor
        finally:
            servidor.shutdown()
            hilo.join()


@contextmanager
def _dejarse_ver() -> Iterator[ExtremoDeEscucha]:
    with web() as servidor:
        yield ExtremoDeEscucha(acceso=replace(_ACCESO, url=servidor.url), decir=lambda *_: "")


ESCUCHA = MuestraDeEscucha(
    acceso=_ACCESO, rechazadas={}, encender=_dejarse_ver, cuenta_visible="metepec", cuenta_ilegible="nadie"
)
