"""Series de mentira, con semilla, para probar el detector."""

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

LUNES = datetime(2026, 1, 5)  # noqa: DTZ001 — hora local: el detector no quiere zona


def poisson(azar: random.Random, media: float) -> int:
    """Por el producto de uniformes; para medias grandes, una normal."""
    if media > 50:
        return max(0, round(azar.gauss(media, math.sqrt(media))))
    limite, cuenta, producto = math.exp(-media), 0, azar.random()
    while producto > limite:
        cuenta += 1
        producto *= azar.random()
    return cuenta


def conteos(n: int, *, media: float, paso_s: int = 3600, semilla: int = 1) -> list[int]:
    """Un pueblo tranquilo: más de día que de noche, menos en fin de semana, ruido gamma-Poisson."""
    azar = random.Random(semilla)
    salida = []
    for instante in instantes(n, paso_s=paso_s):
        dia = 1.0 + 0.8 * math.cos((instante.hour - 14) / 24 * 2 * math.pi)
        semana = 0.7 if instante.weekday() >= 5 else 1.1
        salida.append(poisson(azar, media * dia * semana * azar.gammavariate(3, 1 / 3)))
    return salida


def instantes(n: int, *, paso_s: int = 3600, desde: datetime = LUNES) -> Iterator[datetime]:
    return (desde + timedelta(seconds=paso_s * i) for i in range(n))
