"""Las leyes de la verdad: de qué forma puede depender la respuesta de la hora de la semana.

Cada ley da una curva de 168 logaritmos centrada. Sólo dos salen de las cuentas públicas; las demás no se parecen a
ninguna curva de partida, para que nadie acierte por haberse puesto él mismo el examen.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

Curva = np.ndarray[Any, Any]
Azar = np.random.Generator

REDES = ("facebook", "instagram", "x")
DESVIACION = 0.18
"""Entre las horas de la semana de una cuenta pública, en logaritmo; el ruido entre publicaciones es 0.89."""

_HORA, _DIA = np.arange(168) % 24, np.arange(168) // 24


def publica(azar: Azar, red: str) -> Curva:
    """Como las de las cuentas públicas: la media de su red y los modos en que unas difieren de otras."""
    media, factores = curva_publica(red)
    curva: Curva = media + factores @ azar.standard_normal(factores.shape[1])
    return curva


def desviada(azar: Azar, red: str) -> Curva:
    """La media de su red y una desviación suave propia."""
    return curva_publica(red)[0] * azar.uniform(0.5, 1.5) + 0.14 * _suave(azar)


def suave(azar: Azar, red: str) -> Curva:
    """Sin nada de la curva pública."""
    del red
    return _suave(azar)


def dos_picos(azar: Azar, red: str) -> Curva:
    """Dos buenas horas al día, a las que sea; en fin de semana valen otra cosa."""
    del red
    centros, anchos = azar.uniform(0, 24, 2), azar.uniform(1, 3, 2)
    lejos = np.abs((_HORA[:, None] - centros + 12) % 24 - 12)
    diaria = np.exp(-((lejos / anchos) ** 2) / 2) @ azar.uniform(0.4, 1, 2)
    return diaria * np.where(_DIA >= 5, azar.uniform(0.2, 1.5), 1.0)


def al_reves(azar: Azar, red: str) -> Curva:
    """Lo bueno entre semana es lo malo del sábado y el domingo."""
    del red
    fase = azar.uniform(0, 24)
    diaria = np.cos(2 * np.pi * (_HORA - fase) / 24) + 0.5 * np.cos(4 * np.pi * (_HORA - azar.uniform(0, 12)) / 24)
    return np.where(_DIA >= 5, -1.0, 1.0) * diaria


def escalones(azar: Azar, red: str) -> Curva:
    """Bloques de horas con orillas bruscas: madrugada, mañana, tarde, noche; entre semana, sábado y domingo."""
    del red
    orillas = np.sort(azar.choice(np.arange(4, 24), 4, replace=False))
    bloque = np.searchsorted(orillas, _HORA, side="right")
    return azar.standard_normal((3, 5))[np.clip(_DIA - 4, 0, 2), bloque]


def plana(azar: Azar, red: str) -> Curva:
    """La hora no cambia nada."""
    del azar, red
    return np.zeros(168)


LEYES: dict[str, Callable[[Azar, str], Curva]] = {
    "pública": publica,
    "desviada": desviada,
    "suave": suave,
    "dos picos": dos_picos,
    "al revés": al_reves,
    "escalones": escalones,
}

TURNO = ("pública", "desviada", "suave", "dos picos", "pública", "desviada", "al revés", "escalones")
"""En qué orden se turnan: la mitad se parece a las cuentas públicas."""


def verdad(azar: Azar, *, ley: str, red: str) -> Curva:
    """Una curva de esa ley, con la desviación entre horas que tienen las de verdad: unas más y otras menos."""
    if ley == "plana":
        return plana(azar, red)
    curva = LEYES[ley](azar, red)
    curva = curva - curva.mean()
    a_escala: Curva = curva / curva.std() * DESVIACION * np.exp(0.3 * azar.standard_normal())
    return a_escala


def _suave(azar: Azar) -> Curva:
    curva: Curva = _raiz() @ azar.standard_normal(168)
    return curva


@cache
def _raiz() -> Curva:
    """Raíz de la covarianza de un proceso gaussiano periódico: lo de cada hora del día más lo de cada día y hora."""
    horas = np.arange(168)
    entre = horas[:, None] - horas
    diaria = np.exp(-2 * np.sin(np.pi * entre / 24) ** 2 / 0.7**2)
    semanal = np.exp(-2 * np.sin(np.pi * entre / 168) ** 2 / 0.25**2)
    raiz: Curva = np.linalg.cholesky(0.5 * diaria + 0.2 * semanal + 0.3 * diaria * semanal + 1e-8 * np.eye(168))
    return raiz


@cache
def curva_publica(red: str) -> tuple[Curva, Curva]:
    with np.load(Path(__file__).with_name("curvas.npz")) as datos:
        return datos[f"{red}_media"].astype(float), datos[f"{red}_factores"].astype(float)
