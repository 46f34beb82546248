"""El servidor oficial, uno para toda la suite, con una cuenta nueva en cada prueba; y la red entera, para oírla."""

import atexit
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from conectores.contrato import Acceso
from tests.contrato.arnes import SIN_NADIE, Extremo, Muestra, con_foto
from tests.contrato.arnes_de_escucha import ExtremoDeEscucha, MuestraDeEscucha
from tests.servidores.bluesky import NoDisponible, ServidorBluesky
from tests.servidores.bluesky_completo import RedBluesky, mencion_de

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


class _Pueblo:
    """La red entera con dos cuentas, la nuestra y la de una vecina: las mismas para todas las pruebas."""

    def __init__(self) -> None:
        self.red = RedBluesky().__enter__()
        atexit.register(self.red.__exit__)
        self.nuestra, self.vecina = self.red.crear_cuenta("oye"), self.red.crear_cuenta("vecina")
        self.token, self._suyo = self.red.entrar(self.nuestra), self.red.entrar(self.vecina)
        self.publicada = self.red.decir(self.nuestra, "Mañana no hay agua.", token=self.token)
        self.red.esperar(self.publicada["uri"], token=self.token)

    def decir(self, canal: str, texto: str) -> str:
        registro: dict[str, Any] = {"texto": texto}
        if canal == "menciones":
            registro = mencion_de(self.nuestra, texto)
        elif canal == "comentarios":
            registro["reply"] = {"root": self.publicada, "parent": self.publicada}
        dicho = self.red.decir(self.vecina, registro.pop("texto"), token=self._suyo, **registro)["uri"]
        self.red.esperar(dicho, token=self.token)
        return dicho

    def quitar(self, uri: str) -> None:
        self.red.borrar(self.vecina, uri, token=self._suyo)
        self.red.esperar(uri, token=self.token, visible=False)


_pueblo = cache(_Pueblo)


@contextmanager
def _dejarse_oir() -> Iterator[ExtremoDeEscucha]:
    try:
        pueblo = _pueblo()
    except NoDisponible as motivo:
        pytest.skip(f"sin la red oficial de Bluesky: {motivo}")
    nuestra = pueblo.nuestra
    credenciales = {"identificador": nuestra.nombre, "clave_de_aplicacion": nuestra.clave}
    yield ExtremoDeEscucha(
        acceso=replace(_ACCESO, id_externo=nuestra.did, url=pueblo.red.url, credenciales=credenciales),
        decir=pueblo.decir,
        publicaciones=(pueblo.publicada["uri"],),
        quitar=pueblo.quitar,
    )


ESCUCHA = MuestraDeEscucha(
    acceso=_ACCESO,
    rechazadas=_CREDENCIALES,
    encender=_dejarse_oir,
    lee_sin_get=lambda r: "com.atproto.server." in r.ruta,
    cuantos=3,
    cuenta_visible="vecina.test",
    cuenta_ilegible="nadie.test",
)
