"""Las gráficas de un monitor: barras de lo contado sobre la banda de lo normal, con sus alzas señaladas. Puro."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from motor.avisos.grafica.normal import Punto

ALTO = 100.0
PASO = 10.0
GROSOR = 8.0

Tramo = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Barra:
    """clase: «barra», «alza» o «hueco»."""

    x: float
    y: float
    alto: float
    clase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grafica:
    """bandas: los polígonos de lo normal, uno por tramo en que se sabe. alzas: cuántas barras son de un alza."""

    ancho: float
    barras: tuple[Barra, ...]
    bandas: tuple[str, ...]
    mayor: int
    desde: datetime
    hasta: datetime


def graficar(puntos: Sequence[Punto], alzas: Sequence[Tramo], *, cada: timedelta) -> Grafica | None:
    """None si no se ha contado nada que dibujar."""
    if not any(p.visto for p in puntos):
        return None
    mayor = max(max(float(p.visto or 0), p.normal or 0.0) for p in puntos)
    return Grafica(
        ancho=round(len(puntos) * PASO, 1),
        barras=tuple(b for n, p in enumerate(puntos) if (b := _barra(n, p, mayor, alzas=alzas, cada=cada)) is not None),
        bandas=_bandas(puntos, mayor),
        mayor=max(p.visto or 0 for p in puntos),
        desde=puntos[0].inicio,
        hasta=puntos[-1].inicio + cada,
    )


def _barra(n: int, p: Punto, mayor: float, *, alzas: Sequence[Tramo], cada: timedelta) -> Barra | None:
    x = round(n * PASO + (PASO - GROSOR) / 2, 1)
    if p.visto is None:
        return Barra(x, ALTO - 5, 5, "hueco")
    if not p.visto:
        return None
    alto = round(max(ALTO * p.visto / mayor, 1.0), 1)
    en_alza = any(desde < p.inicio + cada and p.inicio < hasta for desde, hasta in alzas)
    return Barra(x, round(ALTO - alto, 1), alto, "alza" if en_alza else "barra")


def _bandas(puntos: Sequence[Punto], mayor: float) -> tuple[str, ...]:
    """De cada tramo seguido en que se sabe lo normal, su escalera y la vuelta por abajo."""
    hechas, tramo = [], list[str]()
    comienzo = 0
    for n, p in enumerate([*puntos, None]):
        if p is None or p.normal is None:
            if tramo:
                hechas.append(" ".join([f"{comienzo * PASO:g},{ALTO:g}", *tramo, f"{n * PASO:g},{ALTO:g}"]))
            tramo, comienzo = [], n + 1
            continue
        y = round(ALTO - ALTO * p.normal / mayor, 1)
        tramo += [f"{n * PASO:g},{y:g}", f"{(n + 1) * PASO:g},{y:g}"]
    return tuple(hechas)


def chispa(cuentas: Sequence[int]) -> tuple[tuple[int, float, float], ...]:
    """(x, y, alto) de cada barra de una gráfica diminuta, en un cuadro de 6 por barra y 20 de alto."""
    mayor = max(cuentas, default=0) or 1
    return tuple((6 * n, round(20 - 20 * c / mayor, 1), round(20 * c / mayor, 1)) for n, c in enumerate(cuentas) if c)
