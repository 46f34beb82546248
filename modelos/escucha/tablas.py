"""De qué base son estas tablas: no se mezclan con las de publicar."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

METADATOS = MetaData(naming_convention=SQLModel.metadata.naming_convention)


class DeEscucha(SQLModel):
    """Base de las tablas de lo que se oye."""

    metadata = METADATOS
