"""El sorteo: qué publicaciones prueban una hora cualquiera, para poder medir un día cuánto valió elegir. Puro.

La suerte sale de la clave de cada publicación: la misma entrada da siempre la misma salida, y nadie la puede mover.
"""

import hashlib
from dataclasses import dataclass

HORAS_PARA_SORTEAR = 3
"""Con menos, el editor ya eligió la hora casi del todo: no se le sortea nada."""


@dataclass(frozen=True, slots=True)
class Suerte:
    """cual: la candidata que tocó, de 0 a `candidatas` - 1; None si no se sortea y toca la mejor."""

    cual: int | None
    candidatas: int
    azar: float

    def probabilidad(self, *, es_la_mejor: bool) -> float:
        """La de que saliera esa hora: por el sorteo, y además por no haberlo si es la mejor.

        azar 0.1 entre 50 horas  ->  la mejor 0.902, cualquier otra 0.002
        """
        por_sorteo = self.azar / self.candidatas
        return (1 - self.azar) + por_sorteo if es_la_mejor else por_sorteo


def echar_suerte(clave: str, *, azar: float, candidatas: int) -> Suerte:
    """azar: qué parte de las publicaciones se sortea, de 0 a 1."""
    if azar <= 0 or candidatas < HORAS_PARA_SORTEAR:
        return Suerte(None, candidatas, 0.0)
    huella = hashlib.sha256(f"hora|{clave}".encode()).digest()
    se_sortea = int.from_bytes(huella[:8]) < azar * 2**64
    return Suerte(int.from_bytes(huella[8:16]) * candidatas >> 64 if se_sortea else None, candidatas, azar)
