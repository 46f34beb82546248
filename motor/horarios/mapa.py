"""Mapa: lo que vale cada hora de la semana en un perfil, con su incertidumbre. Puro."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SEMANA = 168
"""Horas de la semana. La ranura 0 es el lunes a las 0 h; la 167, el domingo a las 23 h."""

CURVA_GENERAL = "general"
"""La pública de todas las redes juntas, para la que no tiene una suya."""

POCAS = 10
"""Con menos publicaciones propias, el mapa es la curva pública de la red y así se dice."""


class MapaIlegible(ValueError):
    """Lo guardado no se puede usar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapa:
    """ganancia, inferior, superior: por ranura, cuánto más (o menos) responde la gente que a las horas en que el perfil
    publica hoy, en por ciento; el intervalo es del 90 %.

    publicaciones: de cuántas propias se aprendió. aprendido_en: cuándo (None: nunca, es la curva pública).
    curva: de qué red es la curva pública de partida («facebook»), o CURVA_GENERAL si no hay de la suya.
    con_hermanos: también se aprendió de otros perfiles de su organización.
    espaciado: lo que cambia el logaritmo de la respuesta por cada unidad del logaritmo de las horas desde la anterior.
    """

    ganancia: tuple[float, ...]
    inferior: tuple[float, ...]
    superior: tuple[float, ...]
    publicaciones: int
    curva: str
    espaciado: float
    aprendido_en: datetime | None = None
    con_hermanos: bool = False

    @property
    def con_evidencia(self) -> bool:
        return self.publicaciones >= POCAS

    def a_json(self) -> dict[str, Any]:
        """Como se guarda en `Horario.mapa`; con dos decimales."""
        return {
            "ganancia": [round(v, 2) for v in self.ganancia],
            "inferior": [round(v, 2) for v in self.inferior],
            "superior": [round(v, 2) for v in self.superior],
            "publicaciones": self.publicaciones,
            "curva": self.curva,
            "espaciado": round(self.espaciado, 4),
            "con_hermanos": self.con_hermanos,
        }

    @classmethod
    def de_json(cls, datos: Mapping[str, Any], *, aprendido_en: datetime | None) -> "Mapa":
        """Lanza MapaIlegible si lo guardado no es un mapa entero: alguien tocó la base, o se dañó."""
        if not _es_un_mapa(datos):
            raise MapaIlegible("lo guardado no es un mapa de 168 horas")
        return cls(
            ganancia=tuple(datos["ganancia"]),
            inferior=tuple(datos["inferior"]),
            superior=tuple(datos["superior"]),
            publicaciones=datos["publicaciones"],
            curva=datos["curva"],
            espaciado=datos["espaciado"],
            aprendido_en=aprendido_en,
            con_hermanos=datos.get("con_hermanos", False),
        )


def _es_un_mapa(datos: object) -> bool:
    if not isinstance(datos, Mapping):
        return False
    vectores = [datos.get(nombre) for nombre in ("ganancia", "inferior", "superior")]
    return (
        all(isinstance(v, list) and len(v) == SEMANA and all(map(_es_numero, v)) for v in vectores)
        and isinstance(datos.get("publicaciones"), int)
        and isinstance(datos.get("curva"), str)
        and _es_numero(datos.get("espaciado"))
    )


def _es_numero(valor: object) -> bool:
    return isinstance(valor, int | float) and not isinstance(valor, bool) and math.isfinite(valor)
