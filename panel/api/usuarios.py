"""Quién entra al panel: invitar, nombrar, dejar de entrar. Sólo para quien administra toda la oficina.

Lo de la propia cuenta (contraseña, segundo factor, sesiones, fichas) no está aquí a propósito: quien robe una ficha no
debe poder hacerse otra, ni cerrarle la puerta a su dueño.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Rol, Usuario
from modelos.consultas import perfiles
from motor.usuarios import correos, cuentas, factor, sesiones
from motor.usuarios.cuentas import NoSePuede
from motor.usuarios.enlaces import Para
from motor.usuarios.permisos import Accion
from motor.usuarios.primera import CORREO as SIN_DUENO
from panel.api.acceso import PeticionDeApi, PideApi
from panel.api.errores import CON_CHOQUE, NoProcede, NoSirve
from panel.api.formas import ENTERO_MAXIMO, Corto, Cuerpo, Forma, Hecho, Numero
from panel.paginas.cargos import marcados
from panel.paginas.usuarios import dar_enlace, usuario_de
from panel.textos import _

rutas = APIRouter(prefix="/usuarios", tags=["oficina"])


class Cargo(Cuerpo):
    """perfil_id: null es en toda la oficina."""

    rol: Rol
    perfil_id: Annotated[int, Field(ge=1, le=ENTERO_MAXIMO)] | None = None


class UsuarioDeApi(Forma):
    id: int
    correo: str
    nombre: str
    activo: bool
    con_segundo_factor: bool
    creado_en: datetime
    entro_en: datetime | None
    cargos: list[Cargo]


class Invitado(Cuerpo):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"correo": "julia@sanjacinto.gob.mx", "nombre": "Julia", "cargos": [{"rol": "editor"}]}]
        }
    )

    correo: Corto = Field(min_length=3)
    nombre: Corto = ""
    cargos: list[Cargo] = Field(min_length=1, max_length=200)


class Cargos(Cuerpo):
    cargos: list[Cargo] = Field(max_length=200)


class ConEnlace(Forma):
    """enlace: sólo si la oficina no tiene con qué mandarlo por correo; entréguelo usted. Sirve una vez."""

    usuario: UsuarioDeApi
    enlace: str | None


@rutas.get("", summary="Quién entra, y qué es")
def lista(p: PideApi) -> list[UsuarioDeApi]:
    p.exigir(Accion.ADMINISTRAR)
    orden = select(Usuario).where(col(Usuario.correo) != SIN_DUENO)
    with p.entorno.base.leer() as sesion:
        gente = sesion.scalars(orden.order_by(col(Usuario.nombre), col(Usuario.id))).all()
        cargos = cuentas.cargos(sesion)
    return [_forma(u, cargos.get(u.id, ())) for u in gente]


@rutas.post("", summary="Invitar a alguien", status_code=201)
def invitar(p: PideApi, nuevo: Invitado) -> ConEnlace:
    """Se le manda un enlace con que pone su contraseña."""
    p.exigir(Accion.ADMINISTRAR)
    try:
        with p.entorno.base.escribir() as sesion:
            suyos = _cargos(sesion, nuevo.cargos)
            usuario = cuentas.crear(sesion, nuevo.correo, nuevo.nombre, suyos, ahora=p.ahora)
            p.asentar(sesion, "usuario_invitado", sobre=f"usuario:{usuario.id}", detalle=usuario.correo)
            camino = dar_enlace(p, sesion, usuario, Para.INVITACION)
    except NoSePuede as error:
        raise NoSirve(str(error), donde=["correo"]) from None
    return _con_enlace(p, usuario, suyos, camino)


@rutas.get("/{usuario_id}", summary="Una persona")
def uno(p: PideApi, usuario_id: Numero) -> UsuarioDeApi:
    p.exigir(Accion.ADMINISTRAR)
    return _entero(p, usuario_id)


@rutas.put("/{usuario_id}/cargos", summary="Qué puede, y dónde", responses=CON_CHOQUE)
def nombrar(p: PideApi, usuario_id: Numero, escritos: Cargos) -> UsuarioDeApi:
    """Los que se nombran, y ninguno más. Tendrá que volver a entrar. Siempre queda quien administre la oficina."""
    p.exigir(Accion.ADMINISTRAR)
    try:
        with p.entorno.base.escribir() as sesion:
            usuario = usuario_de(sesion, usuario_id)
            suyos = _cargos(sesion, escritos.cargos)
            cuentas.nombrar(sesion, usuario, suyos, ahora=p.ahora)
            detalle = ", ".join(sorted(marcados(suyos))) or "ninguno"
            p.asentar(sesion, "cargos_cambiados", sobre=f"usuario:{usuario_id}", detalle=detalle)
    except NoSePuede as error:
        raise NoProcede(str(error)) from None
    return _entero(p, usuario_id)


@rutas.post("/{usuario_id}/desactivar", summary="Que ya no entre", responses=CON_CHOQUE)
def desactivar(p: PideApi, usuario_id: Numero) -> UsuarioDeApi:
    """Lo que hizo se conserva."""
    p.exigir(Accion.ADMINISTRAR)
    try:
        with p.entorno.base.escribir() as sesion:
            cuentas.desactivar(sesion, usuario_de(sesion, usuario_id), ahora=p.ahora)
            p.asentar(sesion, "usuario_desactivado", sobre=f"usuario:{usuario_id}")
    except NoSePuede as error:
        raise NoProcede(str(error)) from None
    return _entero(p, usuario_id)


@rutas.post("/{usuario_id}/reactivar", summary="Que vuelva a entrar")
def reactivar(p: PideApi, usuario_id: Numero) -> UsuarioDeApi:
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.escribir() as sesion:
        cuentas.reactivar(sesion, usuario_de(sesion, usuario_id))
        p.asentar(sesion, "usuario_reactivado", sobre=f"usuario:{usuario_id}")
    return _entero(p, usuario_id)


@rutas.post("/{usuario_id}/enlace", summary="Otra invitación, o con qué poner otra contraseña")
def otro_enlace(p: PideApi, usuario_id: Numero) -> ConEnlace:
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.escribir() as sesion:
        usuario = usuario_de(sesion, usuario_id)
        camino = dar_enlace(p, sesion, usuario, Para.CLAVE if usuario.clave else Para.INVITACION)
        p.asentar(sesion, "enlace_dado", sobre=f"usuario:{usuario_id}")
        suyos = cuentas.cargos_de(sesion, usuario_id)
    return _con_enlace(p, usuario, suyos, camino)


@rutas.post("/{usuario_id}/quitar-segundo-factor", summary="A quien perdió el teléfono y los códigos de papel")
def quitar_factor(p: PideApi, usuario_id: Numero) -> Hecho:
    """Su contraseña se le sigue pidiendo, y se cierran sus sesiones."""
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.escribir() as sesion:
        usuario = usuario_de(sesion, usuario_id)
        factor.quitar(usuario)
        sesiones.cerrar_todas(sesion, usuario_id, ahora=p.ahora)
        p.asentar(sesion, "segundo_factor_quitado", sobre=f"usuario:{usuario_id}")
        if p.panel.oficina.servidor is not None:
            correos.cambio(sesion, usuario, _("Se quitó su segundo factor"), ahora=p.ahora)
    dicho = _("%(nombre)s entra ya sólo con su contraseña, hasta que ponga otro teléfono.")
    return Hecho(hecho=dicho % {"nombre": usuario.nombre})


def _cargos(sesion: Session, escritos: Iterable[Cargo]) -> list[cuentas.Cargo]:
    """Lanza NoSirve si alguno es de un perfil que no hay."""
    hay = {x.id for x in perfiles(sesion)}
    suyos = [cuentas.Cargo(c.rol, c.perfil_id) for c in escritos]
    if ajenos := sorted({c.perfil_id for c in suyos if c.perfil_id is not None} - hay):
        dicho = _("No hay perfil %(cuales)s.") % {"cuales": ", ".join(map(str, ajenos))}
        raise NoSirve(dicho, donde=["cargos"])
    return list(dict.fromkeys(suyos))


def _entero(p: PeticionDeApi, usuario_id: int) -> UsuarioDeApi:
    with p.entorno.base.leer() as sesion:
        return _forma(usuario_de(sesion, usuario_id), cuentas.cargos_de(sesion, usuario_id))


def _con_enlace(p: PeticionDeApi, usuario: Usuario, suyos: Sequence[cuentas.Cargo], camino: str) -> ConEnlace:
    return ConEnlace(usuario=_forma(usuario, suyos), enlace=p.panel.url + camino if camino else None)


def _forma(u: Usuario, suyos: Sequence[cuentas.Cargo]) -> UsuarioDeApi:
    return UsuarioDeApi(
        id=u.id,
        correo=u.correo,
        nombre=u.nombre,
        activo=u.activo,
        con_segundo_factor=bool(u.segundo_factor),
        creado_en=u.creado_en,
        entro_en=u.entro_en,
        cargos=[Cargo(rol=c.rol, perfil_id=c.perfil_id) for c in suyos],
    )
