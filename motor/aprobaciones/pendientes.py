"""Lo que espera una aprobación, y a quién; lo que alguien pidió, y lo que ya se resolvió. Con pocas consultas."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col

from modelos import Entrega, EstadoDeSolicitud, MedioDePublicacion, Perfil, Publicacion, Solicitud, Usuario
from modelos.estados import Estado
from motor.aprobaciones.contenido import huella_de
from motor.aprobaciones.personas import nombre_de
from motor.aprobaciones.solicitudes import Caso, mirar_varias
from motor.usuarios.permisos import Accion, Permisos

CUANTAS = 100


class Cuales(StrEnum):
    ESPERAN = "esperan"
    PEDIDAS = "pedidas"
    HECHAS = "hechas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pendiente:
    """Una solicitud, en un renglón. hora: la primera a que saldría. vista: la huella de lo que se aprobaría. mia: si
    quien mira puede firmarla ahora. variantes: si en algún perfil se dice otra cosa.
    """

    id: int
    publicacion_id: int
    texto: str
    estado: EstadoDeSolicitud
    perfiles: tuple[tuple[str, str], ...]
    hora: datetime | None
    medio_id: int | None
    medios: int
    variantes: bool
    espera: str
    mia: bool
    vista: str
    pedida_por: str
    pedida_en: datetime
    resuelta_en: datetime | None


def pendientes_de(sesion: Session, permisos: Permisos, *, ahora: datetime, limite: int = CUANTAS) -> list[Pendiente]:
    """Las que esa persona puede firmar ahora mismo, por su hora."""
    return [p for p in listar(sesion, permisos, Cuales.ESPERAN, ahora=ahora, limite=limite) if p.mia]


def listar(
    sesion: Session,
    permisos: Permisos,
    cuales: Cuales,
    *,
    ahora: datetime,
    usuario: Usuario | None = None,
    limite: int = CUANTAS,
) -> list[Pendiente]:
    """Las que esa persona puede ver, aunque sea en uno de sus perfiles. usuario: de quién son las pedidas."""
    orden = (
        select(Solicitud, Publicacion)
        .join(Publicacion, col(Publicacion.id) == col(Solicitud.publicacion_id))
        .where(*_condiciones(permisos, cuales, usuario))
        .limit(limite)
    )
    if cuales is Cuales.ESPERAN:
        orden = orden.order_by(col(Publicacion.programada_en), col(Solicitud.id))
    else:
        orden = orden.order_by(col(Solicitud.id).desc())
    pares = [(s, p) for s, p in sesion.execute(orden)]
    if not pares:
        return []
    casos = mirar_varias(sesion, pares, ahora=ahora)
    entregas = _entregas(sesion, [p.id for _, p in pares], permisos)
    medios = _medios(sesion, [p.id for _, p in pares])
    return [_renglon(c, entregas.get(c.publicacion.id, []), medios, permisos) for c in casos]


def cuantas_esperan(sesion: Session, permisos: Permisos) -> int:
    """Cuántas esperan a alguien en los perfiles que puede ver."""
    condiciones = _condiciones(permisos, Cuales.ESPERAN, None)
    orden = select(func.count()).select_from(Solicitud).join(Publicacion)
    return int(sesion.scalars(orden.where(*condiciones)).one())


def _condiciones(permisos: Permisos, cuales: Cuales, usuario: Usuario | None) -> list[ColumnElement[bool]]:
    condiciones: list[ColumnElement[bool]] = []
    de_ella = [col(Entrega.publicacion_id) == col(Solicitud.publicacion_id)]
    perfiles = permisos.perfiles(Accion.VER)
    if perfiles is not None:
        condiciones.append(exists().where(*de_ella, col(Entrega.perfil_id).in_(perfiles)))
    if cuales is Cuales.ESPERAN:
        condiciones.append(col(Solicitud.estado) == EstadoDeSolicitud.PENDIENTE)
        condiciones.append(exists().where(*de_ella, col(Entrega.estado) == Estado.RETENIDA))  # si no, se canceló
    elif cuales is Cuales.HECHAS:
        resueltas = (EstadoDeSolicitud.APROBADA, EstadoDeSolicitud.RECHAZADA)
        condiciones.append(col(Solicitud.estado).in_(resueltas))
    elif usuario is not None:
        nombres = (usuario.correo, usuario.nombre)
        condiciones.append(or_(col(Solicitud.pedida_por).in_(nombres), col(Publicacion.autor).in_(nombres)))
        condiciones.append(col(Solicitud.estado) != EstadoDeSolicitud.ANULADA)
    return condiciones


def _entregas(sesion: Session, publicaciones: Collection[int], permisos: Permisos) -> dict[int, list[Any]]:
    """De cada publicación, lo que esa persona puede ver de sus entregas: id, perfil, red y hora."""
    orden = (
        select(
            col(Entrega.publicacion_id), col(Entrega.id), col(Perfil.nombre), col(Perfil.red), col(Entrega.no_antes_de)
        )
        .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
        .where(col(Entrega.publicacion_id).in_(publicaciones))
        .order_by(col(Entrega.no_antes_de), col(Perfil.nombre))
    )
    perfiles = permisos.perfiles(Accion.VER)
    if perfiles is not None:
        orden = orden.where(col(Entrega.perfil_id).in_(perfiles))
    juntas: dict[int, list[Any]] = {}
    for fila in sesion.execute(orden):
        juntas.setdefault(fila[0], []).append(fila)
    return juntas


def _medios(sesion: Session, publicaciones: Collection[int]) -> dict[int, tuple[int, int]]:
    """De cada publicación, su primer medio y cuántos lleva."""
    orden = (
        select(col(MedioDePublicacion.publicacion_id), col(MedioDePublicacion.medio_id))
        .where(col(MedioDePublicacion.publicacion_id).in_(publicaciones))
        .order_by(col(MedioDePublicacion.publicacion_id), col(MedioDePublicacion.orden))
    )
    hallados: dict[int, tuple[int, int]] = {}
    for publicacion_id, medio_id in sesion.execute(orden):
        primero, cuantos = hallados.get(publicacion_id, (medio_id, 0))
        hallados[publicacion_id] = (primero, cuantos + 1)
    return hallados


def _renglon(
    caso: Caso, entregas: Sequence[Any], medios: Mapping[int, tuple[int, int]], permisos: Permisos
) -> Pendiente:
    solicitud, publicacion = caso.solicitud, caso.publicacion
    suyas = [e for e in entregas if str(e[1]) in solicitud.alcance] or list(entregas)
    primero, cuantos = medios.get(publicacion.id, (None, 0))
    return Pendiente(
        id=solicitud.id,
        publicacion_id=publicacion.id,
        texto=publicacion.texto,
        estado=solicitud.estado,
        perfiles=_sin_repetir((e[2], e[3]) for e in suyas),
        hora=suyas[0][4] if suyas else None,
        medio_id=primero,
        medios=cuantos,
        variantes=bool(publicacion.variantes),
        espera=caso.dicho if solicitud.estado is EstadoDeSolicitud.PENDIENTE else "",
        mia=solicitud.estado is EstadoDeSolicitud.PENDIENTE and permisos.usuario_id in caso.avance.pueden,
        vista=huella_de(solicitud.alcance),
        pedida_por=nombre_de(caso.usuarios.values(), solicitud.pedida_por),
        pedida_en=solicitud.pedida_en,
        resuelta_en=solicitud.resuelta_en,
    )


def _sin_repetir(pares: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(pares))
