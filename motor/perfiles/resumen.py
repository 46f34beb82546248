"""Cómo va cada perfil: lo próximo, lo último, cuánto de su cupo lleva, lo que gasta su red y quién puede en él."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from conectores.contrato import Cupo
from modelos import Entrega, Estado, Nombramiento, Perfil, Rol, Usuario
from modelos.consultas import intentos_por_perfil
from motor.entorno import Entorno
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.presupuesto import gastado_en
from motor.perfiles.comprobada import Comprobada, comprobadas
from motor.publicacion.turnos import cupos_de


@dataclass(frozen=True, slots=True)
class CupoUsado:
    """usados: cuántas publicaciones van en la ventana que acaba ahora."""

    cupo: Cupo
    usados: int


@dataclass(frozen=True, slots=True)
class ResumenDePerfil:
    """proxima, ultima: cuándo sale lo siguiente y cuándo salió lo último. comprobada: None si nunca se le preguntó."""

    perfil: Perfil
    proxima: datetime | None
    ultima: datetime | None
    cupos: tuple[CupoUsado, ...]
    comprobada: Comprobada | None


@dataclass(frozen=True, slots=True)
class Gastado:
    """Este mes, en toda la red, en dólares. presupuesto: 0 si no se puso."""

    dolares: Decimal
    presupuesto: Decimal


@dataclass(frozen=True, slots=True)
class Nombrado:
    """Alguien que puede algo en un perfil. general: por serlo en toda la oficina."""

    nombre: str
    correo: str
    roles: tuple[Rol, ...]
    general: bool


def resumenes(
    sesion: Session, entorno: Entorno, perfiles: Sequence[Perfil], *, ahora: datetime
) -> list[ResumenDePerfil]:
    """El de cada uno, con las mismas consultas sean dos o cincuenta."""
    ids = [p.id for p in perfiles]
    proximas, ultimas = _proximas(sesion, ids), _ultimas(sesion, ids)
    vistas, usados = comprobadas(sesion, ids), _usados(sesion, entorno, perfiles, ahora)
    return [ResumenDePerfil(p, proximas.get(p.id), ultimas.get(p.id), usados[p.id], vistas.get(p.id)) for p in perfiles]


def _proximas(sesion: Session, ids: Collection[int]) -> dict[int, datetime]:
    """Lo que no ha salido no tiene `publicada_en`: decirlo es lo que deja saltarse en el índice lo ya publicado."""
    por_salir = (col(Entrega.estado) == Estado.PROGRAMADA, col(Entrega.publicada_en).is_(None))
    orden = (
        select(col(Entrega.perfil_id), func.min(col(Entrega.no_antes_de)))
        .where(col(Entrega.perfil_id).in_(ids), *por_salir)
        .group_by(col(Entrega.perfil_id))
    )
    return {perfil_id: cuando for perfil_id, cuando in sesion.execute(orden)}


def _ultimas(sesion: Session, ids: Collection[int]) -> dict[int, datetime]:
    """Una búsqueda en el índice por perfil, y no un recorrido de todo lo publicado."""
    ultima = (
        select(func.max(col(Entrega.publicada_en)))
        .where(col(Entrega.perfil_id) == col(Perfil.id))
        .correlate(Perfil)
        .scalar_subquery()
    )
    orden = select(col(Perfil.id), ultima).where(col(Perfil.id).in_(ids))
    return {perfil_id: cuando for perfil_id, cuando in sesion.execute(orden) if cuando is not None}


def _usados(
    sesion: Session, entorno: Entorno, perfiles: Sequence[Perfil], ahora: datetime
) -> dict[int, tuple[CupoUsado, ...]]:
    suyos = {p.id: cupos_de(entorno, p) for p in perfiles}
    cuentas = {
        ventana: intentos_por_perfil(sesion, list(suyos), desde=ahora - ventana)
        for ventana in {c.ventana for cupos in suyos.values() for c in cupos}
    }
    return {
        perfil_id: tuple(CupoUsado(c, cuentas[c.ventana].get(perfil_id, 0)) for c in cupos)
        for perfil_id, cupos in suyos.items()
    }


def gastado(escucha: EntornoDeEscucha, red: str) -> Gastado | None:
    """None si esa red no cobra o no se le puso presupuesto, y no se ha gastado nada en ella."""
    suyo = Gastado(gastado_en(escucha, red), escucha.presupuesto(red))
    return suyo if suyo.dolares or suyo.presupuesto else None


def nombrados(sesion: Session, perfil_id: int) -> list[Nombrado]:
    """Quién puede algo en ese perfil: primero los nombrados en él, después los de toda la oficina."""
    orden = (
        select(col(Usuario.nombre), col(Usuario.correo), col(Nombramiento.rol), col(Nombramiento.perfil_id))
        .join(Nombramiento, col(Nombramiento.usuario_id) == col(Usuario.id))
        .where(
            col(Usuario.activo),
            or_(col(Nombramiento.perfil_id) == perfil_id, col(Nombramiento.perfil_id).is_(None)),
        )
        .order_by(col(Usuario.nombre), col(Usuario.correo))
    )
    juntos: dict[tuple[bool, str, str], list[Rol]] = {}
    for nombre, correo, rol, de in sesion.execute(orden):
        juntos.setdefault((de is None, nombre, correo), []).append(Rol(rol))
    return [
        Nombrado(nombre, correo, tuple(sorted(roles)), general)
        for (general, nombre, correo), roles in sorted(juntos.items())
    ]
