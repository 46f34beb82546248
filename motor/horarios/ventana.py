"""Ventana: entre qué dos instantes se puede elegir la hora de una publicación. Pura."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ventana:
    """desde, hasta: UTC; puede salir en `desde`, ya no en `hasta`. dicha: como lo escribió el editor («mejor hora
    entre el 3 y el 5 de diciembre»).
    """

    desde: datetime
    hasta: datetime
    dicha: str
