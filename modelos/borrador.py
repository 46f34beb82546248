"""Borrador: lo que se está escribiendo en el panel y todavía no se ha pedido publicar."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class Borrador(SQLModel, table=True):
    """clave: la inventa quien lo escribe (un teléfono sin señal) y no se repite: mandarlo dos veces es mandarlo una.

    contenido: el formulario, tal como va. medios: ids del acervo, en orden, dentro del contenido.
    revision: sube con cada guardado; quien trae una vieja ve lo que cambió otro. publicacion_id: la que salió de él, o
    la que se está cambiando.
    """

    id: int = Field(default=None, primary_key=True)
    clave: str = Field(unique=True, max_length=64)
    usuario_id: int = Field(foreign_key="usuario.id", index=True)
    contenido: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    revision: int = 1
    publicacion_id: int | None = Field(default=None, foreign_key="publicacion.id", index=True)
    creado_en: datetime = Field(sa_type=FechaUTC)
    actualizado_en: datetime = Field(sa_type=FechaUTC, index=True)
    enviado_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    descartado_en: datetime | None = Field(default=None, sa_type=FechaUTC)
