"""El reloj del motor. Los instantes son UTC y conscientes; la zona sólo aparece donde lee o escribe una persona."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Reloj(Protocol):
    def ahora(self) -> datetime:
        """El instante de pared, en UTC."""

    def desde_el_arranque(self) -> float:
        """Segundos desde que arrancó la máquina, contando lo que estuvo suspendida: no salta con la hora."""


class RelojReal:
    def ahora(self) -> datetime:
        return datetime.now(UTC)

    def desde_el_arranque(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)
