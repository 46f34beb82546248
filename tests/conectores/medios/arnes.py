"""Un medio de mentira: un RSS que crece, servido por HTTP de verdad."""

import gzip
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import ThreadingHTTPServer
from xml.sax.saxutils import escape

from conectores.contrato import Acceso
from tests.conectores.http_local import Contesta, encendido
from tests.contrato.arnes_de_escucha import ExtremoDeEscucha, MuestraDeEscucha

DIRECCION = "https://diario.example/rss"
_ACCESO = Acceso(perfil="diario", id_externo=DIRECCION)


class Diario(ThreadingHTTPServer):
    """cuerpo: si no es None, lo que se contesta en lugar del RSS. redirige: a dónde manda, si manda a otra parte.

    gotea: manda una letra cada poco, sin acabar nunca. comprime: lo manda en gzip.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Manejador)
        self.articulos: list[str] = []
        self.cuerpo: bytes | None = None
        self.tipo = "application/rss+xml; charset=utf-8"
        self.redirige = ""
        self.estado = 200
        self.servidos = 0
        self.sin_cambios = 0
        self.gotea = False
        self.comprime = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def publicar(self, titulo: str, *, texto: str = "", fecha: str = "", guid: str = "") -> str:
        """Devuelve su identificador."""
        numero = len(self.articulos) + 1
        enlace = f"https://diario.example/nota/{numero}"
        fecha = fecha or format_datetime(datetime.now(UTC))
        self.articulos.insert(
            0,
            f"<item><title>{escape(titulo)}</title><link>{enlace}</link><guid>{guid or enlace}</guid>"
            f"<description>{escape(texto or titulo)}</description><pubDate>{fecha}</pubDate></item>",
        )
        return guid or enlace

    def rss(self) -> bytes:
        if self.cuerpo is not None:
            return self.cuerpo
        notas = "".join(self.articulos)
        return f'<rss version="2.0"><channel><title>El Diario</title>{notas}</channel></rss>'.encode()


class _Manejador(Contesta):
    server: Diario

    def do_GET(self) -> None:
        diario, cuerpo = self.server, self.server.rss()
        etag = f'"{hash(cuerpo)}"'
        if diario.redirige and self.path != "/nuevo":
            self.contestar(301, b"", {"Location": diario.redirige})
        elif self.headers.get("If-None-Match") == etag:
            diario.sin_cambios += 1
            self.contestar(304, b"", {"ETag": etag})
        elif diario.gotea:
            self._gotear()
        elif diario.comprime:
            self.contestar(200, gzip.compress(cuerpo), {"Content-Type": diario.tipo, "Content-Encoding": "gzip"})
        else:
            diario.servidos += 1
            self.contestar(diario.estado, cuerpo, {"ETag": etag, "Content-Type": diario.tipo})

    def _gotear(self) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            while self.server.gotea:
                self.wfile.write(b" ")
                time.sleep(0.02)


def diario() -> AbstractContextManager[Diario]:
    return encendido(Diario())


@contextmanager
def _dejarse_oir() -> Iterator[ExtremoDeEscucha]:
    with diario() as servidor:
        yield ExtremoDeEscucha(
            acceso=replace(_ACCESO, url=servidor.url),
            decir=lambda _, texto: servidor.publicar(texto),
        )


ESCUCHA = MuestraDeEscucha(acceso=_ACCESO, rechazadas={}, encender=_dejarse_oir)
