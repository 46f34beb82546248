"""Enlaces de una sola vez: para el primer arranque, para quien se invita y para quien olvidó su contraseña."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CursorResult, delete, select, update
from sqlmodel import Session, col

from modelos import EnlaceDeUnaVez, Usuario
from motor.usuarios.sesiones import huella_de


class Para(StrEnum):
    ENTRAR = "entrar"  # una sesión sin contraseña: primer arranque, demostración, o quien administra y lo perdió todo
    INVITACION = "invitacion"
    CLAVE = "clave"


VIGENCIA = {Para.ENTRAR: timedelta(hours=24), Para.INVITACION: timedelta(days=7), Para.CLAVE: timedelta(hours=1)}
SE_RECUERDA = timedelta(days=30)
"""Los vencidos se tiran después."""


def crear(sesion: Session, usuario_id: int, para: Para, *, ahora: datetime, anula: bool = True) -> str:
    """El camino («/enlace/…»); lo que lleva no se guarda.

    anula: los anteriores para lo mismo dejan de valer. Con False, no: quien pide el de otro no le estropea el suyo.
    """
    if anula:
        anular(sesion, usuario_id, para, ahora=ahora)
    sesion.execute(delete(EnlaceDeUnaVez).where(col(EnlaceDeUnaVez.vence_en) < ahora - SE_RECUERDA))
    secreto = secrets.token_urlsafe(32)
    sesion.add(
        EnlaceDeUnaVez(
            huella=huella_de(secreto),
            usuario_id=usuario_id,
            para=para.value,
            creado_en=ahora,
            vence_en=ahora + VIGENCIA[para],
        )
    )
    return f"/enlace/{secreto}"


def anular(sesion: Session, usuario_id: int, para: Para | None = None, *, ahora: datetime) -> None:
    """Que los pendientes de esa persona ya no sirvan. para: sólo los de eso."""
    suyos = [col(EnlaceDeUnaVez.usuario_id) == usuario_id, col(EnlaceDeUnaVez.usado_en).is_(None)]
    if para is not None:
        suyos.append(col(EnlaceDeUnaVez.para) == para.value)
    sesion.execute(update(EnlaceDeUnaVez).where(*suyos).values(usado_en=ahora))


def mirar(sesion: Session, secreto: str, *, ahora: datetime) -> tuple[Usuario, Para] | None:
    """De quién es y para qué, sin gastarlo: los antivirus de correo abren los enlaces antes que la persona."""
    orden = (
        select(Usuario, col(EnlaceDeUnaVez.para))
        .join(EnlaceDeUnaVez, col(EnlaceDeUnaVez.usuario_id) == col(Usuario.id))
        .where(
            col(EnlaceDeUnaVez.huella) == huella_de(secreto),
            col(EnlaceDeUnaVez.usado_en).is_(None),
            col(EnlaceDeUnaVez.vence_en) > ahora,
            col(Usuario.activo),
        )
    )
    hallado = sesion.execute(orden).one_or_none()
    return None if hallado is None else (hallado[0], Para(hallado[1]))


def gastar(sesion: Session, secreto: str, *, ahora: datetime) -> bool:
    """Una vez y nunca más, aunque dos lo intenten a la vez. False si ya no vale."""
    orden = update(EnlaceDeUnaVez).where(
        col(EnlaceDeUnaVez.huella) == huella_de(secreto),
        col(EnlaceDeUnaVez.usado_en).is_(None),
        col(EnlaceDeUnaVez.vence_en) > ahora,
    )
    hecho = sesion.execute(orden.values(usado_en=ahora))
    assert isinstance(hecho, CursorResult)  # noqa: S101 # un UPDATE siempre devuelve un cursor
    return hecho.rowcount == 1
