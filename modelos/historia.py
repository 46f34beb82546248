"""Historia: algo que pasa y se cuenta en una sola conversación de correo. Suceso: cada cosa que ya se contó en ella.
Silencio: de qué no se quiere oír, y hasta cuándo.
"""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class Historia(SQLModel, table=True):
    """clase: «pico», «mencion», «perfil», «duda» o «meta». clave: de qué es («monitor:4»); mientras está abierta no
    hay otra
    igual. monitores: los que la ven, en orden de llegada («4,7»). atendida_en, atendida_por: quién dijo «enterada».
    escalada_en: cuándo se avisó a alguien más porque nadie la atendió. gravedad: el mayor puntaje avisado.
    """

    __table_args__ = (
        Index(
            "uq_historia_abierta",
            "clave",
            unique=True,
            sqlite_where=text("cerrada_en IS NULL"),
            postgresql_where=text("cerrada_en IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    clase: str = Field(max_length=16)
    clave: str = Field(max_length=200)
    asunto: str = Field(max_length=300)
    detalle: str = Field(default="", sa_type=Text)
    monitores: str = Field(default="", max_length=1000)
    gravedad: float = 0.0
    abierta_en: datetime = Field(sa_type=FechaUTC, index=True)
    ultima_en: datetime = Field(sa_type=FechaUTC)
    cerrada_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    atendida_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    atendida_por: str = Field(default="", max_length=200)
    escalada_en: datetime | None = Field(default=None, sa_type=FechaUTC)


class Suceso(SQLModel, table=True):
    """Un pico o una mención que ya es parte de una historia: su clave impide contarlo dos veces tras una caída.

    de: el pico o el mensaje, en la otra base. correo_id: el correo que lo cuenta; None si se sumó sin decirlo.
    """

    clave: str = Field(primary_key=True, max_length=200)
    historia_id: int = Field(foreign_key="historia.id", index=True, ondelete="CASCADE")
    correo_id: int | None = Field(default=None, foreign_key="correo.id")
    de: int
    ocurrido_en: datetime = Field(sa_type=FechaUTC)


class Silencio(SQLModel, table=True):
    """ambito: la clave de una historia («monitor:4»), una clase («pico») o «todo»."""

    id: int = Field(default=None, primary_key=True)
    ambito: str = Field(max_length=200)
    desde: datetime = Field(sa_type=FechaUTC)
    hasta: datetime = Field(sa_type=FechaUTC, index=True)
    motivo: str = Field(default="", max_length=500)
    por: str = Field(default="", max_length=200)
