"""Cita: cuándo pidió salir una publicación, a una hora o a la mejor de un plazo. Pura."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Cita:
    """desde: la hora pedida, o desde cuándo se elige. hasta: None si es una hora; si no, hasta cuándo se elige."""

    desde: datetime
    hasta: datetime | None = None

    def es_la_misma(self, otra: "Cita") -> bool:
        """Dos horas iguales, o dos plazos que se tocan: el principio de un plazo abierto es el momento en que se leyó,
        y el mismo archivo leído dos veces da dos.
        """
        if self.hasta is None or otra.hasta is None:
            return self.hasta == otra.hasta and self.desde == otra.desde
        return self.desde < otra.hasta and otra.desde < self.hasta
