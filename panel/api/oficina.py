"""Quién soy y qué puedo; y, para quien administra toda la oficina, quién más hay y quién hizo qué."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import select, tuple_
from sqlmodel import Session, col

from modelos import Asiento, Nombramiento, Perfil, Rol, Usuario
from modelos.consultas import perfiles
from motor.usuarios.permisos import Accion
from motor.usuarios.primera import CORREO as SIN_DUENO
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


class Cargo(Forma):
    rol: Rol
    perfil_id: int | None = Field(description="null: en toda la oficina.")


class UsuarioDeApi(Forma):
    id: int
    correo: str
    nombre: str
    activo: bool
    con_segundo_factor: bool
    creado_en: datetime
    entro_en: datetime | None
    cargos: list[Cargo]


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


@rutas.get("/usuarios", summary="Quién entra, y qué es")
def usuarios(p: PideApi) -> list[UsuarioDeApi]:
    """Sólo quien administra toda la oficina."""
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.leer() as sesion:
        cargos = _cargos(sesion)
        gente = list(
            sesion.scalars(
                select(Usuario).where(col(Usuario.correo) != SIN_DUENO).order_by(col(Usuario.nombre), col(Usuario.id))
            )
        )
    return [
        UsuarioDeApi(
            id=u.id,
            correo=u.correo,
            nombre=u.nombre,
            activo=u.activo,
            con_segundo_factor=bool(u.segundo_factor),
            creado_en=u.creado_en,
            entro_en=u.entro_en,
            cargos=cargos.get(u.id, []),
        )
        for u in gente
    ]


def _cargos(sesion: Session) -> dict[int, list[Cargo]]:
    juntos: dict[int, list[Cargo]] = {}
    for n in sesion.scalars(select(Nombramiento).order_by(col(Nombramiento.id))):
        juntos.setdefault(n.usuario_id, []).append(Cargo(rol=n.rol, perfil_id=n.perfil_id))
    return juntos


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
