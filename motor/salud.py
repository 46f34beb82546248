"""Si una red está caída: se dice una vez cuando cae y una cuando vuelve. Resultados entran, noticias salen."""

import threading
from dataclasses import dataclass, field
from typing import Literal

FALLOS_PARA_CAIDA = 3


@dataclass(slots=True)
class Salud:
    """La cuenta de fallos seguidos de cada red."""

    _fallos: dict[str, int] = field(default_factory=dict)
    _candado: threading.Lock = field(default_factory=threading.Lock)

    def anotar(self, red: str, *, contesto: bool) -> Literal["cae", "vuelve"] | None:
        with self._candado:
            antes = self._fallos.get(red, 0)
            self._fallos[red] = 0 if contesto else antes + 1
        if contesto:
            return "vuelve" if antes >= FALLOS_PARA_CAIDA else None
        return "cae" if antes + 1 == FALLOS_PARA_CAIDA else None
