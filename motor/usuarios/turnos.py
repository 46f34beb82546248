"""Que dos transacciones no hagan a la vez lo que sólo se puede hacer de una en una."""

from enum import IntEnum

from sqlalchemy import text
from sqlmodel import Session


class Turno(IntEnum):
    """Unos números cualesquiera; los toman también otros procesos, así que no se cambian."""

    BITACORA = 7_242_611
    ENTRADA = 7_242_612
    MANDO = 7_242_613


def tomar(sesion: Session, turno: Turno) -> None:
    """Hasta que se confirme. SQLite ya escribe de uno en uno."""
    if sesion.get_bind().dialect.name == "postgresql":
        sesion.execute(text("SELECT pg_advisory_xact_lock(:llave)"), {"llave": int(turno)})
