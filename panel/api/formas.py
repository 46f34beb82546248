"""Cómo se ve cada cosa en JSON. Los nombres son los de la base y los del panel."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path as EnElCamino
from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from modelos import Estado

Cosa = TypeVar("Cosa")

ENTERO_MAXIMO = 2**31 - 1
"""Lo que cabe en una columna entera de PostgreSQL: más allá no hay nada, y preguntarlo no debe romper."""

Numero = Annotated[int, EnElCamino(ge=1, le=ENTERO_MAXIMO)]
Limite = Annotated[int, Query(ge=1, le=200, description="Cuántos, a lo más.")]
Desde = Annotated[datetime | None, Query(description="Desde este instante (ISO 8601, con su zona).")]
Hasta = Annotated[datetime | None, Query(description="Hasta este instante, sin incluirlo.")]


def _guardable(escrito: str) -> str:
    """Lanza ValueError si lleva lo que una base no puede guardar: el carácter nulo, o medio carácter."""
    if "\0" in escrito or any("\ud800" <= c <= "\udfff" for c in escrito):
        raise ValueError("no es texto")
    return escrito


Texto = Annotated[str, AfterValidator(_guardable)]
Largo = Annotated[Texto, StringConstraints(max_length=20_000)]
Mediano = Annotated[Texto, StringConstraints(max_length=2_000)]
Corto = Annotated[Texto, StringConstraints(max_length=300)]
Buscado = Annotated[Corto, Query(description="Palabras; «entre comillas», seguidas y tal cual.")]
PorPerfil = Annotated[int | None, Query(ge=1, le=ENTERO_MAXIMO, description="Sólo en este perfil.")]
Siguiente = Annotated[str, Query(max_length=200, description="El `siguiente` de la página anterior.")]


class Forma(BaseModel):
    """Lo que sale: se lee de las filas tal como están."""

    model_config = ConfigDict(from_attributes=True)


class Cuerpo(BaseModel):
    """Lo que llega. Un campo que no existe se rechaza: callarlo sería perderlo."""

    model_config = ConfigDict(extra="forbid")


class Hecho(BaseModel):
    """Qué pasó, dicho a una persona."""

    hecho: str = Field(examples=["saldrá mar 1 dic 2026, 9:00."])


class Perfil(Forma):
    id: int
    nombre: str = Field(description="Corto, único y estable.", examples=["x-ayuntamiento"])
    red: str
    titulo: str
    id_externo: str
    pausado_en: datetime | None
    pausa_motivo: str
    token_vence_en: datetime | None
    opciones: dict[str, Any] = Field(description="Lo propio de su red que no es secreto.")
    separacion_s: int | None = Field(description="Lo que pasa entre dos publicaciones; null, lo general.")
    cupo_maximo: int | None = Field(description="Cuántas por ventana; null, sólo el cupo de la red.")
    cupo_ventana_s: int | None


class Comprobada(Forma):
    """Lo último que contestó la red al preguntarle por el perfil. sirve: null si no contestó y no se sabe."""

    hecha_en: datetime
    sirve: bool | None
    nombre: str
    permisos: list[str]
    faltan: list[str] = Field(description="Permisos que hacen falta para publicar.")
    avisos: list[str]
    cupo_restante: int | None
    detalle: str
    remedio: str


class Credencial(BaseModel):
    """Con qué entra Pregonero a su red. Su valor no sale nunca."""

    nombre: str
    de: str | None = Field(description="«panel», «perfil» o «red» (del servidor); null si falta.")
    puesta_en: datetime | None
    puesta_por: str


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
    """origen: «archivo» si manda monitores.toml, y ahí se cambia; si no, quién lo hizo. version: sube cuando cambia lo
    que busca. contado: la versión con que se contó su pasado; si es otra, se está contando.
    """

    id: int
    clave: str
    nombre: str
    activo: bool
    origen: str
    version: int
    contado: int
    falsas_alarmas: float | None = Field(description="Las que se le toleran al mes; null, las de la oficina.")
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


class Silencio(BaseModel):
    """Algo que se calla: lo que pase se contará después."""

    id: int
    sobre: str = Field(examples=["Baches"])
    desde: datetime
    hasta: datetime
    motivo: str
    por: str


class Gasto(BaseModel):
    """Lo que cuesta escuchar este mes en una red que cobra, en dólares."""

    red: str
    usado: Decimal
    limite: Decimal


class Marcha(BaseModel):
    """Por dónde va un recuento: van mensajes, de cuántos (0: aún no se sabe). falla: por qué se detuvo."""

    sigue: bool
    van: int = 0
    de: int = 0
    espera: bool = False
    falla: str = ""


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


class Aprendido(BaseModel):
    """Lo que se sabe de las horas de un perfil, en breve. mejor: dicha, con su ganancia y qué tan segura es."""

    perfil_id: int
    perfil: str
    publicaciones: int = Field(description="De cuántas se aprendió; 0: sólo la curva pública de la red.")
    aprendido_en: datetime | None
    mejor: str = Field(examples=["jue 20:00"])
    evidencia: str


class HoraPropuesta(BaseModel):
    """La mejor hora libre de un día, y por qué. Sólo se dice: no se aparta."""

    en: datetime
    ganancia: float
    porque: str
    mejor: bool = Field(description="Si es la de más ganancia de las que se dicen.")


class Semana(BaseModel):
    perfil_id: int
    publicaciones: int = Field(description="De cuántas se aprendió; 0: sólo la curva pública de la red.")
    aprendido_en: datetime | None
    horas: list[Hora]
