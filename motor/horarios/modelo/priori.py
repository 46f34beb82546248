"""Lo que se sabe de las horas antes de mirar las propias: las curvas públicas de cada red, y cuánto varían. Puro.

El archivo `curvas.npz` lo hace `bench.horarios.curvas` con cuentas públicas; de dónde salen y con qué licencia está en
`curvas.md`, a su lado.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from motor.horarios.mapa import CURVA_GENERAL, SEMANA

Vector = npt.NDArray[np.float64]

_MEDIA = "media."


@dataclass(frozen=True, slots=True, kw_only=True)
class Priori:
    """La curva de un perfil, antes de verlo: media + base @ z, con z normal de varianza uno, y un resto sin forma.

    media: (168,), en logaritmo. base: (168, K). resto: (168,), la varianza que la base no alcanza a decir.
    habito: (168,), cuándo publica una cuenta cualquiera; suma uno. curva: de qué red es la media.
    """

    media: Vector
    base: Vector
    resto: Vector
    habito: Vector
    curva: str

    def sabiendo(self, media: Vector, covarianza: Vector) -> "Priori":
        """La misma, si de z se sabe algo por otros perfiles: su media, (K,), y su covarianza, (K, K)."""
        return replace(self, media=self.media + self.base @ media, base=self.base @ np.linalg.cholesky(covarianza))


@cache
def priori_de(red: str) -> Priori:
    """La de una red por su slug; la general si de ella no hay curva pública."""
    with np.load(Path(__file__).with_name("curvas.npz")) as datos:
        curva = red if f"{_MEDIA}{red}" in datos.files else CURVA_GENERAL
        return Priori(
            media=datos[f"{_MEDIA}{curva}"].astype(float),
            base=datos["base"].astype(float),
            resto=datos["resto"].astype(float),
            habito=datos["habito"].astype(float),
            curva=curva,
        )


def centrar(curvas: Vector, habito: Vector) -> Vector:
    """Lo que cada hora suma a lo que el perfil ya hace: sin su promedio en las horas en que publica.

    curvas: (168,) o (168, K). habito: (168,), suma uno.
    """
    return np.asarray(curvas - habito @ curvas)


def habito_de(ranuras: npt.NDArray[np.int_], pesos: Vector) -> Vector:
    """Qué parte de lo publicado cae en cada hora, (168,)."""
    suma = np.bincount(ranuras, pesos, SEMANA)
    return np.asarray(suma / suma.sum())
