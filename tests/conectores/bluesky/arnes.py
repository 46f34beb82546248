"""El servidor oficial, uno para toda la suite, con una cuenta nueva en cada prueba."""

import atexit
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from conectores.contrato import Acceso
from tests.contrato.arnes import SIN_NADIE, Extremo, Muestra, con_foto
from tests.servidores.bluesky import NoDisponible, ServidorBluesky

_CREDENCIALES = {"identificador": "nadie.test", "clave_de_aplicacion": "clave-que-no-es-de-nadie"}
_ACCESO = Acceso(
    perfil="bluesky-sanjacinto", url=SIN_NADIE, credenciales=_CREDENCIALES, plazo_total=timedelta(seconds=10)
)
_numeros = itertools.count(1)


@cache
def _servidor() -> ServidorBluesky:
    encendido = ServidorBluesky().__enter__()
    atexit.register(encendido.__exit__)
    return encendido


@contextmanager
def _encender() -> Iterator[Extremo]:
    try:
        servidor = _servidor()
    except NoDisponible as motivo:
        pytest.skip(f"sin el servidor oficial de Bluesky: {motivo}")
    cuenta = servidor.crear_cuenta(f"contrato{next(_numeros)}")
    yield Extremo(
        acceso=replace(
            _ACCESO,
            id_externo=cuenta.did,
            url=servidor.url,
            credenciales={"identificador": cuenta.nombre, "clave_de_aplicacion": cuenta.clave},
        ),
        publicadas=lambda: [p["uri"] for p in reversed(servidor.publicaciones(cuenta.did))],
    )


MUESTRA = Muestra(
    acceso=_ACCESO,
    rechazadas=_CREDENCIALES,
    pieza=con_foto,
    es_visible=lambda r: r.ruta.endswith("/xrpc/com.atproto.repo.putRecord"),
    encender=_encender,
)
