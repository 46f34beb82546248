"""Las medidas de una gráfica de barras con su línea de lo normal, para `grafica.html`. Puro.

Todo va en unidades del dibujo (un `viewBox`): la hoja la estira al ancho que haya.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from motor.avisos.grafica.normal import Punto

PASO = 10.0
GROSOR = 8.0
ALTO = 72.0
BASE = 2.0


@dataclass(frozen=True, slots=True)
class Barra:
    """alza: si está dentro del alza. sin_dato: esa hora no se pudo oír."""

    inicio: datetime
    x: float
    y: float
    alto: float
    visto: int
    alza: bool = False
    sin_dato: bool = False


@dataclass(frozen=True, slots=True)
class Grafica:
    """normal: los puntos de la línea, por tramos (donde no se sabe, no hay línea)."""

    ancho: float
    alto: float
    grosor: float
    barras: tuple[Barra, ...]
    normal: tuple[str, ...]
    mayor: int

    @property
    def desde(self) -> datetime:
        return self.barras[0].inicio

    @property
    def hasta(self) -> datetime:
        return self.barras[-1].inicio + timedelta(hours=1)


def graficar(puntos: Sequence[Punto], *, alza_desde: datetime, alza_hasta: datetime) -> Grafica | None:
    """None si no hay nada que dibujar."""
    if not any(p.visto for p in puntos):
        return None
    mayor = max(max(float(p.visto or 0), p.normal or 0.0) for p in puntos)
    barras = tuple(
        _barra(n, p, mayor=mayor, alza=p.inicio + timedelta(hours=1) > alza_desde and p.inicio <= alza_hasta)
        for n, p in enumerate(puntos)
    )
    return Grafica(
        ancho=round(len(puntos) * PASO, 1),
        alto=ALTO + BASE,
        grosor=GROSOR,
        barras=barras,
        normal=_linea(puntos, mayor),
        mayor=max(p.visto or 0 for p in puntos),
    )


def _barra(n: int, punto: Punto, *, mayor: float, alza: bool) -> Barra:
    x = round(n * PASO + (PASO - GROSOR) / 2, 1)
    if punto.visto is None:
        return Barra(punto.inicio, x, ALTO - 4, 4, 0, sin_dato=True)
    alto = round(max(ALTO * punto.visto / mayor, 1.0 if punto.visto else 0.0), 1)
    return Barra(punto.inicio, x, round(ALTO - alto, 1), alto, punto.visto, alza=alza)


def _linea(puntos: Sequence[Punto], mayor: float) -> tuple[str, ...]:
    tramos: list[list[str]] = [[]]
    for n, p in enumerate(puntos):
        if p.normal is None:
            tramos.append([])
            continue
        y = round(ALTO - ALTO * p.normal / mayor, 1)
        tramos[-1] += [f"{n * PASO:g},{y:g}", f"{(n + 1) * PASO:g},{y:g}"]
    return tuple(" ".join(t) for t in tramos if t)
