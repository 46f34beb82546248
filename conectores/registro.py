"""Qué redes hay: su slug y dónde está su clase, que se importa la primera vez que se usa."""

from importlib import import_module
from typing import cast

from conectores.contrato import Acceso, Conector
from conectores.contrato_conexion import Conexion
from conectores.contrato_escucha import HechosDeEscucha, Oyente
from conectores.contrato_exportacion import Exportaciones

CONECTORES: dict[str, str] = {
    "memoria": "conectores.memoria.conector:ConectorMemoria",
    "facebook": "conectores.facebook.conector:ConectorFacebook",
    "instagram": "conectores.instagram.conector:ConectorInstagram",
    "x": "conectores.x.conector:ConectorX",
    "pinterest": "conectores.pinterest.conector:ConectorPinterest",
    "bluesky": "conectores.bluesky.conector:ConectorBluesky",
}

OYENTES: dict[str, str] = {
    "medios": "conectores.medios.conector:OyenteMedios",
    "instaloader": "conectores.instaloader.conector:OyenteInstaloader",
}
"""Las redes que sólo se oyen: en ellas no se publica."""

DE_MEDIOS = "medios"
"""Con qué se leen los medios digitales de `fuentes.toml`."""

ALIAS: dict[str, str] = {"twitter": "x", "ig": "instagram", "fb": "facebook"}


def slug(nombre: str) -> str | None:
    """El slug de una red escrita por una persona («Twitter», «X», «Facebook»), o None si no la conocemos."""
    limpio = nombre.strip().lower()
    limpio = ALIAS.get(limpio, limpio)
    return limpio if limpio in CONECTORES else None


def clase(red: str) -> type[Conector]:
    """La clase del conector de una red.

    Lanza KeyError si la red no existe e ImportError si falta su biblioteca (el extra de `pyproject.toml`).
    """
    modulo, _, nombre = CONECTORES[red].partition(":")
    return cast(type[Conector], getattr(import_module(modulo), nombre))


def oyente(red: str) -> type[Oyente]:
    """La clase con que se oye una red: la de su conector, o la de una red que sólo se oye.

    Lanza KeyError si la red no existe e ImportError si falta su biblioteca.
    """
    if red in CONECTORES:
        return clase(red)
    modulo, _, nombre = OYENTES[red].partition(":")
    return cast(type[Oyente], getattr(import_module(modulo), nombre))


def hechos_de_escucha(red: str) -> HechosDeEscucha | None:
    """Lo que una red deja oír; None si no se oye o falta su biblioteca."""
    try:
        return getattr(oyente(red), "escucha", None)
    except (KeyError, ImportError):
        return None


def exportaciones() -> dict[str, Exportaciones]:
    """Las tablas que exporta cada red que exporta alguna, por su slug. No pide la biblioteca de ninguna."""
    halladas = {}
    for red in CONECTORES:
        try:
            halladas[red] = cast(Exportaciones, import_module(f"conectores.{red}.exportacion").EXPORTACIONES)
        except ModuleNotFoundError as error:
            if error.name != f"conectores.{red}.exportacion":
                raise
    return halladas


def conexion(red: str) -> Conexion | None:
    """Cómo se conecta una cuenta de esa red; None si no se conecta desde el panel. No pide su biblioteca."""
    try:
        return cast(Conexion, import_module(f"conectores.{red}.conexion").CONEXION)
    except ModuleNotFoundError as error:
        if error.name != f"conectores.{red}.conexion":
            raise
        return None


def abrir(red: str, acceso: Acceso) -> Conector:
    """Un conector listo para actuar en un perfil; no toca la red."""
    return clase(red)(acceso)
