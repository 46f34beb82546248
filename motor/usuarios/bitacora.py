"""Quién hizo qué. Sólo se añade; la base no deja cambiar ni borrar, y cada asiento lleva la huella del anterior."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Asiento
from motor.usuarios import turnos
from motor.usuarios.turnos import Turno


@dataclass(frozen=True, slots=True)
class Autor:
    """quien: su correo, u «orden» si lo hizo desde el servidor. direccion: desde dónde, si se sabe."""

    quien: str
    usuario_id: int | None = None
    direccion: str = ""


def asentar(sesion: Session, autor: Autor, accion: str, *, ahora: datetime, sobre: str = "", detalle: str = "") -> None:
    """Añadir un asiento, en la misma transacción que lo que cuenta. sobre: «publicacion:7». detalle: sin secretos."""
    turnos.tomar(sesion, Turno.BITACORA)  # que dos no se encadenen al mismo anterior
    ultima = sesion.scalars(select(col(Asiento.huella)).order_by(col(Asiento.id).desc()).limit(1)).first()
    nuevo = Asiento(
        ocurrido_en=ahora,
        usuario_id=autor.usuario_id,
        quien=autor.quien[:254],
        accion=accion,
        sobre=sobre,
        detalle=detalle,
        direccion=autor.direccion[:64],
        huella="",
    )
    nuevo.huella = huella_de(nuevo, ultima or "")
    sesion.add(nuevo)
    sesion.flush()


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
