"""Comprobación: lo último que contestó la red al preguntarle por un perfil."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class Comprobacion(SQLModel, table=True):
    """Una por perfil; la nueva sustituye a la vieja. respuesta: la entiende `motor.perfiles.comprobada`."""

    perfil_id: int = Field(foreign_key="perfil.id", primary_key=True, ondelete="CASCADE")
    hecha_en: datetime = Field(sa_type=FechaUTC)
    respuesta: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
