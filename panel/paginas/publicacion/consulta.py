"""Reunir lo que se enseña de una publicación, sólo de los perfiles que esa persona puede ver."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import func
from sqlmodel import Session, col, select

from modelos import Entrega, Evento, Intento, Medicion, Medio, Perfil, Publicacion, Usuario, Vista
from modelos.consultas import con_intento_dudoso, medios_de
from motor.publicacion import horas_elegidas
from motor.usuarios.permisos import Accion
from panel.paginas.publicacion.palabras import ORDEN_DE_METRICAS
from panel.peticion import NoEsta, Peticion

SUCESOS = 200
"""Los que se enseñan, de los últimos: un mes de reintentos no debe hacer la página eterna."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnPerfil:
    """Lo que se dice en un perfil: sus partes, en orden. dudosa: pudo salir y no se sabe. medidas: lo último que dio la
    red, por métrica.
    """

    perfil: Perfil
    partes: Sequence[Entrega]
    por_que: str
    dudosa: bool
    medidas: Sequence[tuple[str, int]]
    medida_en: datetime | None

    @property
    def primera(self) -> Entrega:
        return self.partes[0]


@dataclass(frozen=True, slots=True)
class Suceso:
    """Algo que pasó, a la vez, en uno o varios perfiles. autor: un correo, «motor» u «orden»."""

    en: datetime
    accion: str
    autor: str
    detalle: str
    perfiles: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ficha:
    """ocultos: en cuántos perfiles más está, que esa persona no puede ver."""

    publicacion: Publicacion
    perfiles: Sequence[EnPerfil]
    medios: Sequence[tuple[Medio, str]]
    historia: Sequence[Suceso]
    intentos: Sequence[Intento]
    nombres: Mapping[str, str]
    por_entrega: Mapping[int, EnPerfil]
    ocultos: int


def entregas_visibles(sesion: Session, p: Peticion, publicacion_id: int) -> list[tuple[Entrega, Perfil]]:
    """Las de los perfiles que puede ver, por perfil y parte. Lanza NoEsta si no hay ninguna."""
    orden = (
        select(Entrega, Perfil)
        .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
        .where(col(Entrega.publicacion_id) == publicacion_id)
        .order_by(col(Perfil.nombre), col(Entrega.parte))
    )
    visibles = [(e, suyo) for e, suyo in sesion.exec(orden) if p.puede(Accion.VER, suyo.id)]
    if not visibles:
        raise NoEsta
    return visibles


def ficha_de(sesion: Session, p: Peticion, publicacion_id: int) -> Ficha:
    visibles = entregas_visibles(sesion, p, publicacion_id)
    entregas = [e for e, _ in visibles]
    ids = [e.id for e in entregas]
    medidas = _medidas(sesion, ids)
    dudosas = con_intento_dudoso(sesion, ids)
    por_que = horas_elegidas.por_que(sesion, entregas)
    perfiles = [
        _en_perfil([e for e, _ in juntas], perfil, por_que=por_que, dudosas=dudosas, medidas=medidas)
        for perfil, juntas in _por_perfil(visibles)
    ]
    por_entrega = {e.id: suyo for suyo in perfiles for e in suyo.partes}
    historia = _historia(sesion, por_entrega)
    todos = select(func.count(func.distinct(col(Entrega.perfil_id))))
    todos = todos.where(col(Entrega.publicacion_id) == publicacion_id)
    return Ficha(
        publicacion=sesion.get_one(Publicacion, publicacion_id),
        perfiles=perfiles,
        medios=medios_de(sesion, publicacion_id),
        historia=historia,
        intentos=sesion.exec(select(Intento).where(col(Intento.entrega_id).in_(ids)).order_by(col(Intento.id))).all(),
        nombres=_nombres(sesion, {h.autor for h in historia}),
        por_entrega=por_entrega,
        ocultos=sesion.exec(todos).one() - len(perfiles),
    )


def _por_perfil(visibles: Sequence[tuple[Entrega, Perfil]]) -> list[tuple[Perfil, list[tuple[Entrega, Perfil]]]]:
    return [(juntas[0][1], juntas) for _, g in groupby(visibles, key=lambda v: v[1].id) if (juntas := list(g))]


def _en_perfil(
    partes: Sequence[Entrega],
    perfil: Perfil,
    *,
    por_que: Mapping[int, str],
    dudosas: Collection[int],
    medidas: Mapping[int, Mapping[str, tuple[int, datetime]]],
) -> EnPerfil:
    suyas = medidas.get(partes[0].id, {})
    return EnPerfil(
        perfil=perfil,
        partes=partes,
        por_que=por_que.get(partes[0].id, ""),
        dudosa=any(e.id in dudosas for e in partes),
        medidas=[(m, suyas[m][0]) for m in ORDEN_DE_METRICAS if m in suyas],
        medida_en=max((en for _, en in suyas.values()), default=None),
    )


def _medidas(sesion: Session, entregas: Collection[int]) -> Mapping[int, Mapping[str, tuple[int, datetime]]]:
    """Lo último que dio la red de cada métrica, por el id de la entrega."""
    vistas = {
        v: e for v, e in sesion.exec(select(Vista.id, Vista.entrega_id).where(col(Vista.entrega_id).in_(entregas)))
    }
    if not vistas:
        return {}
    ultima = (
        select(
            col(Medicion.vista_id).label("vista_id"),
            col(Medicion.metrica).label("metrica"),
            func.max(col(Medicion.medida_en)).label("medida_en"),
        )
        .where(col(Medicion.vista_id).in_(vistas))
        .group_by(col(Medicion.vista_id), col(Medicion.metrica))
        .subquery()
    )
    orden = select(Medicion).join(
        ultima,
        (ultima.c.vista_id == col(Medicion.vista_id))
        & (ultima.c.metrica == col(Medicion.metrica))
        & (ultima.c.medida_en == col(Medicion.medida_en)),
    )
    halladas: dict[int, dict[str, tuple[int, datetime]]] = {}
    for m in sesion.exec(orden):
        halladas.setdefault(vistas[m.vista_id or 0] or 0, {})[m.metrica] = (m.valor, m.medida_en)
    return halladas


def _historia(sesion: Session, por_entrega: Mapping[int, EnPerfil]) -> list[Suceso]:
    """De lo último a lo primero; lo mismo en varios perfiles o partes, una vez."""
    orden = select(Evento).where(col(Evento.entrega_id).in_(por_entrega)).order_by(col(Evento.id).desc()).limit(SUCESOS)
    juntos: dict[tuple[datetime, str, str, str], dict[str, None]] = {}
    for e in sesion.exec(orden):
        perfil = por_entrega[e.entrega_id or 0].perfil
        juntos.setdefault((e.ocurrido_en, e.accion, e.autor, e.detalle), {})[perfil.titulo or perfil.nombre] = None
    return [Suceso(*clave, perfiles=list(nombres)) for clave, nombres in juntos.items()]


def _nombres(sesion: Session, autores: Collection[str]) -> Mapping[str, str]:
    """Cómo se llama quien hizo cada cosa, por su correo."""
    filas = sesion.exec(select(Usuario.correo, Usuario.nombre).where(col(Usuario.correo).in_(autores)))
    return {correo: nombre for correo, nombre in filas}
