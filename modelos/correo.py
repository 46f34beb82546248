"""Correo: la bandeja de salida. Un aviso se escribe aquí en la misma transacción que lo causa, y se manda después."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC, columna_enum


class EstadoDeCorreo(StrEnum):
    PENDIENTE = "pendiente"
    ENVIADO = "enviado"
    RECHAZADO = "rechazado"  # el servidor dijo que no lo aceptará nunca


class Correo(SQLModel, table=True):
    """Un correo por mandar o mandado: al menos una vez, nunca perdido.

    clave: el mismo aviso no se escribe dos veces. grupo: los pendientes del mismo grupo se mandan en un solo mensaje.
    html: el mismo aviso para leerlo con su gráfica; vacío si sólo lleva texto. historia_id: la conversación a la que
    pertenece; sus correos se contestan unos a otros (Message-ID, In-Reply-To) y nunca se juntan con los demás.
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
    html: str = Field(default="", sa_type=Text)
    historia_id: int | None = Field(default=None, foreign_key="historia.id", index=True)
    estado: EstadoDeCorreo = Field(
        default=EstadoDeCorreo.PENDIENTE, sa_type=columna_enum(EstadoDeCorreo, "estado_de_correo")
    )
    intentos: int = 0
    no_antes_de: datetime = Field(sa_type=FechaUTC)
    enviado_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    error: str = Field(default="", sa_type=Text)
    creado_en: datetime = Field(sa_type=FechaUTC)


class ImagenDeCorreo(SQLModel, table=True):
    """Una imagen que va dentro de un correo; `cid` es como la nombra el html."""

    id: int = Field(default=None, primary_key=True)
    correo_id: int = Field(foreign_key="correo.id", index=True, ondelete="CASCADE")
    cid: str = Field(max_length=80)
    nombre: str = Field(max_length=120)
    mime: str = Field(default="image/png", max_length=80)
    texto_alternativo: str = Field(default="", max_length=500)
    datos: bytes = Field(sa_type=LargeBinary)
