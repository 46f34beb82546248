"""Aviso: un correo que hay que mandar. Se escribe en la misma transacción que lo causa; así no se pierde ninguno."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from modelos import Correo


@dataclass(frozen=True, slots=True, kw_only=True)
class Aviso:
    """clave: el mismo aviso no se escribe dos veces. grupo: los que esperan juntos se mandan en un solo mensaje."""

    clave: str
    grupo: str
    asunto: str
    texto: str


def avisar(sesion: Session, aviso: Aviso, *, para: tuple[str, ...], ahora: datetime) -> bool:
    """Dejar el aviso en la bandeja de salida; False si ya estaba."""
    if sesion.scalars(select(Correo).where(col(Correo.clave) == aviso.clave)).first() is not None:
        return False
    correo = Correo(
        clave=aviso.clave,
        grupo=aviso.grupo,
        para=", ".join(para),
        asunto=aviso.asunto,
        texto=aviso.texto,
        no_antes_de=ahora,
        creado_en=ahora,
    )
    try:
        with sesion.begin_nested():
            sesion.add(correo)
    except IntegrityError:  # otro proceso lo escribió a la vez: eso no debe deshacer lo que se avisa
        return False
    return True
