"""El modelo de las horas: de lo que un perfil ha publicado, el mapa de lo que vale cada hora de su semana. Puro."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from motor.horarios.mapa import SEMANA, Mapa
from motor.horarios.publicada import Publicada

_CURVAS = {"facebook": "fb", "instagram": "ig", "x": "tw"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Historial:
    """Lo que un perfil ha publicado. organizacion: los de una misma se ayudan; vacía: aprende solo."""

    red: str
    publicadas: Sequence[Publicada]
    organizacion: str = ""


def aprender(
    historiales: Mapping[str, Historial],
    *,
    de: Collection[str] | None = None,
    avance: Callable[[str], None] = lambda _perfil: None,
) -> dict[str, Mapa]:
    """El mapa de cada perfil (sólo los nombrados en `de`, si se dice). Determinista."""
    with np.load(Path(__file__).with_name("curvas.npz")) as curvas:
        medias = {red: curvas[f"{clave}_m"] for red, clave in _CURVAS.items()}
    mapas = {}
    for perfil in sorted(historiales if de is None else de):
        historial = historiales[perfil]
        suma, cuenta = np.zeros(SEMANA), np.zeros(SEMANA)
        for p in historial.publicadas:
            ranura = p.local.weekday() * 24 + p.local.hour
            suma[ranura] += np.log1p(p.valor) * p.peso
            cuenta[ranura] += p.peso
        media = suma.sum() / max(cuenta.sum(), 1)
        partida = medias.get(historial.red, sum(medias.values()) / 3)
        curva = (partida * 25 + suma - media * cuenta) / (25 + cuenta)
        curva = curva - (curva * cuenta).sum() / max(cuenta.sum(), 1)
        ancho = 1.645 * 0.9 / np.sqrt(25 + cuenta)
        mapas[perfil] = Mapa(
            ganancia=tuple(100 * np.expm1(curva)),
            inferior=tuple(100 * np.expm1(curva - ancho)),
            superior=tuple(100 * np.expm1(curva + ancho)),
            publicaciones=len(historial.publicadas),
            curva=historial.red if historial.red in medias else "general",
            espaciado=0.05,
        )
        avance(perfil)
    return mapas
