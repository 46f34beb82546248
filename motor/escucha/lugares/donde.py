"""Dónde está un mensaje, y cómo se sabe. Puro."""

from dataclasses import dataclass
from enum import StrEnum


class Por(StrEnum):
    """Cómo se supo, de lo más cierto a lo menos."""

    COORDENADAS = "coordenadas"  # la red dio el punto
    RECUADRO = "recuadro"  # la red dio un lugar con nombre y su recuadro
    TEXTO = "texto"  # el mensaje nombra un lugar
    AUTOR = "autor"  # el autor dice en su perfil de dónde es


@dataclass(frozen=True, slots=True, kw_only=True)
class Donde:
    """latitud, longitud: grados, del punto o del centro. radio_km: hasta dónde puede equivocarse. confianza: de 0 a
    1.
    """

    latitud: float
    longitud: float
    por: Por
    confianza: float
    nombre: str = ""
    radio_km: float = 0.0
