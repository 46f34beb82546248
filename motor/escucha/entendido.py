"""Lo que se entendió de un mensaje: dónde es y qué monitores lo cuentan. Puro."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conectores.contrato_escucha import Oido
from motor.escucha.lugares.donde import Donde


@dataclass(frozen=True, slots=True)
class Entendido:
    donde: Donde | None
    monitores: tuple[int, ...]


Entender = Callable[[str, Sequence[Oido]], list[Entendido]]
"""De unos mensajes de una red (su slug), qué se entendió de cada uno, en el mismo orden. No lanza por un mensaje
raro.
"""
