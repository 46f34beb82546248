"""Ritmo: lo que el detector recuerda de un monitor. Pico: un alza anormal que se notó."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from modelos.base import FechaUTC
from modelos.escucha.tablas import DeEscucha


class Ritmo(DeEscucha, table=True):
    """El estado del detector (pocos KB) y hasta qué intervalo ya aprendió."""

    monitor_id: int = Field(primary_key=True)
    paso_s: int = Field(primary_key=True)
    version: int
    estado: bytes = Field(sa_type=LargeBinary)
    hasta: datetime = Field(sa_type=FechaUTC)


class Pico(DeEscucha, table=True):
    """desde: el intervalo en que empezó. visto_en: cuándo se notó. esperado: lo normal a esa hora. hasta: cuándo volvió
    a lo normal (None: sigue). avisado_en: cuándo quedó escrito su aviso en la base principal."""

    __table_args__ = (Index("ix_pico_monitor_desde", "monitor_id", "desde"),)

    id: int = Field(default=None, primary_key=True)
    monitor_id: int
    paso_s: int
    desde: datetime = Field(sa_type=FechaUTC)
    visto_en: datetime = Field(sa_type=FechaUTC)
    valor: float
    esperado: float
    puntaje: float
    hasta: datetime | None = Field(default=None, sa_type=FechaUTC)
    maximo: float = 0.0
    avisado_en: datetime | None = Field(default=None, sa_type=FechaUTC, index=True)
