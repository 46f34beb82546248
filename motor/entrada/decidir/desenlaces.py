"""Qué fue de una unidad al leerla."""

from dataclasses import dataclass
from enum import StrEnum


class Desenlace(StrEnum):
    ACEPTADA = "aceptada"
    CAMBIADA = "cambiada"  # cambió otra que aún no salía
    RECHAZADA = "rechazada"


@dataclass(frozen=True, slots=True)
class Recibida:
    nombre: str
    desenlace: Desenlace
    publicaciones: int = 0
