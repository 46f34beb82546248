"""Partir la vida de una cuenta en su pasado y su futuro, y decir cómo le fue de verdad a cada publicación de éste."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from bench.horarios.leyes import Curva
from bench.horarios.muestra import muestra
from bench.horarios.partida import Huella, huella
from motor.horarios.mapa import SEMANA
from motor.horarios.modelo import Historial
from motor.horarios.publicada import Publicada

JOVENES = timedelta(days=3)
PEGADAS = timedelta(minutes=10)
PASADO, FUTURO = timedelta(days=365), timedelta(days=180)
MENOS, MAS = 80, 2500
VECINAS = 20
"""De cada lado: su media es lo que se esperaba entonces, a cualquier hora."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caso:
    """clave: cuenta, tamaño y semilla. desde: cuándo empieza el futuro.

    ranura, resultado: la hora de la semana y cómo le fue a cada publicación posterior.
    """

    clave: str
    cuenta: str
    cuantas: int
    desde: datetime
    historial: Historial
    ranura: Curva
    resultado: Curva


def limpiar(historial: Historial) -> Historial:
    """Sin las últimas (todavía crecían) ni las pegadas a la anterior (son una misma, partida)."""
    suyas = sorted(historial.publicadas, key=lambda p: p.local)
    sirven = [
        p
        for i, p in enumerate(suyas)
        if p.local <= suyas[-1].local - JOVENES and (i == 0 or p.local - suyas[i - 1].local >= PEGADAS)
    ]
    return replace(historial, publicadas=sirven)


def casos(
    cuentas: Mapping[str, Historial], *, tallas: Sequence[int], corte: float, semillas: Sequence[int]
) -> Iterator[Caso]:
    """De cada cuenta, con pasado y futuro bastantes, un caso por tamaño y semilla. cuentas: ya limpias."""
    for cuenta, historial in cuentas.items():
        todas = list(historial.publicadas)
        if not (antes := int(len(todas) * corte)) or antes >= len(todas):
            continue
        cuando = todas[antes].local
        pasado = [p for p in todas[:antes] if p.local > cuando - PASADO]
        hasta = min(sum(p.local <= cuando + FUTURO for p in todas), antes + MAS)
        if hasta - antes < MENOS or len(pasado) < min(tallas):
            continue
        y = residuos(historial)[antes:hasta]
        futuro = replace(historial, publicadas=todas[antes:hasta])
        ranura, resultado = muestra(futuro).ranura, sin_contenido(futuro, y)
        for n in tallas:
            for semilla in semillas if len(pasado) >= n else ():
                yield Caso(
                    clave=f"{cuenta} {n} {semilla}",
                    cuenta=cuenta,
                    cuantas=n,
                    desde=cuando,
                    historial=replace(historial, publicadas=_algunas(pasado, n, semilla)),
                    ranura=ranura,
                    resultado=resultado,
                )


def _algunas(pasado: Sequence[Publicada], n: int, semilla: int) -> list[Publicada]:
    elegidas = np.random.default_rng([semilla, n]).choice(len(pasado), n, replace=False)
    return [pasado[i] for i in sorted(elegidas)]


def residuos(historial: Historial) -> Curva:
    """log(1 + interacciones) menos la media de sus vecinas en el tiempo."""
    y = muestra(historial).y
    sumas, orden = np.r_[0, np.cumsum(y)], np.arange(len(y))
    desde, hasta = np.maximum(0, orden - VECINAS), np.minimum(len(y), orden + VECINAS + 1)
    resto: Curva = y - (sumas[hasta] - sumas[desde] - y) / np.maximum(hasta - desde - 1, 1)
    return resto


def sin_contenido(historial: Historial, resto: Curva) -> Curva:
    """Quitado lo que explican tipo, largo, marcas y espaciado, a igual hora; sin extremos y centrado."""
    m = muestra(historial)
    centro = np.median(resto)
    tope = 3 * (1.4826 * np.median(np.abs(resto - centro)) + 1e-6)
    resto = np.clip(resto - centro, -tope, tope)
    horas = np.zeros((len(resto), 31))
    horas[np.arange(len(resto)), m.ranura % 24] = 1
    horas[np.arange(len(resto)), 24 + m.ranura // 24] = 1
    x = np.hstack([m.contenido, horas])
    castigo = np.diag(np.r_[np.full(m.contenido.shape[1], 3.0), np.ones(31)])
    explica = np.linalg.solve(x.T @ x + castigo, x.T @ resto)[: m.contenido.shape[1]]
    limpio = resto - m.contenido @ explica
    centrado: Curva = limpio - limpio.mean()
    return centrado


def huella_de(historial: Historial) -> Huella:
    """De toda la vida de una cuenta, lo que hace falta para aprender una curva de partida."""
    ranura = muestra(historial).ranura
    return huella(historial.red, ranura=ranura, residuo=sin_contenido(historial, residuos(historial)))


def tercio(puntos: Curva, resultado: Curva, *, parte: float = 1 / 3) -> float:
    """Media del resultado en la parte de las publicaciones que cayó en las mejores horas; los empates se reparten.

    puntos: de cada publicación, los de su hora.
    """
    orden = np.argsort(-puntos, kind="stable")
    grupo = np.unique(-puntos[orden], return_inverse=True)[1].ravel()
    cuantas = np.bincount(grupo)
    empiezan = np.r_[0, np.cumsum(cuantas)[:-1]]
    peso = np.clip((parte * len(puntos) - empiezan) / cuantas, 0, 1)[grupo]
    return float(peso @ resultado[orden] / peso.sum())


def de_dia(ranura: Curva) -> Curva:
    """Cuáles salieron de 7 a 22 h."""
    hora = np.arange(SEMANA) % 24
    dia: Curva = np.asarray((hora >= 7) & (hora <= 22))[ranura]
    return dia
