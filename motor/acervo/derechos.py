"""Hasta cuándo se puede usar cada medio, y qué se iba a publicar después."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from modelos import Entrega, Medio, MedioDePublicacion
from modelos.consultas import CON_HORA, medios_de
from motor.legible import dia_legible

REMEDIO = "Use otra, publíquela antes, o corrija su ficha si se renovó el permiso."


class SinDerechos(Exception):
    """Lleva algo que a esa hora ya no se podrá usar; el mensaje dice qué, y qué hacer."""


def exigir(medios: Iterable[Medio], *, sale: datetime, zona: ZoneInfo) -> None:
    """Lanza SinDerechos si alguno ya no se puede usar a esa hora."""
    for medio in medios:
        if medio.vence_en is not None and medio.vence_en <= sale:
            raise SinDerechos(f"«{medio.nombre}» {hasta_cuando(medio.vence_en, zona)} {REMEDIO}")


def exigir_en(sesion: Session, entregas: Iterable[Entrega], *, sale: datetime, zona: ZoneInfo) -> None:
    """Lo mismo, con lo que llevan esas entregas de una publicación: de un hilo, sólo la primera parte lleva medios."""
    if (primera := next((e for e in entregas if e.parte == 0), None)) is not None:
        exigir((m for m, _ in medios_de(sesion, primera.publicacion_id)), sale=sale, zona=zona)


def hasta_cuando(vence: datetime, zona: ZoneInfo) -> str:
    ultimo = (vence.astimezone(zona) - timedelta(seconds=1)).date()
    return f"sólo se puede usar hasta el {dia_legible(ultimo).lower()} de {ultimo.year}, según su ficha del acervo."


def primero_en_vencer(sesion: Session, publicacion_id: int) -> datetime | None:
    """Cuándo deja de poderse usar algo de lo que lleva; None si nada vence."""
    return min((m.vence_en for m, _ in medios_de(sesion, publicacion_id) if m.vence_en is not None), default=None)


def vencimientos(sesion: Session, sumas: Collection[str]) -> Mapping[str, datetime]:
    """Cuándo vence cada archivo, por su sha256 (el que llegó o el guardado); los que no vencen no aparecen."""
    if not sumas:
        return {}
    orden = select(col(Medio.sha256), col(Medio.sha256_guardado), col(Medio.vence_en)).where(
        or_(col(Medio.sha256).in_(sumas), col(Medio.sha256_guardado).in_(sumas)), col(Medio.vence_en).is_not(None)
    )
    vencen: dict[str, datetime] = {}
    for llegado, guardado, vence in sesion.execute(orden):
        for suma in filter(None, (llegado, guardado)):
            vencen[suma] = min(vence, vencen.get(suma, vence))
    return vencen


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
