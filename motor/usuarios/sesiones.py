"""Las sesiones: un número al azar en la cookie de un aparato, y su sha256 en la base."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from modelos import Nombramiento, Sesion, Usuario
from motor.usuarios.permisos import Permisos

VIGENCIA = timedelta(days=30)
"""Lo más que dura, se use o no."""
SIN_USO = timedelta(days=7)
"""Lo que aguanta sin usarse."""
SE_RECUERDA = timedelta(days=60)
"""Las vencidas se tiran después."""
ENTRE_VISTAS = timedelta(minutes=5)
"""Cada cuánto se anota que se usó: escribir en cada página costaría más que la página."""


@dataclass(frozen=True, slots=True)
class Quien:
    """Quien pide una página: la persona, lo que puede, y desde qué sesión."""

    usuario: Usuario
    permisos: Permisos
    sesion: Sesion


def huella_de(secreto: str) -> str:
    return hashlib.sha256(secreto.encode()).hexdigest()


def abrir(sesion: Session, usuario: Usuario, *, agente: str, direccion: str, ahora: datetime) -> str:
    """Abrir una nueva y devolver lo que va en la cookie. Siempre nueva: nadie puede fijar la de otro de antemano."""
    vencidas = (col(Sesion.usuario_id) == usuario.id, col(Sesion.vence_en) < ahora - SE_RECUERDA)
    sesion.execute(delete(Sesion).where(*vencidas))
    secreto = secrets.token_urlsafe(32)
    sesion.add(
        Sesion(
            huella=huella_de(secreto),
            usuario_id=usuario.id,
            agente=agente[:300],
            direccion=direccion[:64],
            creada_en=ahora,
            vista_en=ahora,
            vence_en=ahora + VIGENCIA,
        )
    )
    usuario.entro_en = ahora
    sesion.add(usuario)
    return secreto


def reconocer(sesion: Session, secreto: str, *, ahora: datetime) -> Quien | None:
    """De quién es la cookie; None si no vale, venció, se cerró o la persona ya no entra."""
    orden = (
        select(Sesion, Usuario)
        .join(Usuario, col(Usuario.id) == col(Sesion.usuario_id))
        .where(
            col(Sesion.huella) == huella_de(secreto),
            col(Sesion.cerrada_en).is_(None),
            col(Sesion.vence_en) > ahora,
            col(Sesion.vista_en) > ahora - SIN_USO,
            col(Usuario.activo),
        )
    )
    hallada = sesion.execute(orden).one_or_none()
    if hallada is None:
        return None
    suya, usuario = hallada
    return Quien(usuario, permisos_de(sesion, usuario.id), suya)


def permisos_de(sesion: Session, usuario_id: int) -> Permisos:
    suyos = sesion.scalars(select(Nombramiento).where(col(Nombramiento.usuario_id) == usuario_id))
    return Permisos.de(usuario_id, suyos)


def toca_anotar(suya: Sesion, ahora: datetime) -> bool:
    return ahora - suya.vista_en > ENTRE_VISTAS


def anotar_uso(sesion: Session, sesion_id: int, *, ahora: datetime) -> None:
    sesion.execute(update(Sesion).where(col(Sesion.id) == sesion_id).values(vista_en=ahora))


def cerrar(sesion: Session, sesion_id: int, *, ahora: datetime) -> None:
    abierta = (col(Sesion.id) == sesion_id, col(Sesion.cerrada_en).is_(None))
    sesion.execute(update(Sesion).where(*abierta).values(cerrada_en=ahora))


def cerrar_todas(sesion: Session, usuario_id: int, *, ahora: datetime, menos: int | None = None) -> None:
    """Al cambiar la clave o quitarle el acceso. menos: la que está usando."""
    orden = update(Sesion).where(col(Sesion.usuario_id) == usuario_id, col(Sesion.cerrada_en).is_(None))
    if menos is not None:
        orden = orden.where(col(Sesion.id) != menos)
    sesion.execute(orden.values(cerrada_en=ahora))
