"""Los correos de las cuentas: la invitación y la contraseña olvidada. Llevan un enlace que vale una vez y caduca."""

import secrets
from datetime import datetime

from sqlmodel import Session

from modelos import Usuario
from motor.avisos.aviso import Aviso, avisar


def invitar(sesion: Session, usuario: Usuario, enlace: str, *, de: str, ahora: datetime) -> None:
    """enlace: la dirección entera. de: quién invita."""
    texto = (
        f"{usuario.nombre}:\n\n"
        f"{de} le abrió una cuenta en Pregonero, el panel con que la oficina publica y escucha en las redes.\n\n"
        f"Ponga su contraseña y entre: {enlace}\n\n"
        "El enlace vale siete días y una sola vez. Si no esperaba este correo, no haga nada."
    )
    _dejar(sesion, usuario, "Su cuenta en Pregonero", texto, que="invitacion", ahora=ahora)


def olvido(sesion: Session, usuario: Usuario, enlace: str, *, ahora: datetime) -> None:
    texto = (
        f"{usuario.nombre}:\n\n"
        f"Alguien pidió cambiar la contraseña de su cuenta en Pregonero. Si fue usted: {enlace}\n\n"
        "El enlace vale una hora y una sola vez. Si no fue usted, no haga nada: su contraseña sigue siendo la misma."
    )
    _dejar(sesion, usuario, "Cambiar su contraseña de Pregonero", texto, que="clave", ahora=ahora)


def otro_correo(sesion: Session, usuario: Usuario, correo: str, enlace: str, *, ahora: datetime) -> None:
    """A la dirección nueva: quien la lea demuestra que es suya."""
    texto = (
        f"{usuario.nombre}:\n\n"
        f"Pidió entrar a Pregonero con este correo en lugar de {usuario.correo}. Confírmelo: {enlace}\n\n"
        "El enlace vale una hora. Si no fue usted, no haga nada."
    )
    _dejar(sesion, usuario, "Confirme su correo en Pregonero", texto, que="correo", ahora=ahora, para=correo)


def cambio(sesion: Session, usuario: Usuario, que: str, *, ahora: datetime) -> None:
    """que: lo que cambió («Su contraseña cambió»). Para que quien no fue lo sepa a tiempo."""
    texto = (
        f"{usuario.nombre}:\n\n"
        f"{que} en Pregonero. Si fue usted, no haga nada.\n\n"
        "Si no fue usted, pida a quien administra el panel que cierre su cuenta ahora mismo."
    )
    _dejar(sesion, usuario, f"{que} en Pregonero", texto, que="cambio", ahora=ahora)


def _dejar(
    sesion: Session, usuario: Usuario, asunto: str, texto: str, *, que: str, ahora: datetime, para: str = ""
) -> None:
    # Nunca igual a otra: si se pide dos veces en un segundo, el enlace que vale es el del segundo correo.
    clave = f"cuenta:{usuario.id}:{que}:{secrets.token_hex(8)}"
    # El grupo es suyo y de esta vez: nunca se junta con el de otra persona en un mismo mensaje.
    aviso = Aviso(clave=clave, grupo=clave[:60], asunto=asunto, texto=texto)
    avisar(sesion, aviso, para=(para or usuario.correo,), ahora=ahora)
