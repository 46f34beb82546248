"""Gasto: lo que costó preguntar a una red que cobra."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class Gasto(SQLModel, table=True):
    """Se aparta (`reservado`) antes de preguntar y se ajusta a lo cobrado después: lo que quedó a medias cuenta como
    gastado.

    mes: «2026-11», en hora UTC, que es como cobran las redes. microdolares: millonésimas de dólar, para no redondear.
    """

    id: int = Field(default=None, primary_key=True)
    red: str = Field(max_length=32, index=True)
    mes: str = Field(max_length=7, index=True)
    concepto: str = Field(max_length=120)
    unidades: int = 0
    microdolares: int
    reservado: bool = False
    ocurrido_en: datetime = Field(sa_type=FechaUTC)
