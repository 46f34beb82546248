"""Entrar con correo y contraseña. Quién es se dice hasta el final: lo demás contesta siempre lo mismo."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Base, Usuario
from motor.llavero import Llavero
from motor.usuarios import claves, factor, freno
from motor.usuarios.freno import Sitio

NO_ENTRA = "El correo o la contraseña no son correctos."


@dataclass(frozen=True, slots=True)
class Espera:
    """Demasiados intentos: cuánto falta para el siguiente."""

    cuanto: timedelta


def correo_llano(escrito: str) -> str:
    return "".join(c for c in escrito if c.isprintable()).strip().lower()[:254]


def entrar(base: Base, correo: str, clave: str, *, sitio: Sitio, ahora: datetime) -> Usuario | Espera | None:
    """Quien es, si la contraseña es la suya; None si no. Con segundo factor, todavía no ha entrado.

    El hash se calcula fuera de la transacción: tarda, y no debe detener a quien publica.
    """
    correo = correo_llano(correo)
    with base.escribir() as sesion:
        intento = freno.intentar(sesion, correo, sitio, ahora=ahora)
        usuario = _activo(sesion, correo)
    if intento.falta:
        return Espera(intento.falta)
    correcta, nueva = claves.vale(clave, usuario.clave if usuario else "")
    if usuario is None or not correcta:
        return None
    with base.escribir() as sesion:
        freno.acertar(sesion, intento, correo, sitio)
        if nueva:
            _rehacer(sesion, usuario, nueva)
    return usuario


def es_su_clave(base: Base, usuario: Usuario, clave: str, *, sesion_id: int, ahora: datetime) -> bool | Espera:
    """Volver a pedirla a quien ya está dentro: quien se sentó ante su sesión abierta tampoco prueba sin freno."""
    sitio = Sitio("", aparato=f"sesion-{sesion_id}")
    with base.escribir() as sesion:
        intento = freno.intentar(sesion, usuario.correo, sitio, ahora=ahora)
    if intento.falta:
        return Espera(intento.falta)
    correcta, _nueva = claves.vale(clave, usuario.clave)
    if correcta:
        with base.escribir() as sesion:
            freno.acertar(sesion, intento, usuario.correo, sitio)
    return correcta


def poner_codigo(
    base: Base, usuario: Usuario, codigo: str, *, llavero: Llavero, sitio: Sitio, ahora: datetime
) -> bool | Espera:
    """Gastar el código del segundo factor. El freno es aparte del de la contraseña: acertarla no lo quita."""
    de_quien = f"codigo:{usuario.correo}"
    with base.escribir() as sesion:
        intento = freno.intentar(sesion, de_quien, sitio, ahora=ahora, con_codigo=True)
        bueno = not intento.falta and factor.vale(sesion, usuario, codigo, llavero=llavero, ahora=ahora)
        if bueno:
            freno.acertar(sesion, intento, de_quien, sitio)
    return Espera(intento.falta) if intento.falta else bueno


def _rehacer(sesion: Session, usuario: Usuario, nueva: str) -> None:
    """Guardarla con los parámetros de hoy, si entretanto no la cambió."""
    suyo = sesion.get_one(Usuario, usuario.id, with_for_update=True)
    if suyo.clave == usuario.clave:
        suyo.clave = usuario.clave = nueva


def _activo(sesion: Session, correo: str) -> Usuario | None:
    orden = select(Usuario).where(col(Usuario.correo) == correo, col(Usuario.activo))
    return sesion.scalars(orden).one_or_none()
