"""Lo que publicó un perfil, en columnas: lo mismo que ven todos los métodos con que se compara."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bench.horarios.leyes import Curva
from motor.horarios.mapa import SEMANA, Mapa
from motor.horarios.modelo import Historial
from motor.horarios.publicada import Publicada

MARCAS = ("url", "hashtag", "mencion", "pregunta", "pagado")
HORA, DIA = np.arange(SEMANA) % 24, np.arange(SEMANA) // 24
_ORIGEN = datetime(2000, 1, 1)  # noqa: DTZ001 — horas locales sin zona


@dataclass(frozen=True, slots=True, kw_only=True)
class Muestra:
    """y: log(1 + respuesta). ranura: 0 a 167. habito: suma uno.

    contenido: tipo, largo, marcas y espaciado; tendencia: ondas lentas. Columnas centradas y de desviación uno.
    """

    red: str
    y: Curva
    ranura: Curva
    contenido: Curva
    tendencia: Curva
    habito: Curva
    peso: Curva

    @property
    def controles(self) -> Curva:
        return np.hstack([self.tendencia, self.contenido])


def muestra(historial: Historial) -> Muestra:
    publicadas = sorted(historial.publicadas, key=lambda p: p.local)
    ranura = np.array([p.local.weekday() * 24 + p.local.hour for p in publicadas], dtype=int)
    cuenta = np.bincount(ranura, minlength=SEMANA).astype(float)
    return Muestra(
        red=historial.red,
        y=np.log1p([p.valor for p in publicadas]),
        ranura=ranura,
        contenido=_escalar(_contenido(publicadas), len(publicadas)),
        tendencia=_escalar(_tendencia(publicadas), len(publicadas)),
        habito=cuenta / cuenta.sum() if cuenta.sum() else np.full(SEMANA, 1 / SEMANA),
        peso=np.array([p.peso for p in publicadas], dtype=float),
    )


def _contenido(publicadas: Sequence[Publicada]) -> list[Curva]:
    """publicadas: en orden. Tipo, largo, espaciado, marcas y dinero."""
    largo = np.log1p([p.largo for p in publicadas])
    horas = _horas(publicadas)
    entre = np.log(np.clip(np.diff(horas, prepend=horas[:1] - 48), 0.15, 72))
    tipos = [tipo for tipo, _ in Counter(p.tipo for p in publicadas).most_common(6)]
    de_tipo = [np.array([p.tipo == tipo for p in publicadas], dtype=float) for tipo in tipos]
    de_marca = [np.array([getattr(p, marca) for p in publicadas], dtype=float) for marca in MARCAS]
    return [largo, largo**2, entre, *de_tipo, *de_marca]


def _tendencia(publicadas: Sequence[Publicada]) -> list[Curva]:
    horas = _horas(publicadas)
    t = (horas - horas[:1]) / max(float(np.ptp(horas)) if len(horas) else 0, 1)
    return [np.cos(np.pi * k * t) for k in range(1, 7)]


def _horas(publicadas: Sequence[Publicada]) -> Curva:
    return np.array([(p.local - _ORIGEN).total_seconds() / 3600 for p in publicadas])


def _escalar(columnas: Sequence[Curva], n: int) -> Curva:
    """Centradas y de desviación uno, sin las que no cambian."""
    x = np.column_stack(columnas) if n else np.zeros((0, 1))
    x = x - (x.mean(0) if n else 0)
    x = x[:, x.std(0) > 1e-6] if n else x[:, :0]
    escalada: Curva = x / x.std(0) if n else x
    return escalada


def mapa(puntos: Curva, de: Muestra, *, error: Curva | None = None) -> Mapa:
    """De una curva en logaritmos al mapa sobre el hábito. error: su desviación típica; None: no la da."""
    curva = puntos - de.habito @ puntos
    ancho = np.full(SEMANA, np.nan) if error is None else 1.645 * error
    ganancia, inferior, superior = (
        tuple(100 * np.expm1(np.clip(v, -6, 6))) for v in (curva, curva - ancho, curva + ancho)
    )
    return Mapa(
        ganancia=ganancia,
        inferior=inferior,
        superior=superior,
        publicaciones=len(de.y),
        curva=de.red,
        espaciado=0.0,
    )
