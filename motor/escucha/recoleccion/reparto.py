"""Quién atiende a qué fuente: reclamarla con un UPDATE con guarda, y escribir cómo acabó si sigue siendo suya."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import urlsplit

from sqlalchemy import CursorResult, update
from sqlmodel import col, select

from modelos.escucha import Fuente
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.turno import TANDAS_POR_TURNO


@dataclass(frozen=True, slots=True)
class Pendiente:
    """Una fuente a la que ya le toca, como se vio."""

    id: int
    red: str
    direccion: str
    proxima_en: datetime

    @property
    def grupo(self) -> str:
        """Las que se estorbarían si una no contesta: las de una red o, en los medios, las de un mismo servidor."""
        return f"{self.red} {urlsplit(self.direccion).netloc}" if "://" in self.direccion else self.red


def pendientes(escucha: EntornoDeEscucha) -> list[Pendiente]:
    """Las fuentes encendidas a las que ya les toca, la más atrasada primero."""
    orden = (
        select(Fuente.id, Fuente.red, Fuente.direccion, Fuente.proxima_en)
        .where(col(Fuente.apagada_porque) == "", col(Fuente.proxima_en) <= escucha.reloj.ahora())
        .order_by(col(Fuente.proxima_en), col(Fuente.id))
    )
    with escucha.base.leer() as sesion:
        return [Pendiente(*fila) for fila in sesion.exec(orden).all()]


def reclamar(escucha: EntornoDeEscucha, pendiente: Pendiente) -> Fuente | None:
    """Tomarla por el tiempo que puede durar un turno; None si otro se adelantó, o la apagaron.

    Si este proceso muere, al vencer ese tiempo la toma otro.
    """
    hasta = escucha.reloj.ahora() + arriendo(escucha)
    with escucha.base.escribir() as sesion:
        hecho = cast(
            "CursorResult[object]",
            sesion.execute(
                update(Fuente)
                .where(
                    col(Fuente.id) == pendiente.id,
                    col(Fuente.proxima_en) == pendiente.proxima_en,
                    col(Fuente.apagada_porque) == "",
                )
                .values(proxima_en=hasta)
                .execution_options(synchronize_session=False)
            ),
        )
        return sesion.get(Fuente, pendiente.id, populate_existing=True) if hecho.rowcount == 1 else None


def arriendo(escucha: EntornoDeEscucha) -> timedelta:
    """Lo más que puede durar un turno: sus peticiones, cada una con su plazo, y un minuto para guardarlas."""
    return escucha.reglas.plazo_http * (TANDAS_POR_TURNO + 2) + timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desenlace:
    """Cómo queda una fuente tras su turno. cursor: None si no lo cambia (quien guarda mensajes ya lo movió)."""

    proxima_en: datetime
    fallos: int = 0
    calladas: int = 0
    detalle: str = ""
    cursor: str | None = None
    oida_en: datetime | None = None


def soltar(escucha: EntornoDeEscucha, fuente: Fuente, desenlace: Desenlace) -> None:
    """Escribir el desenlace, si la fuente sigue siendo de este turno."""
    valores: dict[str, object] = {
        "proxima_en": desenlace.proxima_en,
        "fallos": desenlace.fallos,
        "calladas": desenlace.calladas,
        "detalle": desenlace.detalle[:1000],
    }
    if desenlace.cursor is not None:
        valores["cursor"] = desenlace.cursor
    if desenlace.oida_en is not None:
        valores["oida_en"] = desenlace.oida_en
    with escucha.base.escribir() as sesion:
        sesion.execute(
            update(Fuente)
            .where(col(Fuente.id) == fuente.id, col(Fuente.proxima_en) == fuente.proxima_en)
            .values(**valores)
            .execution_options(synchronize_session=False)
        )


def callar_perfil(escucha: EntornoDeEscucha, fuente: Fuente, hasta: datetime) -> None:
    """Que lo demás de ese perfil también espere: la red pidió ir más despacio."""
    if not fuente.perfil_id:
        return
    with escucha.base.escribir() as sesion:
        sesion.execute(
            update(Fuente)
            .where(
                col(Fuente.perfil_id) == fuente.perfil_id,
                col(Fuente.red) == fuente.red,
                col(Fuente.id) != fuente.id,
                col(Fuente.proxima_en) < hasta,
            )
            .values(proxima_en=hasta)
            .execution_options(synchronize_session=False)
        )
