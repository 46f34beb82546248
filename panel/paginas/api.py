"""Qué se puede pedir a la API, dicho a una persona: sale del mismo documento OpenAPI que leen los programas."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse
from starlette.routing import Mount

from panel.direcciones import API
from panel.peticion import Pide

rutas = APIRouter()

_CON_FICHA = 'curl -H "Authorization: Bearer $FICHA"'
_EN_JSON = '-H "Content-Type: application/json"'
_MUESTRAS = {
    "yo": f"{_CON_FICHA} BASE/yo",
    "publicar": f"""{_CON_FICHA} {_EN_JSON} \\
  -H "Idempotency-Key: corte-de-agua-1" BASE/publicaciones \\
  -d '{{"texto": "Mañana no habrá agua.", "perfiles": ["x-ayuntamiento"], "cuando": "mañana 9:00"}}'""",
    "subir": f'{_CON_FICHA} -H "X-Nombre: plaza.jpg" --data-binary @plaza.jpg BASE/medios',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operacion:
    """datos: (nombre, qué es) de lo que va en la dirección o en las cabeceras. pedido: cómo se pide con curl."""

    metodo: str
    camino: str
    titulo: str
    texto: str
    datos: tuple[tuple[str, str], ...]
    pedido: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tema:
    nombre: str
    texto: str
    operaciones: tuple[Operacion, ...]


@rutas.get("/api")
def api(p: Pide) -> HTMLResponse:
    montada = next(r.app for r in p.request.app.routes if isinstance(r, Mount) and r.path == API)
    assert isinstance(montada, FastAPI)  # noqa: S101 # la puso `aplicacion.crear`
    return p.pagina(
        "api/api.html",
        temas=_temas(montada, f"{p.panel.url}{API}"),
        muestras={nombre: m.replace("BASE", f"{p.panel.url}{API}") for nombre, m in _MUESTRAS.items()},
        camino=API,
        por_minuto=montada.state.ritmo.maximo,
    )


@lru_cache(maxsize=1)
def _temas(montada: FastAPI, base: str) -> tuple[Tema, ...]:
    """Una vez por aplicación: el documento no cambia mientras vive."""
    return temas(montada.openapi(), base)


def temas(documento: Mapping[str, Any], base: str) -> tuple[Tema, ...]:
    """Pura."""
    return tuple(
        Tema(
            nombre=tema["name"],
            texto=tema["description"],
            operaciones=tuple(_operaciones(documento, tema["name"], base)),
        )
        for tema in documento["tags"]
    )


def _operaciones(documento: Mapping[str, Any], tema: str, base: str) -> Iterator[Operacion]:
    for camino, metodos in documento["paths"].items():
        for metodo, operacion in metodos.items():
            if tema in operacion["tags"]:
                yield Operacion(
                    metodo=metodo.upper(),
                    camino=camino,
                    titulo=operacion["summary"],
                    texto=" ".join(operacion.get("description", "").split()),
                    datos=tuple(_datos(operacion)),
                    pedido=_pedido(metodo.upper(), f"{base}{camino}", _ejemplo(documento, operacion)),
                )


def _pedido(metodo: str, donde: str, ejemplo: str) -> str:
    lo_suyo = metodo == "GET" or (metodo == "POST" and ejemplo)
    pedido = _CON_FICHA + ("" if lo_suyo else f" -X {metodo}") + f' "{donde}"'
    return pedido + (f" \\\n  {_EN_JSON} \\\n  -d '{ejemplo}'" if ejemplo else "")


def _datos(operacion: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for dato in operacion.get("parameters", ()):
        if dato["in"] != "path":
            yield dato["name"], dato.get("description", "")


def _ejemplo(documento: Mapping[str, Any], operacion: Mapping[str, Any]) -> str:
    """El primero que dé su forma; si no da, lo que esa forma exige, con los ejemplos de cada campo."""
    cuerpo = operacion.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    forma = _forma(documento, cuerpo) if cuerpo else None
    if forma is None:
        return ""
    if forma.get("examples"):
        return json.dumps(forma["examples"][0], ensure_ascii=False)
    dichos = {n: c["examples"][0] for n, c in forma.get("properties", {}).items() if c.get("examples")}
    return json.dumps(dichos, ensure_ascii=False) if dichos else ""


def _forma(documento: Mapping[str, Any], esquema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    nombrado = next((e for e in (esquema, *esquema.get("anyOf", ())) if "$ref" in e), None)
    if nombrado is None:
        return None
    hallada: Mapping[str, Any] = documento["components"]["schemas"][nombrado["$ref"].rpartition("/")[2]]
    return hallada
