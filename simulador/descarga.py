"""Descargar de verdad el medio que alguien puso en una dirección, como hace Instagram. Sólo de esta máquina."""

import ipaddress
from urllib.parse import urlsplit

import aiohttp

_PLAZO = aiohttp.ClientTimeout(total=5)


class NoSeDescarga(Exception):
    """La dirección no es de aquí, no contesta, o no contesta un 200."""


class DemasiadoGrande(NoSeDescarga):
    pass


def es_de_aqui(direccion: str) -> bool:
    """Sólo bucle local: el simulador no sale de la máquina aunque se lo pidan."""
    partes = urlsplit(direccion)
    if partes.scheme not in ("http", "https") or not partes.hostname:
        return False
    if partes.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(partes.hostname).is_loopback
    except ValueError:
        return False


async def descargar(direccion: str, *, maximo_bytes: int) -> tuple[bytes, str]:
    """Los bytes y su tipo declarado. Lanza NoSeDescarga."""
    if not direccion.isascii() or not es_de_aqui(direccion):
        raise NoSeDescarga(direccion)
    try:
        async with (
            aiohttp.ClientSession(timeout=_PLAZO) as sesion,
            sesion.get(direccion, allow_redirects=False) as respuesta,
        ):
            if respuesta.status != 200:
                raise NoSeDescarga(f"HTTP {respuesta.status}")
            if (respuesta.content_length or 0) > maximo_bytes:
                raise DemasiadoGrande(direccion)
            datos = await respuesta.read()
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise NoSeDescarga(str(error)) from None
    if len(datos) > maximo_bytes:
        raise DemasiadoGrande(direccion)
    return datos, respuesta.content_type
