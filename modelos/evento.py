"""Evento: algo que pasó, para contarlo después. Sólo se añade, nunca se cambia."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class Evento(SQLModel, table=True):
    """accion: palabra estable («entrega_publicada»). autor: «motor» o quién lo hizo. detalle: para una persona."""

    id: int = Field(default=None, primary_key=True)
    ocurrido_en: datetime = Field(sa_type=FechaUTC, index=True)
    accion: str = Field(max_length=60)
    autor: str = Field(default="motor", max_length=120)
    entrega_id: int | None = Field(default=None, foreign_key="entrega.id", index=True)
    perfil_id: int | None = Field(default=None, foreign_key="perfil.id", index=True)
    detalle: str = Field(default="", sa_type=Text)
