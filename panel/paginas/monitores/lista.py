"""Todos los monitores: lo de hoy contra lo normal, los últimos días, y cuántas alzas en el mes."""

from fastapi import APIRouter
from sqlalchemy import func, select
from sqlmodel import col
from starlette.responses import HTMLResponse

from modelos import Monitor
from motor.escucha.monitores.archivo import NOMBRE, ORIGEN
from motor.usuarios.permisos import Accion
from panel.paginas.monitores.consulta import DIAS, POR_PAGINA, resumir
from panel.peticion import Pide

rutas = APIRouter()


@rutas.get("/monitores")
def lista(p: Pide, pagina: int = 1, q: str = "") -> HTMLResponse:
    p.exigir(Accion.VER)
    pagina, q = max(1, min(pagina, 10_000)), q.strip()[:100]
    orden = select(Monitor).order_by(col(Monitor.activo).desc(), col(Monitor.nombre), col(Monitor.id))
    if q:
        orden = orden.where(func.lower(col(Monitor.nombre)).contains(q.lower(), autoescape=True))
    with p.entorno.base.leer() as sesion:
        suyos = list(sesion.scalars(orden.offset((pagina - 1) * POR_PAGINA).limit(POR_PAGINA + 1)))
    return p.pagina(
        "monitores/lista.html",
        resumenes=resumir(p.escucha, suyos[:POR_PAGINA], ahora=p.ahora),
        pagina=pagina,
        hay_mas=len(suyos) > POR_PAGINA,
        q=q,
        dias=DIAS,
        archivo=NOMBRE,
        origen_archivo=ORIGEN,
        puede=p.puede(Accion.COORDINAR),
    )
