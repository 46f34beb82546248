"""La lista de lo publicado, con su búsqueda."""

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import HTMLResponse

from modelos import Perfil
from modelos.consultas import perfiles
from motor.hemeroteca.lista import CUENTA_MAXIMA, Filtros, pagina
from motor.usuarios.permisos import Accion
from panel.paginas.hemeroteca.filtros import Antes, Filtrado, en_consulta
from panel.peticion import NoEsta, Peticion, Pide

rutas = APIRouter()


@rutas.get("/hemeroteca")
def lista(p: Pide, filtros: Filtrado, antes: Antes) -> HTMLResponse:
    if not p.permisos.puede_en_alguno(Accion.VER):
        raise NoEsta
    with p.entorno.base.leer() as sesion:
        hallado = pagina(
            sesion, filtros, perfiles=p.permisos.perfiles(Accion.VER), zona=p.entorno.reglas.zona, antes=antes
        )
        suyos = _perfiles(sesion, p)
    return p.pagina(
        "hemeroteca/lista.html",
        hallado=hallado,
        f=filtros,
        filtrado=filtros != Filtros(),
        perfiles=suyos,
        tope=CUENTA_MAXIMA,
        sigue=en_consulta(filtros, antes=hallado.sigue) if hallado.sigue else "",
        todo=en_consulta(filtros),
        antes=antes,
    )


def _perfiles(sesion: Session, p: Peticion) -> list[Perfil]:
    return [suyo for suyo in perfiles(sesion) if p.puede(Accion.VER, suyo.id)]
