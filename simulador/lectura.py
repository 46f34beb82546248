"""De una petición de aiohttp a una `Peticion`: de qué red es, sus campos y sus archivos, vengan como vengan."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from simulador.estado import REDES
from simulador.mensajes import Archivo, Peticion

_DE_INSTAGRAM = frozenset({"media", "media_publish", "content_publishing_limit"})
_VERSION_GRAPH = re.compile(r"/v\d+\.\d+/")


def red_y_ruta(ruta: str, *, es_de_instagram: Callable[[str], bool]) -> tuple[str, str] | None:
    """La red de una ruta y lo que queda de ella sin prefijo; None si no es de ninguna.

    Sin prefijo se reconoce por su forma; en Graph, por el nodo o por lo que se le pide.
    """
    _, _, resto = ruta.partition("/")
    primero, _, demas = resto.partition("/")
    if primero in REDES:
        return primero, f"/{demas}"
    if primero == "2":
        return "x", ruta
    if primero == "v5":
        return "pinterest", ruta
    if primero == "ig-api-upload":
        return "instagram", ruta
    if _VERSION_GRAPH.match(ruta):
        nodo, _, arista = demas.partition("/")
        de_instagram = arista in _DE_INSTAGRAM or es_de_instagram(nodo)
        return ("instagram" if de_instagram else "facebook"), ruta
    return None


async def leer(request: web.Request, *, red: str, ruta: str) -> Peticion:
    """Leer la petición entera. Si el cliente se va antes de terminar de mandarla, lanza y no se acepta nada."""
    campos: Mapping[str, Any] = {}
    archivos: dict[str, Archivo] = {}
    cuerpo, ilegible = b"", False
    tipo = request.content_type
    if request.method in ("GET", "HEAD") or not request.can_read_body:
        pass
    elif tipo == "application/json":
        cuerpo = await request.read()
        campos, ilegible = _objeto(cuerpo)
    elif tipo in ("application/x-www-form-urlencoded", "multipart/form-data"):
        campos, archivos = await _formulario(request)
    else:
        cuerpo = await request.read()
    raiz = f"http://{request.host}"
    return Peticion(
        red=red,
        metodo=request.method,
        ruta=ruta,
        base=raiz + request.path.removesuffix(ruta),
        raiz=raiz,
        consulta=request.query,
        cabeceras=request.headers,
        campos=campos,
        archivos=archivos,
        cuerpo=cuerpo,
        ilegible=ilegible,
    )


def _objeto(cuerpo: bytes) -> tuple[Mapping[str, Any], bool]:
    try:
        leido = json.loads(cuerpo or b"{}")
    except ValueError:
        return {}, True
    return (leido, False) if isinstance(leido, dict) else ({}, True)


async def _formulario(request: web.Request) -> tuple[dict[str, Any], dict[str, Archivo]]:
    campos: dict[str, Any] = {}
    archivos: dict[str, Archivo] = {}
    for nombre, valor in (await request.post()).items():
        if isinstance(valor, FileField):
            archivos[nombre] = Archivo(valor.filename, valor.content_type, valor.file.read())
        elif isinstance(valor, (bytes, bytearray)):
            archivos[nombre] = Archivo(nombre, "application/octet-stream", bytes(valor))
        else:
            campos[nombre] = valor
    return campos, archivos
