"""Un toque cerrado para un aparato: cifrado para que sólo él lo lea, y firmado para que el servicio sepa de quién es.

Fuentes: RFC 8030 (el envío), RFC 8291 (el cifrado) y RFC 8292 (la firma).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from py_vapid import Vapid02

from modelos import Suscripcion, Toque

_VIDA_DE_LA_FIRMA = timedelta(hours=12)  # los servicios no admiten más de 24 h


class AparatoIlegible(Exception):
    """Con esas llaves no se puede cifrar: el aparato no sirve."""


@dataclass(frozen=True, slots=True)
class Sobre:
    """Lo que se manda con POST."""

    direccion: str = field(repr=False)
    cuerpo: bytes = field(repr=False)
    cabeceras: Mapping[str, str] = field(repr=False)


def cerrar(toque: Toque, para: Suscripcion, *, vapid: Vapid02, contacto: str, ahora: datetime) -> Sobre:
    """contacto: a quién busca el servicio si algo va mal («mailto:…» o «https://…»). Lanza AparatoIlegible."""
    from pywebpush import WebPusher, WebPushException  # trae aiohttp: sólo si hay algo que mandar

    llaves = {"p256dh": para.p256dh, "auth": para.autenticacion}
    try:
        cifrado = WebPusher({"endpoint": para.direccion, "keys": llaves}).encode(json.dumps(toque.cuerpo).encode())
    except (WebPushException, ValueError) as error:
        raise AparatoIlegible(type(error).__name__) from None
    partes = urlsplit(para.direccion)
    dicho = {
        "aud": f"{partes.scheme}://{partes.netloc}",
        "sub": contacto,
        "exp": int((ahora + _VIDA_DE_LA_FIRMA).timestamp()),
    }
    return Sobre(
        para.direccion,
        cifrado["body"],
        {
            **vapid.sign(dicho),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(int((toque.vence_en - ahora).total_seconds()), 0)),
            "Urgency": "high",
        },
    )
