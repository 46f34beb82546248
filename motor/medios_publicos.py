"""Direcciones nuestras, firmadas y de corta vida, para que una red descargue una imagen; y quien las sirve.

Nadie puede pedir un archivo que no hayamos firmado, ni salir de la carpeta del acervo, ni usar una dirección vieja. El
mismo servidor enseña las páginas con que se contesta un aviso desde el teléfono, si se le dan.
"""

import contextlib
import hashlib
import hmac
import logging
import mimetypes
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, quote, unquote, urlsplit

logger = logging.getLogger(__name__)

VIGENCIA_S = 3600
CLAVE_MINIMA = 16
CUERPO_MAXIMO_BYTES = 2048


@dataclass(frozen=True, slots=True)
class Respuesta:
    codigo: int
    html: str


class Pagina(Protocol):
    """Quien contesta lo que se pide bajo un camino («/avisos/»). Nunca lanza por lo que le pidan."""

    @property
    def camino(self) -> str: ...

    def contestar(self, metodo: str, direccion: str, cuerpo: str) -> Respuesta:
        """metodo: GET o POST. direccion: lo pedido, con su consulta. cuerpo: el del formulario, ya leído."""


@dataclass(frozen=True, slots=True)
class Firmante:
    """Firma direcciones de archivos del acervo. Se llama con una ruta y devuelve su dirección pública."""

    url: str
    clave: bytes
    acervo: Path

    @classmethod
    def de(cls, url: str, clave: str, acervo: Path) -> "Firmante | None":
        """None si este servidor no tiene dirección pública o no tiene con qué firmar."""
        if not url or len(clave) < CLAVE_MINIMA:
            return None
        return cls(url.rstrip("/"), clave.encode(), acervo.resolve())

    def __repr__(self) -> str:
        return f"Firmante({self.url})"

    def __call__(self, ruta: Path) -> str:
        """Lanza ValueError si el archivo no está en el acervo."""
        relativa = ruta.resolve().relative_to(self.acervo).as_posix()
        caduca = int(time.time()) + VIGENCIA_S
        return f"{self.url}/medios/{quote(relativa)}?caduca={caduca}&firma={self._firma(relativa, caduca)}"

    def abrir(self, camino: str) -> Path | None:
        """El archivo de una dirección pedida, o None si la firma no vale, ya caducó o el archivo no está."""
        partes = urlsplit(camino)
        consulta = parse_qs(partes.query)
        relativa = unquote(partes.path).removeprefix("/medios/")
        try:
            caduca = int(consulta["caduca"][0])
            firma = consulta["firma"][0]
        except (KeyError, ValueError):
            return None
        if caduca < time.time() or not hmac.compare_digest(firma.encode(), self._firma(relativa, caduca).encode()):
            return None
        ruta = (self.acervo / relativa).resolve()
        return ruta if ruta.is_relative_to(self.acervo) and ruta.is_file() else None

    def _firma(self, relativa: str, caduca: int) -> str:
        return hmac.new(self.clave, f"{relativa}|{caduca}".encode(), hashlib.sha256).hexdigest()


class ServidorDeMedios:
    """Sirve en 127.0.0.1 los archivos firmados y las páginas; delante va el proxy inverso con TLS
    (docs/operacion.md).
    """

    def __init__(self, firmante: Firmante, puerto: int, paginas: Sequence[Pagina] = ()) -> None:
        self._servidor = ThreadingHTTPServer(("127.0.0.1", puerto), _manejador(firmante, paginas))
        self._servidor.daemon_threads = True
        self.puerto = self._servidor.server_port

    def __enter__(self) -> "ServidorDeMedios":
        threading.Thread(target=self._servidor.serve_forever, name="medios", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._servidor.shutdown()
        self._servidor.server_close()


def _manejador(firmante: Firmante, paginas: Sequence[Pagina]) -> type[BaseHTTPRequestHandler]:
    class Manejador(BaseHTTPRequestHandler):
        timeout = 30

        def do_GET(self) -> None:
            if not self._con_pagina("GET", ""):
                self._con_medio()

        def do_POST(self) -> None:
            largo = self.headers.get("Content-Length", "")
            if not largo.isdecimal() or int(largo) > CUERPO_MAXIMO_BYTES:
                self.send_error(413)
                return
            cuerpo = self.rfile.read(int(largo)).decode(errors="replace")
            if not self._con_pagina("POST", cuerpo):
                self.send_error(404)

        def _con_pagina(self, metodo: str, cuerpo: str) -> bool:
            for pagina in paginas:
                if self.path.startswith(pagina.camino):
                    try:
                        respuesta = pagina.contestar(metodo, self.path, cuerpo)
                    except Exception as error:  # la base pudo caerse: quien espera merece una respuesta
                        logger.error("Falló una página.", exc_info=error, extra={"accion": "pagina_falla"})
                        self.send_error(503)
                        return True
                    self._enviar(respuesta.codigo, "text/html; charset=utf-8", respuesta.html.encode())
                    return True
            return False

        def _con_medio(self) -> None:
            ruta = firmante.abrir(self.path)
            if ruta is None:
                self.send_error(404)
                return
            self._enviar(200, mimetypes.guess_type(ruta.name)[0] or "application/octet-stream", ruta.read_bytes())

        def _enviar(self, codigo: int, tipo: str, contenido: bytes) -> None:
            self.send_response(codigo)
            self.send_header("Content-Type", tipo)
            self.send_header("Content-Length", str(len(contenido)))
            self.send_header("X-Content-Type-Options", "nosniff")
            if tipo.startswith("text/html"):
                self.send_header("Cache-Control", "no-store")
                self.send_header("Referrer-Policy", "no-referrer")  # la dirección lleva la firma
                politica = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
                self.send_header("Content-Security-Policy", politica)
            self.end_headers()
            with contextlib.suppress(OSError):  # la red pudo irse a la mitad
                self.wfile.write(contenido)

        def log_message(self, format: str, *args: object) -> None:  # noqa: ARG002 # la dirección lleva la firma
            logger.debug("medio servido", extra={"accion": "medio_servido"})

    return Manejador
