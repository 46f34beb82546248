"""Una oficina de mentira cuya verdad se sabe: lo que vale cada hora, y lo que publicó."""

from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from motor.horarios.mapa import SEMANA
from motor.horarios.publicada import Publicada

LUNES = datetime(2025, 1, 6)  # noqa: DTZ001 # hora local
HORA = np.arange(SEMANA) % 24
Curva = npt.NDArray[np.float64]


def de_noche(cuanto: float, *, hora: int = 20) -> Curva:
    """Una verdad que sube suavemente hacia una hora del día, todos los días."""
    lejos = np.abs((HORA - hora + 12) % 24 - 12)
    return cuanto * np.exp(-((lejos / 3) ** 2) / 2)


def publicadas(
    verdad: Curva, cuantas: int, *, semilla: int = 1, ruido: float = 0.6, horas: tuple[int, int] = (7, 23)
) -> list[Publicada]:
    """En un año, a cualquier hora del día entre `horas`; ruido: desviación del logaritmo, de colas pesadas."""
    azar = np.random.default_rng(semilla)
    salen = []
    for dia, hora, minuto in zip(
        np.sort(azar.integers(0, 364, cuantas)),
        azar.integers(*horas, cuantas),
        azar.integers(0, 60, cuantas),
        strict=True,
    ):
        local = LUNES + timedelta(days=int(dia), hours=int(hora), minutes=int(minuto))
        esperado = 4 + verdad[local.weekday() * 24 + local.hour] + ruido / np.sqrt(2) * azar.standard_t(4)
        salen.append(
            Publicada(
                local=local,
                valor=float(np.round(np.expm1(max(esperado, 0)))),
                tipo=str(azar.choice(["foto", "video", "texto"])),
                largo=int(azar.integers(20, 300)),
                hashtag=bool(azar.random() < 0.5),
            )
        )
    return salen
