"""La llave con que se firman los toques (VAPID). Nace al instalar y no cambia: con otra no valdría ningún aparato."""

import base64

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from motor.llavero import VAPID, Llavero


def abrir(llavero: Llavero) -> Vapid02:
    """La de esta oficina; la crea si falta. Lanza OSError si no se puede leer o escribir."""
    return Vapid02.from_pem(llavero.guardado(VAPID, _nueva))


def publica(vapid: Vapid02) -> str:
    """La que se le da al navegador (`applicationServerKey`), en base64 de URL."""
    cruda = vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(cruda).rstrip(b"=").decode()


def _nueva() -> bytes:
    vapid = Vapid02()
    vapid.generate_keys()
    pem: bytes = vapid.private_pem()
    return pem
