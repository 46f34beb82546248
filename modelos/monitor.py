"""Monitor: qué palabras y qué lugares se vigilan."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class Monitor(SQLModel, table=True):
    """clave: corta, única y estable («inundaciones»). definicion: como en `config/monitores.toml`, ya revisada.

    origen: «archivo» (manda `config/monitores.toml`) o quién lo hizo. version sube cuando cambia la definición;
    contado: la versión con la que se contó su pasado. desde: lo anterior no lo contó nadie. falsas_alarmas: cuántas se
    le toleran al mes; None, las de la oficina.
    """

    id: int = Field(default=None, primary_key=True)
    clave: str = Field(unique=True, max_length=80)
    nombre: str = Field(max_length=200)
    definicion: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    origen: str = Field(default="archivo", max_length=120)
    activo: bool = True
    version: int = 1
    contado: int = 1
    falsas_alarmas: float | None = None
    desde: datetime = Field(sa_type=FechaUTC)
    creado_en: datetime = Field(sa_type=FechaUTC)
