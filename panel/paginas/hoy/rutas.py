"""La página de Hoy, y sus bloques solos: los pide otra vez un guion cuando algo cambia."""

import hashlib
import re

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from panel.paginas.hoy.reunir import reunir
from panel.peticion import Pide

rutas = APIRouter()

_FICHA = re.compile(r'(name="csrf" value=")[^"]*')


@rutas.get("/")
def hoy(p: Pide) -> HTMLResponse:
    return p.pagina("hoy/hoy.html", hoy=reunir(p))


@rutas.get("/hoy/fragmento")
def fragmento(p: Pide) -> Response:
    plantilla = p.panel.plantillas.get_template("hoy/bloques.html")
    html = plantilla.render(p=p, ahora=p.ahora, ruta="/", hoy=reunir(p))
    etiqueta = f'"{_huella(html)}"'
    cabeceras = {"ETag": etiqueta, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if p.request.headers.get("if-none-match", "").removeprefix("W/") == etiqueta:
        return Response(status_code=304, headers=cabeceras)
    return HTMLResponse(html, headers=cabeceras)


def _huella(html: str) -> str:
    """De lo que se lee. La ficha de los formularios va firmada con la hora: no cuenta."""
    return hashlib.sha256(_FICHA.sub(r"\1", html).encode()).hexdigest()[:32]
