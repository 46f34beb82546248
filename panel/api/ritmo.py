"""Cuántas peticiones se le atienden a cada ficha: un sistema que se desboca no deja a los demás sin API.

Se cuenta en este proceso y por ficha, en ventanas fijas: lo que gaste una no se le quita a otra.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

POR_MINUTO = 300
_VENTANA_S = 60.0
_FICHAS_MAXIMAS = 1000


class DemasiadoSeguido(Exception):
    """Ya pidió lo que se atiende por minuto. espera_s: en cuánto se le vuelve a atender."""

    def __init__(self, espera_s: int) -> None:
        super().__init__()
        self.espera_s = espera_s


@dataclass(slots=True)
class Ritmo:
    """ahora_s: un reloj que no retrocede."""

    ahora_s: Callable[[], float]
    maximo: int = POR_MINUTO
    _ventanas: dict[int, tuple[float, int]] = field(default_factory=dict)
    _candado: threading.Lock = field(default_factory=threading.Lock)

    def contar(self, ficha_id: int) -> None:
        """Lanza DemasiadoSeguido."""
        ahora = self.ahora_s()
        with self._candado:
            if len(self._ventanas) > _FICHAS_MAXIMAS:
                self._ventanas = {f: v for f, v in self._ventanas.items() if ahora - v[0] < _VENTANA_S}
            desde, van = self._ventanas.get(ficha_id, (ahora, 0))
            if ahora - desde >= _VENTANA_S:
                desde, van = ahora, 0
            self._ventanas[ficha_id] = (desde, van + 1)
        if van >= self.maximo:
            raise DemasiadoSeguido(max(1, math.ceil(desde + _VENTANA_S - ahora)))
