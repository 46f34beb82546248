"""Qué fallos pasan solos. Puro."""

import errno

from sqlalchemy.exc import InterfaceError, OperationalError

from motor.entrada.colocar.traslado import BuzonInservible

_DEL_DISCO = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.ESTALE, errno.ENOTCONN, errno.EMFILE, errno.ENFILE}
)


def es_pasajero(error: BaseException) -> bool:
    """La base o el disco no contestan: se deja todo como está y se vuelve a intentar.

    Lo demás se repetiría en cada recorrido y no dejaría pasar a los otros archivos: se aparta.
    """
    if isinstance(error, OSError):
        return error.errno in _DEL_DISCO
    return isinstance(error, BuzonInservible | OperationalError | InterfaceError)


def en_breve(error: BaseException) -> str:
    """El fallo en pocas palabras, sin rutas ni consultas."""
    if isinstance(error, BuzonInservible):
        return str(error)
    return f"{type(error).__name__}: {error.strerror}" if isinstance(error, OSError) else type(error).__name__
