"""Los perfiles que esa persona puede ver, cada uno con sus mejores horas."""

from fastapi import APIRouter
from sqlmodel import col, select
from starlette.responses import HTMLResponse

from modelos import Perfil
from motor.usuarios.permisos import Accion
from panel.paginas.horarios.mapa import dibujar
from panel.paginas.horarios.sabido import sabidos
from panel.peticion import NoEsta, Pide

rutas = APIRouter()

POR_PAGINA = 20
MEJORES = 3


@rutas.get("/horarios")
def lista(p: Pide, pagina: int = 1) -> HTMLResponse:
    if not p.permisos.puede_en_alguno(Accion.VER):
        raise NoEsta
    visibles = p.permisos.perfiles(Accion.VER)
    orden = select(Perfil).order_by(col(Perfil.nombre))
    if visibles is not None:
        orden = orden.where(col(Perfil.id).in_(visibles))
    pagina = max(1, min(pagina, 10_000))
    with p.entorno.base.leer() as sesion:
        suyos = list(sesion.exec(orden.offset((pagina - 1) * POR_PAGINA).limit(POR_PAGINA + 1)))
        sabido = sabidos(sesion, p.entorno, suyos[:POR_PAGINA], ahora=p.ahora)
    return p.pagina(
        "horarios/lista.html",
        sabidos=[(s, dibujar(s.semana)) for s in sabido],
        mejores=MEJORES,
        pagina=pagina,
        hay_mas=len(suyos) > POR_PAGINA,
    )
