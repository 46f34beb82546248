"""Lo que publicó un perfil, en columnas: lo mismo que ven todos los métodos con que se compara."""

from dataclasses import dataclass

import numpy as np

from bench.horarios.leyes import Curva
from motor.horarios.mapa import SEMANA, Mapa
from motor.horarios.modelo import Historial

HORA, DIA = np.arange(SEMANA) % 24, np.arange(SEMANA) // 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Muestra:
    """y: log(1 + respuesta). ranura: 0 a 167. controles: columnas centradas y de desviación uno. habito: suma uno."""

    red: str
    y: Curva
    ranura: Curva
    controles: Curva
    habito: Curva
    peso: Curva


def muestra(historial: Historial) -> Muestra:
    publicadas = sorted(historial.publicadas, key=lambda p: p.local)
    ranura = np.array([p.local.weekday() * 24 + p.local.hour for p in publicadas], dtype=int)
    cuenta = np.bincount(ranura, minlength=SEMANA).astype(float)
    return Muestra(
        red=historial.red,
        y=np.log1p([p.valor for p in publicadas]),
        ranura=ranura,
        controles=_controles(historial),
        habito=cuenta / cuenta.sum() if cuenta.sum() else np.full(SEMANA, 1 / SEMANA),
        peso=np.array([p.peso for p in publicadas], dtype=float),
    )


def _controles(historial: Historial) -> Curva:
    """Tendencia, tipo, largo, marcas, dinero y espaciado."""
    publicadas = sorted(historial.publicadas, key=lambda p: p.local)
    n = len(publicadas)
    if not n:
        return np.zeros((0, 0))
    tipos = sorted({p.tipo for p in publicadas})
    largo = np.log1p([p.largo for p in publicadas])
    horas = np.array([p.local.timestamp() for p in publicadas]) / 3600
    entre = np.log(np.clip(np.diff(horas, prepend=horas[0] - 48), 0.15, 72))
    t = (horas - horas[0]) / max(horas[-1] - horas[0], 1)
    columnas = [t, t**2, t**3, np.sin(2 * np.pi * t), np.cos(2 * np.pi * t), largo, largo**2, entre]
    columnas += [np.array([p.tipo == tipo for p in publicadas], dtype=float) for tipo in tipos]
    marcas = ("url", "hashtag", "mencion", "pregunta", "pagado")
    columnas += [np.array([getattr(p, marca) for p in publicadas], dtype=float) for marca in marcas]
    x = np.column_stack(columnas)
    x = x - x.mean(0)
    x = x[:, x.std(0) > 1e-6]
    escalada: Curva = x / x.std(0)
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
