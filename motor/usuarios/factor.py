"""El segundo factor: un código de seis cifras del teléfono (TOTP, RFC 6238), y diez de papel por si se pierde."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from string import digits

import pyotp
import segno
from sqlalchemy import CursorResult, update
from sqlmodel import Session, col

from modelos import Usuario
from motor.llavero import LlaveEquivocada, Llavero
from motor.usuarios.sesiones import huella_de

EMISOR = "Pregonero"
_PERIODO_S = 30
_ALFABETO = "abcdefghjkmnpqrstuvwxyz23456789"
"""Sin las letras y cifras que se confunden al copiarlas a mano."""
_RESPALDOS = 10
_LARGO = 12


def nuevo_secreto() -> str:
    return pyotp.random_base32()


def dibujo(secreto: str, correo: str) -> str:
    """El código QR que lee el teléfono, como SVG para poner dentro de la página."""
    direccion = pyotp.TOTP(secreto).provisioning_uri(name=correo, issuer_name=EMISOR)
    return segno.make(direccion, micro=False).svg_inline(scale=5, border=2, svgclass="qr", lineclass=None)


def periodo_de(secreto: str, codigo: str, ahora: datetime) -> int | None:
    """En qué periodo de 30 s vale ese código (el de ahora, el anterior o el siguiente); None si en ninguno."""
    limpio = "".join(c for c in codigo if c in digits)
    este = int(ahora.timestamp()) // _PERIODO_S
    for periodo in (este, este - 1, este + 1):
        if hmac.compare_digest(pyotp.TOTP(secreto).at(periodo * _PERIODO_S), limpio):
            return periodo
    return None


def vale(sesion: Session, usuario: Usuario, codigo: str, *, llavero: Llavero, ahora: datetime) -> bool:
    """Si el código del teléfono, o uno de papel, es bueno; y gastarlo: ninguno vale dos veces."""
    try:
        periodo = periodo_de(llavero.descifrar(usuario.segundo_factor), codigo, ahora)
    except LlaveEquivocada:  # se perdieron las llaves de la oficina: quedan los de papel
        periodo = None
    if periodo is not None:
        return _gastar_periodo(sesion, usuario.id, periodo)
    return _gastar_respaldo(sesion, usuario, codigo)


def _gastar_periodo(sesion: Session, usuario_id: int, periodo: int) -> bool:
    sin_usar = (col(Usuario.id) == usuario_id, col(Usuario.factor_usado) < periodo)
    hecho = sesion.execute(update(Usuario).where(*sin_usar).values(factor_usado=periodo))
    assert isinstance(hecho, CursorResult)  # noqa: S101 # un UPDATE siempre devuelve un cursor
    return hecho.rowcount == 1


def _gastar_respaldo(sesion: Session, usuario: Usuario, codigo: str) -> bool:
    limpio = "".join(c for c in codigo.lower() if c.isalnum())
    suyo = sesion.get(Usuario, usuario.id, with_for_update=True, populate_existing=True)
    if suyo is None or huella_de(limpio) not in suyo.respaldos:
        return False
    suyo.respaldos = [r for r in suyo.respaldos if r != huella_de(limpio)]
    sesion.add(suyo)
    return True


def nuevos_respaldos() -> tuple[list[str], list[str]]:
    """Los códigos de papel, que se enseñan una vez, y lo que se guarda de ellos."""
    codigos = ["".join(secrets.choice(_ALFABETO) for _ in range(_LARGO)) for _ in range(_RESPALDOS)]
    return [f"{c[:4]}-{c[4:8]}-{c[8:]}" for c in codigos], [huella_de(c) for c in codigos]


def poner(usuario: Usuario, secreto: str, respaldos: Sequence[str], *, llavero: Llavero, gastado: int = 0) -> None:
    """gastado: el periodo del código con que lo confirmó; tampoco ése vale otra vez."""
    usuario.factor_usado = max(usuario.factor_usado, gastado)
    usuario.segundo_factor = llavero.cifrar(secreto)
    usuario.respaldos = list(respaldos)


def quitar(usuario: Usuario) -> None:
    usuario.segundo_factor, usuario.respaldos = "", []
