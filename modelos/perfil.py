"""Perfil: una cuenta que administramos en una red."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class Perfil(SQLModel, table=True):
    """Un perfil y lo que el motor sabe de él.

    nombre: corto, único y estable («x-ayuntamiento»): es como lo escriben los editores.
    separacion_s: segundos que deben pasar entre dos publicaciones (None: lo general).
    cupo_maximo, cupo_ventana_s: cupo propio, además de los de la red.
    libre_desde: antes de este instante no se publica (separación, cupo, o lo pidió la red).
    pausado_en, pausa_motivo: no se publica. pausado_por: «motor» (se reanuda solo cuando la comprobación pasa) o quién
    lo pausó (lo reanuda una persona).
    token_vence_en: cuándo deja de servir la credencial, si la red lo dice.
    """

    id: int = Field(default=None, primary_key=True)
    nombre: str = Field(unique=True, max_length=80)
    red: str = Field(index=True, max_length=32)
    titulo: str = Field(default="", max_length=200)
    id_externo: str = Field(default="", max_length=200)
    opciones: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    separacion_s: int | None = None
    cupo_maximo: int | None = None
    cupo_ventana_s: int | None = None
    libre_desde: datetime | None = Field(default=None, sa_type=FechaUTC)
    pausado_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    pausa_motivo: str = Field(default="", max_length=1000)
    pausado_por: str = Field(default="", max_length=120)
    token_vence_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    revisado_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    creado_en: datetime = Field(sa_type=FechaUTC)
