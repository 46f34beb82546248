"""Propuesta: lo que un editor pide publicar, ya entendido y todavía sin guardar. Puro."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from motor.horarios.ventana import Ventana
from motor.publicacion.cita import Cita


@dataclass(frozen=True, slots=True, kw_only=True)
class MedioPropuesto:
    """ruta: dónde está ahora el archivo. donde: cómo lo llama el editor («foto.jpg»), para decirle qué pasa.
    medio_id: cuál es, si se eligió en el acervo.
    """

    ruta: Path
    donde: str
    texto_alternativo: str = ""
    medio_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EncuestaPropuesta:
    opciones: tuple[str, ...]
    duracion: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Propuesta:
    """Lo que entra por la carpeta, el calendario, el panel o una orden.

    perfiles: nombres de Perfil, ya resueltos y sin repetir. variantes: texto propio, por slug de red o por nombre
    de perfil. opciones: por slug de red, lo que sólo ella entiende. programada_en: UTC. fecha_local: como la lee
    una persona («2026-12-01 09:00»). ventana: si pidió la mejor hora, entre qué; programada_en es su principio.
    prioridad: -1, 0 o 1; la mayor elige hora primero. origen: «carpeta», «calendario», «panel» u «orden».
    origen_nombre: el de la unidad (archivo, carpeta o borrador); origen_fila: fila del calendario (0: no hay).
    origen_huella: sha256 de lo que llegó (el archivo con sus medios, la fila o el borrador).
    """

    texto: str
    perfiles: tuple[str, ...]
    programada_en: datetime
    zona: str
    fecha_local: str = ""
    ventana: Ventana | None = None
    prioridad: int = 0
    titulo: str = ""
    variantes: dict[str, str] = field(default_factory=dict)
    enlace: str = ""
    medios: tuple[MedioPropuesto, ...] = ()
    encuesta: EncuestaPropuesta | None = None
    hilo: bool = False
    tipo: str = "publicacion"
    campana: str = ""
    etiquetas: tuple[str, ...] = ()
    opciones: dict[str, dict[str, Any]] = field(default_factory=dict)
    vence_en: datetime | None = None
    autor: str = ""
    origen: str = "orden"
    origen_nombre: str = ""
    origen_fila: int = 0
    origen_huella: str = ""

    @property
    def cita(self) -> Cita:
        return Cita(self.programada_en, self.ventana.hasta if self.ventana else None)
