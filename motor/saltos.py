"""Si el reloj de la máquina saltó. Puro.

Un servidor viejo con la pila gastada arranca en otro año y corrige su hora de golpe; publicar en ese momento sería
publicar a deshora. Se compara lo que avanzó la hora con lo que avanzó el reloj de arranque, que no salta.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCIA = timedelta(seconds=30)
REPOSO_S = 60.0


@dataclass(slots=True)
class Saltos:
    """Guarda la última lectura de los dos relojes. Tras un salto se espera un minuto a que la hora se asiente."""

    _ahora: datetime | None = None
    _arranque_s: float = 0.0
    _quieto_hasta_s: float = 0.0

    def medir(self, ahora: datetime, arranque_s: float) -> timedelta | None:
        """Cuánto saltó la hora desde la lectura anterior, o None si no saltó."""
        antes, antes_s = self._ahora, self._arranque_s
        self._ahora, self._arranque_s = ahora, arranque_s
        if antes is None:
            return None
        salto = (ahora - antes) - timedelta(seconds=arranque_s - antes_s)
        if abs(salto) <= TOLERANCIA:
            return None
        self._quieto_hasta_s = arranque_s + REPOSO_S
        return salto

    def conviene_esperar(self, arranque_s: float) -> bool:
        return arranque_s < self._quieto_hasta_s
