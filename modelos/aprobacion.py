"""Flujo: quién aprueba qué. Solicitud: una publicación que espera. Firma: lo que dijo cada quien.

Version: cómo estaba la publicación cada vez que cambió. Comentario: lo que se dijo de ella.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC, columna_enum


class Flujo(SQLModel, table=True):
    """condiciones: a qué publicaciones toca (perfiles, redes, tipos, etiquetas, campañas, orígenes); vacías, a todas.

    pasos: en orden, quién aprueba cada uno (`motor.aprobaciones.flujo.Paso`). orden: el menor que toque
    es el que manda.
    """

    id: int = Field(default=None, primary_key=True)
    nombre: str = Field(max_length=120)
    orden: int = 0
    activo: bool = True
    condiciones: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    pasos: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    creado_en: datetime = Field(sa_type=FechaUTC)
    actualizado_en: datetime = Field(sa_type=FechaUTC)


class EstadoDeSolicitud(StrEnum):
    PENDIENTE = "pendiente"
    APROBADA = "aprobada"
    RECHAZADA = "rechazada"  # se pidieron cambios
    ANULADA = "anulada"  # la publicación cambió, o se volvió a pedir


class Solicitud(SQLModel, table=True):
    """Lo que se pide aprobar: una versión exacta de una publicación, con el flujo como estaba al pedirla.

    version: la de la publicación. pasos: copia de los del flujo. paso: en cuál va (0 es el primero).
    alcance: qué se aprueba, de id de entrega (en texto) a su contenido. apartadas: las entregas que una persona había
    retenido por otra razón; aprobarlas no las suelta.
    """

    __table_args__ = (
        Index(
            "uq_solicitud_pendiente",
            "publicacion_id",
            "flujo_id",
            unique=True,
            sqlite_where=text("estado = 'pendiente'"),
            postgresql_where=text("estado = 'pendiente'"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    publicacion_id: int = Field(foreign_key="publicacion.id", index=True)
    flujo_id: int = Field(foreign_key="flujo.id", index=True)
    version: int
    pasos: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    paso: int = 0
    alcance: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    apartadas: list[int] = Field(default_factory=list, sa_type=JSON)
    estado: EstadoDeSolicitud = Field(
        default=EstadoDeSolicitud.PENDIENTE, sa_type=columna_enum(EstadoDeSolicitud, "estado_de_solicitud")
    )
    pedida_por: str = Field(default="", max_length=254)
    pedida_en: datetime = Field(sa_type=FechaUTC, index=True)
    resuelta_en: datetime | None = Field(default=None, sa_type=FechaUTC)


class Firma(SQLModel, table=True):
    """en_lugar_de: a quién suplió. aprueba: False pide cambios."""

    __table_args__ = (UniqueConstraint("solicitud_id", "paso", "usuario_id"),)

    id: int = Field(default=None, primary_key=True)
    solicitud_id: int = Field(foreign_key="solicitud.id", index=True)
    paso: int
    usuario_id: int = Field(foreign_key="usuario.id", index=True)
    en_lugar_de: int | None = Field(default=None, foreign_key="usuario.id")
    aprueba: bool
    comentario: str = Field(default="", sa_type=Text)
    firmada_en: datetime = Field(sa_type=FechaUTC)


class Version(SQLModel, table=True):
    """contenido: lo que se leía de ella entonces: textos, medios, horas, perfiles. por: quién la dejó así."""

    __table_args__ = (UniqueConstraint("publicacion_id", "version"),)

    id: int = Field(default=None, primary_key=True)
    publicacion_id: int = Field(foreign_key="publicacion.id")
    version: int
    contenido: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    por: str = Field(default="", max_length=254)
    creada_en: datetime = Field(sa_type=FechaUTC)


class Comentario(SQLModel, table=True):
    id: int = Field(default=None, primary_key=True)
    publicacion_id: int = Field(foreign_key="publicacion.id", index=True)
    usuario_id: int = Field(foreign_key="usuario.id")
    version: int = 1
    texto: str = Field(sa_type=Text)
    creado_en: datetime = Field(sa_type=FechaUTC)
