"""Las fichas con que entran otros sistemas a la API: hacerlas, verlas y revocarlas."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, or_, select, update
from sqlmodel import Session, col

from modelos import Alcance, FichaDeApi, Usuario
from motor.usuarios.sesiones import huella_de

_PREFIJO = "pgn_"
"""Para que quien la encuentre escrita donde no debe sepa qué es."""


def crear(
    sesion: Session, usuario_id: int, nombre: str, *, alcance: Alcance, vigencia: timedelta | None, ahora: datetime
) -> str:
    """La ficha; no se vuelve a saber. vigencia: None si no vence."""
    secreto = _PREFIJO + secrets.token_urlsafe(32)
    sesion.add(
        FichaDeApi(
            usuario_id=usuario_id,
            nombre=nombre[:120],
            comienzo=secreto[:10],
            huella=huella_de(secreto),
            alcance=alcance,
            creada_en=ahora,
            vence_en=None if vigencia is None else ahora + vigencia,
        )
    )
    return secreto


def de(sesion: Session, usuario_id: int) -> Sequence[FichaDeApi]:
    suyas = (col(FichaDeApi.usuario_id) == usuario_id, col(FichaDeApi.revocada_en).is_(None))
    return sesion.scalars(select(FichaDeApi).where(*suyas).order_by(col(FichaDeApi.id).desc())).all()


def revocar(sesion: Session, usuario_id: int, ficha_id: int, *, ahora: datetime) -> bool:
    """Sólo las propias; False si no era suya o ya lo estaba."""
    suya = (col(FichaDeApi.id) == ficha_id, col(FichaDeApi.usuario_id) == usuario_id)
    orden = update(FichaDeApi).where(*suya, col(FichaDeApi.revocada_en).is_(None))
    hecho = sesion.execute(orden.values(revocada_en=ahora))
    assert isinstance(hecho, CursorResult)  # noqa: S101 # un UPDATE siempre devuelve un cursor
    return hecho.rowcount == 1


def revocar_todas(sesion: Session, usuario_id: int, *, ahora: datetime) -> None:
    suyas = (col(FichaDeApi.usuario_id) == usuario_id, col(FichaDeApi.revocada_en).is_(None))
    sesion.execute(update(FichaDeApi).where(*suyas).values(revocada_en=ahora))


def reconocer(sesion: Session, secreto: str, *, ahora: datetime) -> tuple[FichaDeApi, Usuario] | None:
    """De quién es; None si no vale, venció, se revocó, o su dueño ya no entra."""
    orden = (
        select(FichaDeApi, Usuario)
        .join(Usuario, col(Usuario.id) == col(FichaDeApi.usuario_id))
        .where(
            col(FichaDeApi.huella) == huella_de(secreto),
            col(FichaDeApi.revocada_en).is_(None),
            or_(col(FichaDeApi.vence_en).is_(None), col(FichaDeApi.vence_en) > ahora),
            col(Usuario.activo),
        )
    )
    hallada = sesion.execute(orden).one_or_none()
    return None if hallada is None else (hallada[0], hallada[1])
