"""Medicion: la interacción de una entrega o de un perfil en un instante. Estrecha, porque habrá millones."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class Medicion(SQLModel, table=True):
    """Un número que dio una red. Lo que la red no dio no se guarda: «sin dato» es la ausencia de la fila, nunca un 0.

    metrica: su nombre en nuestro vocabulario («interacciones», «alcance», «seguidores»).
    """

    __table_args__ = (Index("ix_medicion_serie", "entrega_id", "metrica", "medida_en"),)

    id: int = Field(default=None, primary_key=True)
    entrega_id: int | None = Field(default=None, foreign_key="entrega.id")
    perfil_id: int = Field(foreign_key="perfil.id", index=True)
    metrica: str = Field(max_length=40)
    valor: int
    medida_en: datetime = Field(sa_type=FechaUTC)
