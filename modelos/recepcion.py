"""Recepcion: un archivo que llegó a la carpeta de entrada, y qué fue de él."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC, columna_enum


class Veredicto(StrEnum):
    EN_CURSO = "en_curso"  # aceptado: su archivo está en procesando/
    PUBLICADO = "publicado"
    RECHAZADO = "rechazado"


class Recepcion(SQLModel, table=True):
    """Una unidad que se soltó: un archivo con sus medios, o una carpeta.

    sha256: de todo su contenido. destino: dónde quedó, relativo al buzón.
    """

    id: int = Field(default=None, primary_key=True)
    nombre: str = Field(max_length=300, index=True)
    sha256: str = Field(max_length=64, index=True)
    veredicto: Veredicto = Field(sa_type=columna_enum(Veredicto, "veredicto"), index=True)
    destino: str = Field(default="", max_length=400)
    detalle: str = Field(default="", sa_type=Text)
    recibida_en: datetime = Field(sa_type=FechaUTC)
    terminada_en: datetime | None = Field(default=None, sa_type=FechaUTC)
