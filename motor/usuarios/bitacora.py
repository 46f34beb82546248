"""Quién hizo qué. Sólo se añade; la base no deja cambiar ni borrar, y cada asiento lleva la huella del anterior."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, text
from sqlmodel import Session, col

from modelos import Asiento

_CANDADO = 7_242_611
"""Un número cualquiera, sólo de esto."""


@dataclass(frozen=True, slots=True)
class Autor:
    """quien: su correo, u «orden» si lo hizo desde el servidor. direccion: desde dónde, si se sabe."""

    quien: str
    usuario_id: int | None = None
    direccion: str = ""


def asentar(sesion: Session, autor: Autor, accion: str, *, ahora: datetime, sobre: str = "", detalle: str = "") -> None:
    """Añadir un asiento, en la misma transacción que lo que cuenta. sobre: «publicacion:7». detalle: sin secretos."""
    _de_uno_en_uno(sesion)
    ultima = sesion.scalars(select(col(Asiento.huella)).order_by(col(Asiento.id).desc()).limit(1)).first()
    nuevo = Asiento(
        ocurrido_en=ahora,
        usuario_id=autor.usuario_id,
        quien=autor.quien,
        accion=accion,
        sobre=sobre,
        detalle=detalle,
        direccion=autor.direccion,
        huella="",
    )
    nuevo.huella = huella_de(nuevo, ultima or "")
    sesion.add(nuevo)
    sesion.flush()


def _de_uno_en_uno(sesion: Session) -> None:
    """Que dos no encadenen al mismo anterior. SQLite ya escribe de uno en uno; en PostgreSQL, hasta confirmar."""
    if sesion.get_bind().dialect.name == "postgresql":
        sesion.execute(text("SELECT pg_advisory_xact_lock(:llave)"), {"llave": _CANDADO})


def verificar(sesion: Session) -> int | None:
    """El id del primer asiento que no cuadra con el anterior; None si toda la cadena está entera."""
    anterior = ""
    for asiento in sesion.scalars(select(Asiento).order_by(col(Asiento.id)).execution_options(yield_per=1000)):
        if asiento.huella != huella_de(asiento, anterior):
            return asiento.id
        anterior = asiento.huella
    return None


def huella_de(asiento: Asiento, anterior: str) -> str:
    """Encadenada con la anterior: quien cambie uno por fuera del programa tendría que rehacer todos los siguientes."""
    instante = asiento.ocurrido_en.astimezone(UTC).isoformat()
    partes = (anterior, instante, str(asiento.usuario_id), asiento.quien, asiento.accion, asiento.sobre)
    return hashlib.sha256("\x1f".join((*partes, asiento.detalle, asiento.direccion)).encode()).hexdigest()
