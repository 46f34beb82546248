"""Lo que se mide: una publicación vista en un perfil, cada lectura que se hizo, y sus números."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class Vista(SQLModel, table=True):
    """Una publicación que está en un perfil nuestro, la haya publicado Pregonero (`entrega_id`) o no.

    origen: «red» o «importada». medir_en: cuándo toca medirla otra vez; None si ya no (o no se puede).
    promocionada: se pagó por que se viera más, si quien dio sus números lo dice.
    """

    __table_args__ = (UniqueConstraint("perfil_id", "id_externo"),)

    id: int = Field(default=None, primary_key=True)
    perfil_id: int = Field(foreign_key="perfil.id")
    entrega_id: int | None = Field(default=None, foreign_key="entrega.id", index=True)
    id_externo: str = Field(max_length=500)
    url: str = Field(default="", max_length=2048)
    texto: str = Field(default="", sa_type=Text)
    tipo: str = Field(default="", max_length=40)
    origen: str = Field(default="red", max_length=20)
    publicada_en: datetime = Field(sa_type=FechaUTC, index=True)
    vista_en: datetime = Field(sa_type=FechaUTC)
    medir_en: datetime | None = Field(default=None, sa_type=FechaUTC, index=True)
    borrada_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    promocionada: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Lectura(SQLModel, table=True):
    """Una vez que se preguntó: qué contestó la red, sin tocar. Lo que no contestó no deja medición: «sin dato».

    version: la de la API, o el archivo importado.
    """

    id: int = Field(default=None, primary_key=True)
    perfil_id: int = Field(foreign_key="perfil.id", index=True)
    vista_id: int | None = Field(default=None, foreign_key="vista.id", index=True)
    leida_en: datetime = Field(sa_type=FechaUTC)
    version: str = Field(max_length=120)
    datos: str = Field(default="", sa_type=Text)


class Medicion(SQLModel, table=True):
    """Un número que dio una red. Estrecha, porque habrá millones, y para siempre.

    vista_id: None si es del perfil entero. metrica: una de `conectores.contrato_escucha.METRICAS`.
    """

    __table_args__ = (
        Index("ix_medicion_serie", "vista_id", "metrica", "medida_en"),
        Index("ix_medicion_perfil", "perfil_id", "metrica", "medida_en"),
    )

    id: int = Field(default=None, primary_key=True)
    perfil_id: int = Field(foreign_key="perfil.id")
    vista_id: int | None = Field(default=None, foreign_key="vista.id")
    lectura_id: int = Field(foreign_key="lectura.id")
    metrica: str = Field(max_length=40)
    valor: int
    medida_en: datetime = Field(sa_type=FechaUTC)


class MedicionAjena(SQLModel, table=True):
    """Un número público de otra cuenta, para comparar. fuente: la clave de su `Fuente`."""

    __table_args__ = (Index("ix_medicion_ajena_serie", "fuente", "metrica", "medida_en"),)

    id: int = Field(default=None, primary_key=True)
    fuente: str = Field(max_length=600)
    metrica: str = Field(max_length=40)
    valor: int
    version: str = Field(default="", max_length=120)
    medida_en: datetime = Field(sa_type=FechaUTC)
