"""Entrega: una Publicacion en un Perfil. Intento: una vez que se quiso publicar."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC, columna_enum
from modelos.estados import Desenlace, Estado

_COLUMNA_ESTADO = columna_enum(Estado, "estado")
_COLUMNA_DESENLACE = columna_enum(Desenlace, "desenlace")


class Entrega(SQLModel, table=True):
    """Una publicación en un perfil (o una parte de ella, si es un hilo).

    texto: exactamente lo que se dirá. clave: idempotencia, la misma en todos los intentos.
    no_antes_de: su hora. despertar_en: cuándo debe mirarla el motor (antes, para preparar; después, para reintentar).
    ficha: número de valla; sube en cada reclamo y quien trae una vieja ya no decide.
    fallos: veces seguidas que no salió, o que la red no se dejó mirar; marca la espera.
    conciliar_en, revisiones: próxima mirada a la red y cuántas veces no estaba.
    aprobada_tarde: una persona aceptó que salga fuera de la tolerancia.
    contenido: sha256 de todo lo que se dirá y enseñará. exige_aprobacion: no sale si `aprobado` no es ese mismo sha256.
    """

    __table_args__ = (
        UniqueConstraint("publicacion_id", "perfil_id", "parte"),
        UniqueConstraint("perfil_id", "id_externo"),
        # El demostrador de índices parciales de SQLite es literal: las consultas repiten estas condiciones tal cual.
        # Ninguno empieza por «estado»: SQLite lo preferiría, y recorrería todo lo programado cada segundo.
        Index(
            "uq_entrega_en_vuelo",
            "perfil_id",
            unique=True,
            sqlite_where=text("estado IN ('reclamada', 'enviando')"),
            postgresql_where=text("estado IN ('reclamada', 'enviando')"),
        ),
        Index(
            "ix_entrega_programadas",
            "despertar_en",
            sqlite_where=text("estado = 'programada'"),
            postgresql_where=text("estado = 'programada'"),
        ),
        Index(
            "ix_entrega_dudosas",
            "perfil_id",
            "huella",
            sqlite_where=text("estado IN ('en_duda', 'por_decidir')"),
            postgresql_where=text("estado IN ('en_duda', 'por_decidir')"),
        ),
        Index(
            "ix_entrega_en_duda",
            "conciliar_en",
            sqlite_where=text("estado = 'en_duda'"),
            postgresql_where=text("estado = 'en_duda'"),
        ),
        Index(
            "ix_entrega_fallidas",
            "no_antes_de",
            sqlite_where=text("estado = 'fallida'"),
            postgresql_where=text("estado = 'fallida'"),
        ),
        # El calendario cuenta con él miles de entregas sin abrir ninguna.
        Index("ix_entrega_agenda", "no_antes_de", "parte", "estado", "perfil_id", "publicacion_id"),
        Index("ix_entrega_perfil_publicada", "perfil_id", "publicada_en"),
        Index(
            "ix_entrega_publicadas",
            "publicada_en",
            "id",
            sqlite_where=text("estado = 'publicada'"),
            postgresql_where=text("estado = 'publicada'"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    publicacion_id: int = Field(foreign_key="publicacion.id")
    perfil_id: int = Field(foreign_key="perfil.id")
    parte: int = 0
    estado: Estado = Field(default=Estado.PROGRAMADA, sa_type=_COLUMNA_ESTADO)
    texto: str = Field(sa_type=Text)
    clave: str = Field(unique=True, max_length=40)
    huella: str = Field(max_length=40)
    no_antes_de: datetime = Field(sa_type=FechaUTC)
    despertar_en: datetime = Field(sa_type=FechaUTC)
    vence_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    aprobada_tarde: bool = False
    contenido: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    exige_aprobacion: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    aprobado: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    ficha: int = 0
    arriendo_hasta: datetime | None = Field(default=None, sa_type=FechaUTC)
    trabajador: str = Field(default="", max_length=120)
    fallos: int = 0
    preparada: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    conciliar_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    revisiones: int = 0
    detalle: str = Field(default="", sa_type=Text)
    id_externo: str | None = Field(default=None, max_length=300)
    url: str = Field(default="", max_length=1000)
    publicada_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    borrada_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    creada_en: datetime = Field(sa_type=FechaUTC)


class Intento(SQLModel, table=True):
    """La intención de hacer la llamada visible, escrita antes de hacerla, y su desenlace, escrito después."""

    __table_args__ = (
        UniqueConstraint("entrega_id", "ficha"),
        Index("ix_intento_perfil_iniciado", "perfil_id", "iniciado_en"),
    )

    id: int = Field(default=None, primary_key=True)
    entrega_id: int = Field(foreign_key="entrega.id")
    perfil_id: int = Field(foreign_key="perfil.id")
    ficha: int
    huella: str = Field(max_length=40)
    iniciado_en: datetime = Field(sa_type=FechaUTC)
    terminado_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    desenlace: Desenlace | None = Field(default=None, sa_type=_COLUMNA_DESENLACE)
    id_externo: str = Field(default="", max_length=300)
    detalle: str = Field(default="", sa_type=Text)
