"""Las direcciones firmadas con que se contesta un aviso desde el teléfono. Puro, salvo el azar de nadie.

Sólo quien recibió el correo la tiene; vale siete días y sólo para esa historia.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from motor.medios_publicos import Firmante

VIGENCIA = timedelta(days=7)
CAMINO = "/avisos/"


@dataclass(frozen=True, slots=True)
class Enlaces:
    """url: la dirección pública de este servidor. La clave no aparece en su repr."""

    url: str
    clave: bytes = field(repr=False)

    @classmethod
    def de_firmante(cls, firmante: Firmante | None) -> "Enlaces | None":
        """Con la misma clave de los medios, pero apartada: una firma de allá no vale aquí."""
        if firmante is None:
            return None
        return cls(firmante.url, hmac.digest(firmante.clave, b"avisos", hashlib.sha256))

    def de(self, historia_id: int, ahora: datetime) -> str:
        caduca = int((ahora + VIGENCIA).timestamp())
        return f"{self.url}{CAMINO}{historia_id}?caduca={caduca}&firma={self._firma(historia_id, caduca)}"

    def abrir(self, camino: str, ahora: datetime) -> int | None:
        """La historia de una dirección pedida; None si la firma no vale o ya caducó."""
        partes = urlsplit(camino)
        consulta = parse_qs(partes.query)
        numero = partes.path.removeprefix(CAMINO)
        try:
            historia_id, caduca, firma = int(numero), int(consulta["caduca"][0]), consulta["firma"][0]
        except (KeyError, ValueError):
            return None
        if caduca < ahora.timestamp() or not hmac.compare_digest(
            firma.encode(), self._firma(historia_id, caduca).encode()
        ):
            return None
        return historia_id

    def _firma(self, historia_id: int, caduca: int) -> str:
        return hmac.new(self.clave, f"{historia_id}|{caduca}".encode(), hashlib.sha256).hexdigest()
