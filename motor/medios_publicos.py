"""Direcciones nuestras, firmadas y de corta vida, para que una red descargue una imagen. Las sirve el panel.

Nadie puede pedir un archivo que no hayamos firmado, ni salir de la carpeta del acervo, ni usar una dirección vieja.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

VIGENCIA_S = 3600
CLAVE_MINIMA = 16


@dataclass(frozen=True, slots=True)
class Firmante:
    """Firma direcciones de archivos del acervo. Se llama con una ruta y devuelve su dirección pública."""

    url: str
    clave: bytes
    acervo: Path

    @classmethod
    def de(cls, url: str, clave: bytes, acervo: Path) -> "Firmante | None":
        """None si este servidor no tiene dirección pública o no tiene con qué firmar."""
        if not url or len(clave) < CLAVE_MINIMA:
            return None
        return cls(url.rstrip("/"), clave, acervo.resolve())

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
