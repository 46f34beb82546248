"""Todos los perfiles que esa persona puede ver; primero los que necesitan a alguien."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from modelos.consultas import perfiles
from motor.perfiles.resumen import gastado, resumenes
from motor.usuarios.permisos import Accion
from panel.paginas.perfiles import palabras
from panel.peticion import Pide

rutas = APIRouter()


@rutas.get("/perfiles")
def lista(p: Pide) -> HTMLResponse:
    with p.entorno.base.leer() as sesion:
        suyos = [x for x in perfiles(sesion) if p.puede(Accion.VER, x.id)]
        todos = [(r, palabras.estado(r, p.ahora)) for r in resumenes(sesion, p.entorno, suyos, ahora=p.ahora)]
    redes = sorted({x.red for x in suyos}) if p.puede(Accion.COORDINAR) else []
    return p.pagina(
        "perfiles/lista.html",
        urgentes=[(r, dicho) for r, dicho in todos if dicho.pide_a_alguien],
        tranquilos=[(r, dicho) for r, dicho in todos if not dicho.pide_a_alguien],
        gastos=[(red, suyo) for red in redes if (suyo := gastado(p.escucha, red)) is not None],
        puede_conectar=p.puede(Accion.ADMINISTRAR),
        palabras=palabras,
    )
