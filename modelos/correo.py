"""Correo: la bandeja de salida. Un aviso se escribe aquí en la misma transacción que lo causa, y se manda después."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC, columna_enum


class EstadoDeCorreo(StrEnum):
    PENDIENTE = "pendiente"
    ENVIADO = "enviado"
    RECHAZADO = "rechazado"  # el servidor dijo que no lo aceptará nunca


class Correo(SQLModel, table=True):
    """Un correo por mandar o mandado: al menos una vez, nunca perdido.

    clave: el mismo aviso no se escribe dos veces. grupo: los pendientes del mismo grupo se mandan en un solo mensaje.
    """

    __table_args__ = (
        Index(
            "ix_correo_pendientes",
            "no_antes_de",
            sqlite_where=text("estado = 'pendiente'"),
            postgresql_where=text("estado = 'pendiente'"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    clave: str = Field(unique=True, max_length=200)
    grupo: str = Field(max_length=60)
    para: str = Field(max_length=1000)
    asunto: str = Field(max_length=300)
    texto: str = Field(sa_type=Text)
    estado: EstadoDeCorreo = Field(
        default=EstadoDeCorreo.PENDIENTE, sa_type=columna_enum(EstadoDeCorreo, "estado_de_correo")
    )
    intentos: int = 0
    no_antes_de: datetime = Field(sa_type=FechaUTC)
    enviado_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    error: str = Field(default="", sa_type=Text)
    creado_en: datetime = Field(sa_type=FechaUTC)
