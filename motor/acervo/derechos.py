"""Hasta cuándo se puede usar cada medio, y qué se iba a publicar después."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from modelos import Entrega, Medio, MedioDePublicacion
from modelos.consultas import CON_HORA


def vencimientos(sesion: Session, sumas: Collection[str]) -> Mapping[str, datetime]:
    """Cuándo vence cada archivo, por su sha256 (el que llegó o el guardado); los que no vencen no aparecen."""
    if not sumas:
        return {}
    orden = select(col(Medio.sha256), col(Medio.sha256_guardado), col(Medio.vence_en)).where(
        or_(col(Medio.sha256).in_(sumas), col(Medio.sha256_guardado).in_(sumas)), col(Medio.vence_en).is_not(None)
    )
    return {suma: vence for llegado, guardado, vence in sesion.execute(orden) for suma in (llegado, guardado) if suma}


def programadas_tras_vencer(sesion: Session, medios: Collection[int]) -> int:
    """Cuántas publicaciones por salir usan alguno de esos medios cuando ya no se podrá."""
    orden = (
        select(func.count(col(Entrega.publicacion_id).distinct()))
        .join(MedioDePublicacion, col(MedioDePublicacion.publicacion_id) == col(Entrega.publicacion_id))
        .join(Medio, col(Medio.id) == col(MedioDePublicacion.medio_id))
        .where(col(Medio.id).in_(medios), col(Entrega.estado).in_(CON_HORA))
        .where(col(Entrega.no_antes_de) >= col(Medio.vence_en))
    )
    return sesion.scalar(orden) or 0
