"""Entrar y salir."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from motor.usuarios import sesiones
from panel.peticion import Pide, panel_de, quitar_sesion, ruta_para_volver

rutas = APIRouter()


@rutas.get("/entrar")
def entrar(request: Request, volver: str = "/") -> HTMLResponse:
    html = panel_de(request).plantillas.get_template("entrar/entrar.html").render(volver=ruta_para_volver(volver))
    return HTMLResponse(html)


@rutas.post("/salir")
def salir(p: Pide) -> Response:
    with p.entorno.base.escribir() as sesion:
        sesiones.cerrar(sesion, p.quien.sesion.id, ahora=p.ahora)
        p.asentar(sesion, "sesion_cerrada")
    respuesta = p.volver("/entrar")
    quitar_sesion(p.panel, respuesta)
    return respuesta
