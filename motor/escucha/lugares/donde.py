"""Dónde está un mensaje, y cómo se sabe. Puro."""

from collections import Counter
from collections.abc import Iterable
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


_COMO = {
    Por.COORDENADAS: "la red dio las coordenadas",
    Por.RECUADRO: "la red dio el lugar",
    Por.TEXTO: "el mensaje lo nombra",
    Por.AUTOR: "el autor dice en su perfil que es de ahí",
}


def explicar(donde: Donde) -> str:
    """Cómo se sabe, para una persona.

    >>> explicar(Donde(latitud=19.3, longitud=-99.7, por=Por.TEXTO, confianza=0.85, nombre="Tecaxic", radio_km=2.0))
    'Tecaxic: el mensaje lo nombra (muy probable; a 2 km más o menos)'
    """
    seguro = next(
        dicho
        for desde, dicho in ((0.9, "seguro"), (0.7, "muy probable"), (0.4, "probable"), (0.0, "sólo un indicio"))
        if donde.confianza >= desde
    )
    error = f"; a {donde.radio_km:.1f}".removesuffix(".0") + " km más o menos" if donde.radio_km >= 0.1 else ""
    return f"{donde.nombre or 'Un punto sin nombre'}: {_COMO[donde.por]} ({seguro}{error})"


def lugares_que_mas_se_repiten(dondes: Iterable[Donde | None], cuantos: int = 5) -> list[tuple[str, int]]:
    """Los lugares más nombrados y cuántas veces, de más a menos; entre iguales, por su nombre.

    Cuenta lugares, nunca personas: lo que sólo se sabe por el perfil de su autor no cuenta, porque dice de dónde es
    alguien y no dónde pasa algo. Tampoco lo que no tiene nombre.
    """
    cuenta = Counter(d.nombre for d in dondes if d is not None and d.nombre and d.por is not Por.AUTOR)
    return sorted(cuenta.items(), key=lambda par: (-par[1], par[0]))[:cuantos]
