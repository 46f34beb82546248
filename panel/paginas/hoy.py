"""Hoy: qué sale, qué salió y qué necesita a una persona."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from panel.peticion import Pide

rutas = APIRouter()


@rutas.get("/")
def hoy(p: Pide) -> HTMLResponse:
    return p.pagina("hoy/hoy.html")
