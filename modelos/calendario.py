"""CalendarioSuscrito: la dirección secreta con que el calendario de una persona lee lo que sale."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class CalendarioSuscrito(SQLModel, table=True):
    """huella: sha256 de lo que va en la dirección, que sólo se enseñó una vez. Sólo sirve para leer el calendario: con
    ella no se entra al panel ni a la API. A lo más una sin revocar por persona.
    """

    __tablename__ = "calendario_suscrito"

    id: int = Field(default=None, primary_key=True)
    usuario_id: int = Field(foreign_key="usuario.id", index=True)
    huella: str = Field(unique=True, max_length=64, repr=False)
    creado_en: datetime = Field(sa_type=FechaUTC)
    usado_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    revocado_en: datetime | None = Field(default=None, sa_type=FechaUTC)
