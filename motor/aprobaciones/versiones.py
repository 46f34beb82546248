"""Cómo estaba la publicación cada vez que cambió: una instantánea por versión, venga de donde venga."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Entrega, Medio, Perfil, Publicacion, Version
from modelos.consultas import medios_de
from modelos.estados import Estado


def guardar(
    sesion: Session, publicacion: Publicacion, *, por: str, ahora: datetime, pisar: bool = False
) -> Version | None:
    """Dejar escrita la de ahora; None si esa versión ya estaba (y no se pide pisarla)."""
    orden = select(Version).where(
        col(Version.publicacion_id) == publicacion.id, col(Version.version) == publicacion.version
    )
    guardada = sesion.scalars(orden).first()
    if guardada is not None and not pisar:
        return None
    nueva = guardada or Version(
        publicacion_id=publicacion.id, version=publicacion.version, por=por[:254], creada_en=ahora
    )
    nueva.contenido = instantanea(sesion, publicacion)
    sesion.add(nueva)
    sesion.flush()
    return nueva


def instantanea(sesion: Session, publicacion: Publicacion) -> dict[str, Any]:
    """Lo que se lee de ella ahora: qué escribió el editor, y qué se dirá en cada perfil y cuándo."""
    orden = select(Entrega).where(
        col(Entrega.publicacion_id) == publicacion.id, col(Entrega.estado) != Estado.CANCELADA
    )
    # Como están en la base: los UPDATE con guardas no tocan lo que la sesión recuerda.
    orden = orden.order_by(col(Entrega.perfil_id), col(Entrega.parte)).execution_options(populate_existing=True)
    entregas = list(sesion.scalars(orden))
    nombres = {
        p.id: p.nombre
        for p in sesion.scalars(select(Perfil).where(col(Perfil.id).in_({e.perfil_id for e in entregas})))
    }
    return {
        "texto": publicacion.texto,
        "titulo": publicacion.titulo,
        "enlace": publicacion.enlace,
        "variantes": dict(publicacion.variantes),
        "tipo": publicacion.tipo,
        "campana": publicacion.campana,
        "etiquetas": list(publicacion.etiquetas),
        "encuesta": publicacion.encuesta,
        "opciones": dict(publicacion.opciones),
        "hora": publicacion.programada_en.isoformat(),
        "mejor_hora": publicacion.mejor_hora,
        "medios": [_medio(m, alternativo) for m, alternativo in medios_de(sesion, publicacion.id)],
        "perfiles": _por_perfil(entregas, nombres),
    }


def _medio(medio: Medio, alternativo: str) -> dict[str, Any]:
    return {"id": medio.id, "nombre": medio.nombre, "sha256": medio.sha256, "texto_alternativo": alternativo}


def _por_perfil(entregas: Sequence[Entrega], nombres: Mapping[int, str]) -> dict[str, Any]:
    juntos: dict[str, Any] = {}
    for e in entregas:
        suyo = juntos.setdefault(nombres[e.perfil_id], {"partes": [], "hora": e.no_antes_de.isoformat()})
        suyo["partes"].append(e.texto.replace(e.clave.partition("-")[0], "…"))
    return juntos


def de(sesion: Session, publicacion_id: int) -> list[Version]:
    """Las que hay, de la primera a la última."""
    orden = select(Version).where(col(Version.publicacion_id) == publicacion_id)
    return list(sesion.scalars(orden.order_by(col(Version.version))))


def ultimo_autor(sesion: Session, publicacion: Publicacion) -> str:
    """Quién la dejó como está."""
    orden = select(col(Version.por)).where(col(Version.publicacion_id) == publicacion.id)
    return sesion.scalars(orden.order_by(col(Version.version).desc()).limit(1)).first() or publicacion.autor
