"""Publicacion: lo que el editor escribió. Medio: una imagen o un video del acervo."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, Text, text
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class Publicacion(SQLModel, table=True):
    """Lo que el editor escribió, y de dónde vino.

    variantes: texto propio de una red o de un perfil, por su slug o nombre; lo demás usa `texto`.
    opciones: lo que sólo entiende una red, por red: `{"pinterest": {"tablero": "…"}}`.
    programada_en: la hora pedida (UTC). fecha_local y zona: lo mismo como lo escribió una persona; son la verdad
    si un día cambian las reglas de la zona.
    mejor_hora: como lo escribió el editor («mejor hora antes del viernes»); vacía si puso él la hora. Si no, la hora de
    cada entrega la eligió el motor entre `programada_en` y `mejor_hora_hasta`.
    prioridad: -1, 0 o 1; la mayor elige hora primero.
    origen: de dónde vino («carpeta», «calendario», «orden»…). origen_nombre: el archivo; origen_fila: su fila
    (0: no hay).
    origen_huella: sha256 de lo que llegó; el mismo archivo dos veces crea una sola publicación.
    """

    id: int = Field(default=None, primary_key=True)
    texto: str = Field(sa_type=Text)
    titulo: str = Field(default="", max_length=300)
    variantes: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    enlace: str = Field(default="", max_length=2048)
    tipo: str = Field(default="publicacion", max_length=40)
    campana: str = Field(default="", max_length=200)
    etiquetas: list[str] = Field(default_factory=list, sa_type=JSON)
    encuesta: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    hilo: bool = False
    opciones: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    programada_en: datetime = Field(sa_type=FechaUTC, index=True)
    fecha_local: str = Field(default="", max_length=40)
    zona: str = Field(max_length=64)
    mejor_hora: str = Field(default="", max_length=200)
    mejor_hora_hasta: datetime | None = Field(default=None, sa_type=FechaUTC)
    prioridad: int = 0
    vence_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    autor: str = Field(default="", max_length=200)
    origen: str = Field(max_length=20)
    origen_nombre: str = Field(default="", max_length=300, index=True)
    origen_fila: int = 0
    origen_huella: str = Field(default="", max_length=64, index=True)
    version: int = 1
    creada_en: datetime = Field(sa_type=FechaUTC)
    actualizada_en: datetime = Field(sa_type=FechaUTC)


class Medio(SQLModel, table=True):
    """Un archivo del acervo, guardado por su contenido: el mismo dos veces es uno.

    ruta: relativa a la carpeta del acervo. ancho, alto: píxeles con la orientación aplicada.
    Lo demás es su ficha, y lo escribe una persona: evento, lugar, quiénes salen, cuándo se tomó (hora local, como se
    sepa: «2026», «2026-09», «2026-09-15»), de quién es, con qué permiso y hasta cuándo se puede usar.
    huella_visual: dos fotos parecidas la tienen parecida (64 bits en hexadecimal); vacía si aún no se saca o no es una
    imagen, «-» si es tan lisa que se parecería a cualquiera.
    sha256 es el del archivo que llegó; sha256_guardado, el de lo guardado, ya sin metadatos.
    buscable: las palabras de la ficha, sin acentos ni mayúsculas, con su índice de palabras (`medio_fts`).
    archivado_en: ya no se ofrece, pero sigue donde se publicó.
    """

    __table_args__ = (
        Index(
            "ix_medio_vence_en",
            "vence_en",
            sqlite_where=text("vence_en IS NOT NULL"),
            postgresql_where=text("vence_en IS NOT NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True, max_length=64)
    ruta: str = Field(max_length=300)
    nombre: str = Field(max_length=300)
    tipo: str = Field(max_length=10)
    mime: str = Field(max_length=80)
    peso_bytes: int
    ancho: int = 0
    alto: int = 0
    duracion_s: float | None = None
    descripcion: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    evento: str = Field(default="", max_length=300, index=True, sa_column_kwargs={"server_default": ""})
    lugar: str = Field(default="", max_length=300, index=True, sa_column_kwargs={"server_default": ""})
    personas: list[str] = Field(default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"})
    etiquetas: list[str] = Field(default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"})
    tomado: str = Field(default="", max_length=10, sa_column_kwargs={"server_default": ""})
    autoria: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})
    derechos: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": ""})
    vence_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    sha256_guardado: str = Field(default="", max_length=64, index=True, sa_column_kwargs={"server_default": ""})
    huella_visual: str = Field(default="", max_length=16, index=True, sa_column_kwargs={"server_default": ""})
    buscable: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    subido_por: str = Field(default="", max_length=254, sa_column_kwargs={"server_default": ""})
    archivado_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    creado_en: datetime = Field(sa_type=FechaUTC, index=True)


class BandaDeMedio(SQLModel, table=True):
    """Un octavo de la huella visual de un medio, para hallar las parecidas sin compararlas todas.

    clave: qué octavo (0 a 7) por 256, más sus ocho bits. Dos huellas que difieren en siete bits o menos comparten una.
    """

    __tablename__ = "banda_de_medio"

    clave: int = Field(primary_key=True)
    medio_id: int = Field(
        sa_column=Column(Integer, ForeignKey("medio.id", ondelete="CASCADE"), primary_key=True, index=True)
    )


class MedioDePublicacion(SQLModel, table=True):
    """Qué medios lleva una publicación, en qué orden y con qué texto alternativo."""

    __tablename__ = "medio_de_publicacion"

    publicacion_id: int = Field(
        sa_column=Column(Integer, ForeignKey("publicacion.id", ondelete="CASCADE"), primary_key=True)
    )
    orden: int = Field(primary_key=True)
    medio_id: int = Field(foreign_key="medio.id", index=True)
    texto_alternativo: str = Field(default="", sa_type=Text)
