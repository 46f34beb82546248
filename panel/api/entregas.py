"""Las entregas: qué salió, qué saldrá, y cómo va."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select, tuple_
from sqlmodel import col

from modelos import Entrega, Estado
from motor.usuarios.permisos import Accion
from panel.api import formas
from panel.api.acceso import PideApi
from panel.api.formas import Desde, Hasta, Limite, Numero, PorPerfil, Siguiente
from panel.api.paginas import abrir_cursor, cursor, instante
from panel.peticion import NoEsta

rutas = APIRouter(prefix="/entregas", tags=["entregas"])


@rutas.get("", summary="Qué salió, qué saldrá, y cómo va")
def lista(
    p: PideApi,
    desde: Desde = None,
    hasta: Hasta = None,
    estado: Annotated[list[Estado] | None, Query(description="Sólo en estos estados.")] = None,
    perfil_id: PorPerfil = None,
    limite: Limite = 50,
    siguiente: Siguiente = "",
) -> formas.Pagina[formas.Entrega]:
    """Por hora, de la más antigua a la más nueva."""
    orden = select(Entrega).order_by(col(Entrega.no_antes_de), col(Entrega.id)).limit(limite + 1)
    if (suyos := p.permisos.perfiles(Accion.VER)) is not None:
        orden = orden.where(col(Entrega.perfil_id).in_(suyos))
    if perfil_id is not None:
        orden = orden.where(col(Entrega.perfil_id) == perfil_id)
    if desde is not None:
        orden = orden.where(col(Entrega.no_antes_de) >= instante(desde))
    if hasta is not None:
        orden = orden.where(col(Entrega.no_antes_de) < instante(hasta))
    if estado:
        orden = orden.where(col(Entrega.estado).in_(estado))
    if ultima := abrir_cursor(siguiente):
        orden = orden.where(tuple_(col(Entrega.no_antes_de), col(Entrega.id)) > ultima)
    with p.entorno.base.leer() as sesion:
        filas = list(sesion.scalars(orden))
    return formas.Pagina(
        datos=[formas.Entrega.model_validate(e) for e in filas[:limite]],
        siguiente=_siguiente(filas, limite),
    )


def _siguiente(filas: list[Entrega], limite: int) -> str | None:
    if len(filas) <= limite:
        return None
    ultima = filas[limite - 1]
    return cursor(ultima.no_antes_de, ultima.id)


@rutas.get("/{entrega_id}", summary="Una entrega", response_model=formas.Entrega)
def una(p: PideApi, entrega_id: Numero) -> Entrega:
    with p.entorno.base.leer() as sesion:
        entrega = sesion.get(Entrega, entrega_id)
    if entrega is None:
        raise NoEsta
    p.exigir(Accion.VER, entrega.perfil_id)
    return entrega
