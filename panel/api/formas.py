"""Cómo se ve cada cosa en JSON. Los nombres son los de la base y los del panel."""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path as EnElCamino
from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from modelos import Estado

Cosa = TypeVar("Cosa")

ENTERO_MAXIMO = 2**31 - 1
"""Lo que cabe en una columna entera de PostgreSQL: más allá no hay nada, y preguntarlo no debe romper."""

Numero = Annotated[int, EnElCamino(ge=1, le=ENTERO_MAXIMO)]
Limite = Annotated[int, Query(ge=1, le=200, description="Cuántos, a lo más.")]
Desde = Annotated[datetime | None, Query(description="Desde este instante (ISO 8601, con su zona).")]
Hasta = Annotated[datetime | None, Query(description="Hasta este instante, sin incluirlo.")]


class Forma(BaseModel):
    """Lo que sale: se lee de las filas tal como están."""

    model_config = ConfigDict(from_attributes=True)


class Perfil(Forma):
    id: int
    nombre: str = Field(description="Corto, único y estable.", examples=["x-ayuntamiento"])
    red: str
    titulo: str
    id_externo: str
    pausado_en: datetime | None
    pausa_motivo: str
    token_vence_en: datetime | None


class Entrega(Forma):
    """Una publicación en un perfil."""

    id: int
    publicacion_id: int
    perfil_id: int
    parte: int = Field(description="0, o cuál de un hilo.")
    estado: Estado
    texto: str = Field(description="Exactamente lo que se dirá o se dijo.")
    no_antes_de: datetime = Field(description="Su hora.")
    vence_en: datetime | None
    publicada_en: datetime | None
    id_externo: str | None = Field(description="El que le dio la red.")
    url: str
    detalle: str
    exige_aprobacion: bool


class Pagina(BaseModel, Generic[Cosa]):
    """Una página de una lista. siguiente: con qué pedir la que sigue; null si ya no hay."""

    datos: list[Cosa]
    siguiente: str | None = None


class Monitor(Forma):
    id: int
    clave: str
    nombre: str
    activo: bool
    definicion: dict[str, Any]


class Mensaje(Forma):
    id: int
    red: str
    clase: str
    texto: str
    url: str
    autor_usuario: str
    lugar: str
    interacciones: int | None
    publicado_en: datetime
    borrado_en: datetime | None


class Conteo(BaseModel):
    inicio: datetime
    mensajes: int


class Historia(Forma):
    """Algo que pasa y se avisa."""

    id: int
    clase: str
    asunto: str
    detalle: str
    gravedad: float
    abierta_en: datetime
    ultima_en: datetime
    cerrada_en: datetime | None
    atendida_en: datetime | None
    atendida_por: str


class Hora(BaseModel):
    """Una de las 168 de la semana; las ganancias, en por ciento sobre la costumbre del perfil."""

    dia: int = Field(description="0 es lunes.")
    hora: int
    ganancia: float
    inferior: float
    superior: float
    vale: str
    callada: bool


class Semana(BaseModel):
    perfil_id: int
    publicaciones: int = Field(description="De cuántas se aprendió; 0: sólo la curva pública de la red.")
    aprendido_en: datetime | None
    horas: list[Hora]
