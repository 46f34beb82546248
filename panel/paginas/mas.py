"""Más: en el teléfono, las puertas que no caben en la barra."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from panel.peticion import Pide

rutas = APIRouter()


@rutas.get("/mas")
def mas(p: Pide) -> HTMLResponse:
    return p.pagina("mas.html")
