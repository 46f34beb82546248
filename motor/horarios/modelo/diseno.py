"""De las publicaciones de un perfil, las columnas con que se aprende: la hora, y lo que hay que descontar. Puro."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from motor.horarios.espaciado import espaciado
from motor.horarios.modelo.priori import Vector
from motor.horarios.publicada import Publicada

MARCAS = ("url", "hashtag", "mencion", "pregunta", "pagado")
ESPACIADO = 1
"""En qué columna va el espaciado."""
ONDAS = 6
TIPOS = 6
VIDA = timedelta(days=400)
"""Lo que enseña una publicación se divide entre e por cada vida: los hábitos de la gente cambian."""
_ORIGEN = datetime(2000, 1, 1)  # noqa: DTZ001 # horas locales, sin zona


@dataclass(frozen=True, slots=True, kw_only=True)
class Diseno:
    """x: (n, 1 + controles), la primera la hora de la semana. y: (n,), log(1 + respuesta). pesos: (n,)."""

    x: Vector
    y: Vector
    pesos: Vector


def disenar(publicadas: Sequence[Publicada]) -> Diseno:
    """Al menos una. El orden en que vienen no importa."""
    enfila = sorted(publicadas, key=lambda p: (p.local, p.valor))
    dias = np.array([(p.local - _ORIGEN) / timedelta(days=1) for p in enfila])
    largo = np.log1p([p.largo for p in enfila])
    columnas = [
        np.array([p.ranura for p in enfila], dtype=float),
        espaciado(24 * np.diff(dias, prepend=dias[0] - 2)),
        largo,
        largo**2,
        *_ondas(dias),
        *(np.array([p.tipo == tipo for p in enfila], dtype=float) for tipo in _tipos(enfila)),
        *(np.array([getattr(p, marca) for p in enfila], dtype=float) for marca in MARCAS),
        np.array([p.festivo for p in enfila], dtype=float),
    ]
    return Diseno(
        x=np.column_stack(columnas),
        y=np.log1p([p.valor for p in enfila]),
        pesos=np.array([p.peso for p in enfila]) * np.exp((dias - dias[-1]) / VIDA.days),
    )


def _ondas(dias: Vector) -> list[Vector]:
    """La tendencia del perfil: cosenos, de uno a tres periodos en todo lo que abarca."""
    tramo = (dias - dias[0]) / max(float(np.ptp(dias)), 1.0)
    return [np.cos(np.pi * k * tramo) for k in range(1, ONDAS + 1)]


def _tipos(enfila: Sequence[Publicada]) -> list[str]:
    cuenta = Counter(p.tipo for p in enfila)
    return sorted(cuenta, key=lambda tipo: (-cuenta[tipo], tipo))[:TIPOS]
