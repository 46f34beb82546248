"""A dónde se puede ir con una dirección que dio un desconocido: a internet, nunca a esta máquina ni a la red interna.

Se mira el número al que de verdad se conectó, ya conectado y antes del primer byte: quien administra un nombre puede
dar uno al que pregunta y otro al que se conecta.
"""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import requests

from conectores.contrato import ErrorDeRed
from conectores.http import Puerta, espera_pedida, mirando_destino
from conectores.secretos import recordar

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
LARGO_DE_SECRETO = 24
PLAZO = timedelta(seconds=15)


class DestinoInterno(ErrorDeRed):
    """Lleva a esta máquina o a la red interna, o no es https."""


class SinRespuesta(Exception):
    """No se pudo hablar con ese servidor, o no contestó a tiempo; el mensaje dice por qué, sin su dirección."""


@dataclass(frozen=True, slots=True)
class Contestado:
    """estado: el de HTTP. espera: la que pidió, si pidió una."""

    estado: int
    espera: timedelta | None


def es_publico(numero: str) -> bool:
    """Tampoco los que esconden uno de IPv4 («::ffff:127.0.0.1», «2002:7f00:1::», «64:ff9b::7f00:1»)."""
    direccion = ipaddress.ip_address(numero.partition("%")[0])
    if isinstance(direccion, ipaddress.IPv6Address):
        dentro = direccion.ipv4_mapped or direccion.sixtofour
        if direccion in _NAT64:
            dentro = ipaddress.IPv4Address(int(direccion) & 0xFFFFFFFF)
        if dentro is not None:
            return dentro.is_global
    return direccion.is_global and not direccion.is_multicast


class Buzonera:
    """Dejar algo con POST en una dirección ajena: https, a internet, sin redirecciones y sin leer lo que conteste.

    en_esta_maquina: sólo para las pruebas, que encienden su propio servicio; ningún ajuste lo cambia.
    """

    def __init__(self, *, en_esta_maquina: bool = False) -> None:
        self._en_esta_maquina = en_esta_maquina

    def dejar(self, direccion: str, cuerpo: bytes, cabeceras: Mapping[str, str]) -> Contestado:
        """Lanza DestinoInterno o SinRespuesta."""
        _callar(direccion)
        if not self._en_esta_maquina and urlsplit(direccion).scheme != "https":
            raise DestinoInterno("no es una dirección https")
        # Con un proxy de salida, a quien se conecta es al proxy: él decide a dónde se puede ir.
        con_proxy = bool(requests.utils.get_environ_proxies(direccion))
        mirar = _nada if self._en_esta_maquina or con_proxy else exigir_publico
        try:
            with Puerta(conexion=PLAZO, total=PLAZO) as puerta, mirando_destino(mirar), puerta.invisible():
                respuesta = puerta.post(direccion, data=cuerpo, headers=dict(cabeceras), stream=True)
                with respuesta:
                    return Contestado(respuesta.status_code, espera_pedida(respuesta.headers))
        except DestinoInterno:
            raise
        except ErrorDeRed as error:
            raise SinRespuesta(type(error).__name__) from None


def exigir_publico(enchufe: socket.socket) -> None:
    if not es_publico(str(enchufe.getpeername()[0])):
        raise DestinoInterno("lleva a la red interna")


def _callar(direccion: str) -> None:
    """Que no salga en ninguna bitácora: con ella, cualquiera podría mandar ahí."""
    if len(camino := urlsplit(direccion).path) >= LARGO_DE_SECRETO:
        recordar(camino)


def _nada(_enchufe: socket.socket) -> None:
    pass
