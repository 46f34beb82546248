"""Cómo se ve en JSON lo que se publica, y cómo se pide."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from panel.api.errores import ProblemaDicho
from panel.api.formas import ENTERO_MAXIMO, Corto, Cuerpo, Entrega, Forma, Largo, Mediano, Texto

Id = Annotated[int, Field(ge=1, le=ENTERO_MAXIMO)]
Destino = Annotated[Texto, StringConstraints(min_length=1, max_length=79)]
Prioridad = Literal["alta", "normal", "baja"]


# ── lo que llega ─────────────────────────────────────────────────────────────────────────────────────────────────


class MedioElegido(Cuerpo):
    id: Id
    texto_alternativo: Mediano = Field(default="", description="Lo que se le dirá a quien no puede verlo.")


class EncuestaPedida(Cuerpo):
    opciones: list[Corto] = Field(min_length=2, max_length=10)
    duracion: Corto = Field(default="1 día", examples=["1 día", "3 horas"])


class Escrito(Cuerpo):
    """Lo que se quiere decir, dónde y cuándo. cuando: un instante con su zona, o como lo diría una persona."""

    texto: Largo = ""
    perfiles: list[Id | Destino] = Field(default_factory=list, max_length=200, description="Ids o nombres.")
    cuando: Corto = Field(
        default="",
        examples=["2026-12-01T09:00:00-06:00", "mañana 9:00", "mejor hora antes del viernes", "ya"],
    )
    variantes: dict[Destino, Largo] = Field(
        default_factory=dict, max_length=200, description="Texto propio, por red o por nombre de perfil."
    )
    titulo: Corto = ""
    enlace: Mediano = ""
    tipo: Corto = Field(default="", description="«publicacion» si se omite.")
    medios: list[MedioElegido] = Field(default_factory=list, max_length=30)
    hilo: bool = Field(default=False, description="Partir el texto largo en varias, encadenadas.")
    encuesta: EncuestaPedida | None = None
    opciones: dict[Destino, dict[Destino, Mediano]] = Field(
        default_factory=dict, max_length=200, description="Lo que sólo entiende una red, por red."
    )
    etiquetas: list[Corto] = Field(default_factory=list, max_length=40)
    campana: Corto = ""
    prioridad: Prioridad = "normal"
    vence_en: Corto = Field(default="", description="Después de este instante ya no se publica.")


EJEMPLO: dict[str, Any] = {
    "texto": "Mañana no habrá agua en el Centro de 9:00 a 13:00.",
    "perfiles": ["x-ayuntamiento", "fb-ayuntamiento"],
    "cuando": "mejor hora antes del viernes",
    "medios": [{"id": 12, "texto_alternativo": "Cuadrilla que repara una tubería en la calle Juárez"}],
    "etiquetas": ["agua"],
}


class PublicacionNueva(Escrito):
    model_config = ConfigDict(json_schema_extra={"examples": [EJEMPLO]})


class PublicacionCambiada(Escrito):
    """Lo que no se nombra se queda como está; sin `cuando`, cada perfil conserva su hora."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 2, "texto": "El corte será de 10:00 a 13:00."}]}
    )

    version: int = Field(ge=1, le=ENTERO_MAXIMO, description="La que se leyó: si ya es otra, 409 y no cambia nada.")


class BorradorEscrito(Escrito):
    revision: int = Field(
        default=0, ge=0, le=ENTERO_MAXIMO, description="La que se leyó; 0 si es nuevo. Si ya es otra, 409."
    )


# ── lo que sale ──────────────────────────────────────────────────────────────────────────────────────────────────


class Publicacion(Forma):
    """entregas: sólo las de los perfiles que el dueño de la ficha puede ver; lo propio de los demás tampoco sale."""

    id: int
    titulo: str
    texto: str
    variantes: dict[str, str]
    enlace: str
    tipo: str
    campana: str
    etiquetas: list[str]
    encuesta: dict[str, Any] | None
    hilo: bool
    opciones: dict[str, Any]
    programada_en: datetime
    mejor_hora: str = Field(description="Como se pidió, si la hora la elige Pregonero.")
    prioridad: int
    vence_en: datetime | None
    autor: str
    origen: str
    version: int
    creada_en: datetime
    actualizada_en: datetime
    entregas: list[Entrega]


class MedioUsado(Forma):
    id: int
    nombre: str
    tipo: str
    mime: str
    texto_alternativo: str


class Version(Forma):
    version: int
    por: str
    creada_en: datetime
    contenido: dict[str, Any]


class Comentario(Forma):
    quien: str
    texto: str
    version: int
    en: datetime


class PublicacionEntera(Publicacion):
    medios: list[MedioUsado]
    versiones: list[Version]
    comentarios: list[Comentario]
    ocultos: int = Field(description="En cuántos perfiles más está, que el dueño de la ficha no puede ver.")


class TextoEnRed(Forma):
    """Una pieza, tal como saldría. largo: en la unidad de esa red; null si no se puede medir."""

    texto: str
    largo: int | None
    maximo: int


class VistaEnPerfil(Forma):
    perfil_id: int
    perfil: str
    red: str
    unidad: str = Field(description="En qué se cuenta el largo.")
    partes: list[TextoEnRed] = Field(description="Una, o las del hilo.")
    problemas: list[ProblemaDicho]
    hora: datetime | None = Field(description="A la que saldría, si se entiende cuándo.")
    por_que: str = Field(description="Por qué esa hora, si la elige Pregonero.")


class Revision(Forma):
    """Cómo quedaría, sin haber guardado nada. admisible: si así se publicaría."""

    admisible: bool
    problemas: list[ProblemaDicho]
    arreglos: list[str] = Field(description="Lo que Pregonero cambiaría solo.")
    perfiles: list[VistaEnPerfil]


class Borrador(Forma):
    clave: str
    revision: int
    publicacion_id: int | None
    contenido: dict[str, Any]
    actualizado_en: datetime
    enviado_en: datetime | None
