"""Entrar con correo y contraseña. Quién es se dice hasta el final: lo demás contesta siempre lo mismo."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Base, Usuario
from motor.usuarios import claves, freno

NO_ENTRA = "El correo o la contraseña no son correctos."


@dataclass(frozen=True, slots=True)
class Espera:
    """Demasiados intentos: cuánto falta para el siguiente."""

    cuanto: timedelta


def correo_llano(escrito: str) -> str:
    return escrito.strip().lower()[:254]


def entrar(base: Base, correo: str, clave: str, *, direccion: str, ahora: datetime) -> Usuario | Espera | None:
    """Quien es, si la contraseña es la suya; None si no. Con segundo factor, todavía no ha entrado.

    El hash se calcula fuera de la transacción: tarda, y no debe detener a quien publica.
    """
    correo = correo_llano(correo)
    with base.leer() as sesion:
        falta = freno.cuanto_falta(sesion, correo, direccion, ahora=ahora)
        usuario = _activo(sesion, correo)
    if falta > timedelta():
        return Espera(falta)
    correcta, nueva = claves.vale(clave, usuario.clave if usuario else "")
    with base.escribir() as sesion:
        if usuario is None or not correcta:
            freno.anotar_fallo(sesion, correo, direccion, ahora=ahora)
            return None
        if nueva:
            sesion.get_one(Usuario, usuario.id).clave = nueva
    return usuario


def _activo(sesion: Session, correo: str) -> Usuario | None:
    orden = select(Usuario).where(col(Usuario.correo) == correo, col(Usuario.activo))
    return sesion.scalars(orden).one_or_none()
