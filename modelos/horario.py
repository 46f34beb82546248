"""Horario: lo aprendido sobre las horas de un perfil. Eleccion: una hora que el motor eligió, y por qué."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class Horario(SQLModel, table=True):
    """Lo que se aprendió de un perfil, una vez. Vale el último; los que explican una elección se guardan siempre.

    hasta: cuándo salió la última publicación de que aprendió. publicaciones: cuántas. metrica: qué respuesta.
    mapa: `motor.horarios.mapa.Mapa.a_json`. huella: sha256 de lo aprendido; con la misma no se aprende otra vez.
    """

    __table_args__ = (Index("ix_horario_perfil_aprendido", "perfil_id", "aprendido_en"),)

    id: int = Field(default=None, primary_key=True)
    perfil_id: int = Field(foreign_key="perfil.id")
    aprendido_en: datetime = Field(sa_type=FechaUTC)
    hasta: datetime | None = Field(default=None, sa_type=FechaUTC)
    publicaciones: int = 0
    metrica: str = Field(max_length=40)
    version: int = 1
    mapa: dict[str, Any] = Field(sa_type=JSON)
    huella: str = Field(max_length=64)


class Eleccion(SQLModel, table=True):
    """Una hora elegida para una entrega. Sólo se añade; vale la última de cada entrega.

    horario_id: lo que se sabía (None: nada, fue la curva pública). elegida: la hora (UTC). desde, hasta: entre qué.
    ranura: 0 (lunes, 0 h) a 167. ganancia_pct, inferior_pct, superior_pct: lo que se esperaba de ella.
    al_azar: se sorteó. probabilidad: la de que saliera esta hora. candidatas: entre cuántas. la_mejor: es la que se
    habría elegido sin sorteo.
    """

    id: int = Field(default=None, primary_key=True)
    entrega_id: int = Field(foreign_key="entrega.id", index=True)
    horario_id: int | None = Field(default=None, foreign_key="horario.id", index=True)
    hecha_en: datetime = Field(sa_type=FechaUTC)
    elegida: datetime = Field(sa_type=FechaUTC)
    desde: datetime = Field(sa_type=FechaUTC)
    hasta: datetime = Field(sa_type=FechaUTC)
    ranura: int
    ganancia_pct: float
    inferior_pct: float
    superior_pct: float
    al_azar: bool = False
    probabilidad: float = 1.0
    candidatas: int = 1
    la_mejor: bool = True
