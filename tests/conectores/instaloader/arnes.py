"""Una web de Instagram de mentira: sólo la página de un perfil, con los datos dentro como los espera instaloader."""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from http.server import ThreadingHTTPServer
from typing import Any

from conectores.contrato import Acceso
from tests.conectores.http_local import Contesta, encendido
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


class _Manejador(Contesta):
    server: Web

    def do_GET(self) -> None:
        web, nombre = self.server, self.path.strip("/")
        web.pedidas.append(self.path)
        estado, cuerpo = web.estado, web.cuerpo
        if cuerpo is None:
            datos = {"__bbox": {"result": {"data": {"xig_user_by_username": web.perfiles.get(nombre)}}}}
            cuerpo = f'<script type="application/json" data-sjs>{json.dumps(datos)}</script>'.encode()
        self.contestar(estado, cuerpo, web.cabeceras)


def web() -> AbstractContextManager[Web]:
    return encendido(Web())


@contextmanager
def _dejarse_ver() -> Iterator[ExtremoDeEscucha]:
    with web() as servidor:
        yield ExtremoDeEscucha(acceso=replace(_ACCESO, url=servidor.url), decir=lambda *_: "")


ESCUCHA = MuestraDeEscucha(
    acceso=_ACCESO, rechazadas={}, encender=_dejarse_ver, cuenta_visible="metepec", cuenta_ilegible="nadie"
)
