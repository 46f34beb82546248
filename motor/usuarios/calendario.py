"""La dirección secreta del calendario de cada persona: crearla, cambiarla, quitarla, y saber de quién es."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from modelos import CalendarioSuscrito, Usuario
from motor.usuarios.sesiones import huella_de

ENTRE_USOS = timedelta(hours=1)
"""Cada cuánto se anota que se usó: un teléfono la pide muchas veces al día."""


def crear(sesion: Session, usuario_id: int, *, ahora: datetime) -> str:
    """Una nueva, y la anterior deja de servir. Devuelve lo que va en la dirección: no se vuelve a saber."""
    quitar(sesion, usuario_id, ahora=ahora)
    secreto = secrets.token_urlsafe(32)
    sesion.add(CalendarioSuscrito(usuario_id=usuario_id, huella=huella_de(secreto), creado_en=ahora))
    return secreto


def quitar(sesion: Session, usuario_id: int, *, ahora: datetime) -> None:
    vigentes = (col(CalendarioSuscrito.usuario_id) == usuario_id, col(CalendarioSuscrito.revocado_en).is_(None))
    sesion.execute(update(CalendarioSuscrito).where(*vigentes).values(revocado_en=ahora))


def vigente_de(sesion: Session, usuario_id: int) -> CalendarioSuscrito | None:
    vigentes = (col(CalendarioSuscrito.usuario_id) == usuario_id, col(CalendarioSuscrito.revocado_en).is_(None))
    return sesion.scalars(select(CalendarioSuscrito).where(*vigentes)).first()


def reconocer(sesion: Session, secreto: str) -> tuple[CalendarioSuscrito, Usuario] | None:
    """De quién es esa dirección; None si no es de nadie, se quitó, o su dueño ya no entra."""
    orden = (
        select(CalendarioSuscrito, Usuario)
        .join(Usuario, col(Usuario.id) == col(CalendarioSuscrito.usuario_id))
        .where(
            col(CalendarioSuscrito.huella) == huella_de(secreto),
            col(CalendarioSuscrito.revocado_en).is_(None),
            col(Usuario.activo),
        )
    )
    hallado = sesion.execute(orden).one_or_none()
    return (hallado[0], hallado[1]) if hallado is not None else None


def toca_anotar(suyo: CalendarioSuscrito, ahora: datetime) -> bool:
    return suyo.usado_en is None or ahora - suyo.usado_en > ENTRE_USOS


def anotar_uso(sesion: Session, suyo_id: int, *, ahora: datetime) -> None:
    sesion.execute(update(CalendarioSuscrito).where(col(CalendarioSuscrito.id) == suyo_id).values(usado_en=ahora))
