"""Quién soy y qué puedo; y, para quien administra toda la oficina, quién hizo qué."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import select, tuple_
from sqlmodel import col

from modelos import Asiento, Perfil
from modelos.consultas import perfiles
from motor.usuarios.permisos import Accion
from panel.api.acceso import PeticionDeApi, PideApi
from panel.api.formas import Corto, Desde, Forma, Hasta, Limite, Pagina, Siguiente
from panel.api.paginas import abrir_cursor, cursor, instante

rutas = APIRouter(tags=["oficina"])


class EnPerfil(Forma):
    perfil_id: int
    perfil: str
    acciones: list[Accion]


class Yo(Forma):
    """De quién es la ficha, y qué puede dónde. en_toda_la_oficina: también en los perfiles que vengan."""

    id: int
    correo: str
    nombre: str
    en_toda_la_oficina: list[Accion]
    en_perfiles: list[EnPerfil]


class AsientoDeApi(Forma):
    """huella: encadenada con la del anterior."""

    id: int
    ocurrido_en: datetime
    quien: str
    accion: str
    sobre: str = Field(examples=["publicacion:7"])
    detalle: str
    direccion: str
    huella: str


@rutas.get("/yo", summary="Quién soy y qué puedo")
def yo(p: PideApi) -> Yo:
    with p.entorno.base.leer() as sesion:
        todos = perfiles(sesion)
    return Yo(
        id=p.usuario.id,
        correo=p.usuario.correo,
        nombre=p.usuario.nombre,
        en_toda_la_oficina=[a for a in Accion if p.puede(a)],
        en_perfiles=[_en_perfil(p, suyo) for suyo in todos if p.puede(Accion.VER, suyo.id)],
    )


def _en_perfil(p: PeticionDeApi, perfil: Perfil) -> EnPerfil:
    acciones = [a for a in Accion if p.puede(a, perfil.id)]
    return EnPerfil(perfil_id=perfil.id, perfil=perfil.nombre, acciones=acciones)


@rutas.get("/bitacora", summary="Quién hizo qué")
def bitacora(
    p: PideApi,
    quien: Corto = "",
    accion: Corto = "",
    sobre: Corto = "",
    desde: Desde = None,
    hasta: Hasta = None,
    limite: Limite = 50,
    siguiente: Siguiente = "",
) -> Pagina[AsientoDeApi]:
    """De lo último a lo primero. Sólo quien administra toda la oficina."""
    p.exigir(Accion.ADMINISTRAR)
    orden = select(Asiento).order_by(col(Asiento.ocurrido_en).desc(), col(Asiento.id).desc()).limit(limite + 1)
    for campo, valor in ((Asiento.quien, quien), (Asiento.accion, accion), (Asiento.sobre, sobre)):
        if valor:
            orden = orden.where(col(campo) == valor)
    if desde is not None:
        orden = orden.where(col(Asiento.ocurrido_en) >= instante(desde))
    if hasta is not None:
        orden = orden.where(col(Asiento.ocurrido_en) < instante(hasta))
    if ultima := abrir_cursor(siguiente):
        orden = orden.where(tuple_(col(Asiento.ocurrido_en), col(Asiento.id)) < ultima)
    with p.entorno.base.leer() as sesion:
        filas = list(sesion.scalars(orden))
    sigue = cursor(filas[limite - 1].ocurrido_en, filas[limite - 1].id) if len(filas) > limite else None
    return Pagina(datos=[AsientoDeApi.model_validate(f) for f in filas[:limite]], siguiente=sigue)
