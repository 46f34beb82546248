"""El primer arranque: nadie administra todavía, y nace una cuenta sin contraseña que sólo se abre con su enlace."""

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Base, Rol, Usuario
from motor.reloj import Reloj
from motor.usuarios import cuentas, enlaces
from motor.usuarios.cuentas import Cargo
from motor.usuarios.enlaces import Para

CORREO = "instalacion@pregonero.invalid"
"""De mentira a propósito: quien abra el enlace pone el suyo."""


def enlace_de_instalacion(base: Base, reloj: Reloj) -> str:
    """El camino con que se crea a quien administra; vacío si ya hay alguien. Cada vez es otro."""
    ahora = reloj.ahora()
    with base.escribir() as sesion:
        if cuentas.hay_quien_administre(sesion):
            return ""
        nueva = sesion.scalars(select(Usuario).where(col(Usuario.correo) == CORREO)).first()
        if nueva is None:
            nueva = cuentas.crear(sesion, CORREO, "Administración", [Cargo(Rol.ADMINISTRADOR)], ahora=ahora)
        return enlaces.crear(sesion, nueva.id, Para.ENTRAR, ahora=ahora)


def falta_quien_administre(base: Base) -> bool:
    with base.leer() as sesion:
        return not cuentas.hay_quien_administre(sesion)


def es_de_instalacion(usuario: Usuario) -> bool:
    return usuario.correo == CORREO and not usuario.clave


def ya_no_hace_falta(sesion: Session, usuario: Usuario) -> bool:
    """Si es la de instalación y entretanto ya administra alguien: su enlace no debe abrir nada."""
    return es_de_instalacion(usuario) and cuentas.hay_quien_administre(sesion)
