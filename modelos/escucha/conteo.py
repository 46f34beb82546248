"""Conteo: cuántos mensajes cuenta un monitor en un intervalo. Laguna: cuándo no se pudo oír."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from modelos.base import FechaUTC
from modelos.escucha.tablas import DeEscucha


class Conteo(DeEscucha, table=True):
    """paso_s: largo del intervalo, en segundos (3600 o 300). inicio: cuándo empieza. El que no está es cero, salvo
    laguna.
    """

    monitor_id: int = Field(primary_key=True)
    paso_s: int = Field(primary_key=True)
    inicio: datetime = Field(primary_key=True, sa_type=FechaUTC)
    cuenta: int


class Laguna(DeEscucha, table=True):
    """Un tiempo en que una fuente no se oyó y ya no se podrá oír: sus conteos son «sin dato», nunca cero."""

    __table_args__ = (Index("ix_laguna_hasta", "hasta"),)

    id: int = Field(default=None, primary_key=True)
    fuente_id: int = Field(foreign_key="fuente.id", ondelete="CASCADE")
    desde: datetime = Field(sa_type=FechaUTC)
    hasta: datetime = Field(sa_type=FechaUTC)
    motivo: str = Field(default="", max_length=500)
