"""Los picos por hora con otras leyes de ruido, otras semillas y un solo umbral.

python -m bench.ruidos GENERADOR.py [--semillas 1000-1049] [--leyes gamma,hawkes,…]

GENERADOR.py tiene `monitor(semilla)`, `DIAS`, `CALENTAMIENTO` y un solo azar, `np.random.default_rng(semilla)`, con el
que primero saca el ruido (`gamma`) y luego los conteos (`poisson`) de todas las horas. Aquí se le cambia ese azar por
uno que da otro ruido u otros conteos; pueblo, picos y lagunas quedan como estaban.

Por cada ley: falsas por monitor y mes (todas, y por menciones por hora: <.3, .3-2, 2-6, >6), parte hallada de los picos
de ×2, ×4 y ×8, y horas hasta el aviso de los de ×4 y ×8. Con 150 monitores, un tamaño de pico tiene unos 270: su parte
hallada baila un punto y medio.
"""

import importlib.util
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from motor.escucha.picos import PRESUPUESTO, nuevo, observar

HORA_S, HORAS_AL_MES = 3600, 24 * 30.44
CLASES = (0.3, 2.0, 6.0)
TALLAS = (2, 4, 8)

Fila = np.ndarray[Any, Any]
Ruido = Callable[[np.random.Generator, int], Fila]
Conteo = Callable[[np.random.Generator, Fila], Fila]


def lognormal(azar: np.random.Generator, n: int) -> Fila:
    sigma = azar.uniform(0.3, 0.9)
    return azar.lognormal(-(sigma**2) / 2, sigma, n)


def gamma_pesada(azar: np.random.Generator, n: int) -> Fila:
    forma = np.exp(azar.uniform(np.log(0.4), np.log(2.0)))
    return azar.gamma(forma, 1 / forma, n)


def student(azar: np.random.Generator, n: int) -> Fila:
    x: Fila = np.exp(azar.uniform(0.3, 0.7) * azar.standard_t(4, n).clip(-8, 8))
    x /= x.mean()
    return x


def sin_ruido(_: np.random.Generator, n: int) -> Fila:
    return np.ones(n)


def inflado_de_ceros(azar: np.random.Generator, tasa: Fila) -> Fila:
    return azar.poisson(tasa) * (azar.random(len(tasa)) > azar.uniform(0.05, 0.3))


def hawkes(azar: np.random.Generator, tasa: Fila) -> Fila:
    """Cada mención trae otras, en las horas que siguen."""
    hijas = azar.uniform(0.1, 0.4)
    y = azar.poisson(tasa * (1 - hijas))
    for i in range(len(y)):
        for espera in azar.exponential(1.5, azar.poisson(hijas, y[i]).sum()):
            if (j := i + max(1, int(espera))) < len(y):
                y[j] += 1
    return y


def racimos(azar: np.random.Generator, tasa: Fila) -> Fila:
    """De 1.3 a 3 menciones de una vez."""
    largo = azar.uniform(1.3, 3)
    return np.array([azar.geometric(1 / largo, k).sum() for k in azar.poisson(tasa / largo)])


LEYES: dict[str, tuple[Ruido | None, Conteo | None]] = {
    "gamma": (None, None),
    "lognormal": (lognormal, None),
    "gamma pesada": (gamma_pesada, None),
    "ceros": (None, inflado_de_ceros),
    "hawkes": (sin_ruido, hawkes),
    "poisson": (sin_ruido, None),
    "student": (student, None),
    "racimos": (None, racimos),
}


class OtroAzar:
    """El azar del generador, salvo el ruido y los conteos de todas las horas, que son de otra ley."""

    def __init__(self, semilla: int, horas: int, ley: str) -> None:
        self._suyo, self._ajeno = np.random.default_rng(semilla), np.random.default_rng(semilla + 10**6)
        self._horas = horas
        self._ruido, self._conteo = LEYES[ley]

    def __getattr__(self, nombre: str) -> Any:
        return getattr(self._suyo, nombre)

    def gamma(self, forma: float, escala: float, n: int) -> Fila:
        de_antes = self._suyo.gamma(forma, escala, n)
        return de_antes if self._ruido is None else self._ruido(self._ajeno, n)

    def poisson(self, tasa: Any, *mas: Any) -> Any:
        de_antes = self._suyo.poisson(tasa, *mas)
        if self._conteo is None or np.shape(tasa) != (self._horas,):
            return de_antes
        return self._conteo(self._ajeno, tasa)


def principal(
    generador: Annotated[Path, typer.Argument(help="Módulo que inventa los monitores.", exists=True, dir_okay=False)],
    semillas: Annotated[str, typer.Option(help="De cuál a cuál.")] = "1000-1049",
    leyes: Annotated[str, typer.Option(help="Separadas por comas.")] = ",".join(LEYES),
) -> None:
    """Medir falsas, hallazgos y retrasos con cada ley de ruido."""
    modulo = _cargar(generador)
    desde, hasta = map(int, semillas.split("-"))
    tabla = Table("ruido", "falsas", "por clase", "×2 ×4 ×8", "retraso ×4 ×8, h")
    for ley in leyes.split(","):
        medidos = [_medir(modulo, s, ley) for s in track(range(desde, hasta + 1), ley, transient=True)]
        tabla.add_row(ley, *_resumir(medidos))
    Console().print(tabla)


def _cargar(ruta: Path) -> ModuleType:
    especificacion = importlib.util.spec_from_file_location("generador", ruta)
    if especificacion is None or especificacion.loader is None:
        raise typer.BadParameter(f"{ruta} no es un módulo de Python.")
    modulo = importlib.util.module_from_spec(especificacion)
    especificacion.loader.exec_module(modulo)
    return modulo


def _medir(modulo: Any, semilla: int, ley: str) -> tuple[float, float, list[tuple[float, int | None]]]:
    """(nivel, falsas al mes, [(talla, horas hasta el aviso o None)…]) de un monitor."""
    horas, callado = modulo.DIAS * 24, modulo.CALENTAMIENTO * 24
    modulo.np = _Numpy(horas, ley)
    cuando, con_picos, limpia, falta, picos, nivel = modulo.monitor(semilla)
    instantes = cuando.astype("datetime64[s]").astype(datetime)
    falsas = sum(i >= callado for i in _alertas(instantes, limpia, falta)) / (horas - callado) * HORAS_AL_MES
    alertas = _alertas(instantes, con_picos, falta)
    return (
        nivel,
        falsas,
        [(p["talla"], next((a - p["hora"] for a in alertas if 0 <= a - p["hora"] < 24), None)) for p in picos],
    )


class _Numpy:
    """numpy, con otro `random.default_rng`."""

    def __init__(self, horas: int, ley: str) -> None:
        self.random = self
        self.default_rng = lambda semilla: OtroAzar(semilla, horas, ley)

    def __getattr__(self, nombre: str) -> Any:
        return getattr(np, nombre)


def _alertas(instantes: Fila, valores: Fila, falta: Fila) -> list[int]:
    estado = nuevo(HORA_S)
    return [
        i
        for i, (instante, valor) in enumerate(zip(instantes, valores, strict=True))
        if not falta[i] and observar(estado, instante, float(valor), falsas_al_mes=PRESUPUESTO).alerta
    ]


def _resumir(medidos: list[tuple[float, float, list[tuple[float, int | None]]]]) -> tuple[str, str, str, str]:
    clases: list[list[float]] = [[] for _ in range(len(CLASES) + 1)]
    esperas: dict[float, list[int | None]] = {t: [] for t in TALLAS}
    for nivel, falsas, picos in medidos:
        clases[sum(nivel >= corte for corte in CLASES)].append(falsas)
        for talla, espera in picos:
            if talla in esperas:
                esperas[talla].append(espera)
    vistas = {t: [e for e in esperas[t] if e is not None] for t in TALLAS}
    return (
        _media([m[1] for m in medidos]),
        " ".join(map(_media, clases)),
        " ".join(f"{len(vistas[t]) / max(1, len(esperas[t])):.2f}" for t in TALLAS),
        " ".join(_media(vistas[t]) for t in (4, 8)),
    )


def _media(cifras: list[float] | list[int]) -> str:
    return f"{sum(cifras) / len(cifras):.2f}" if cifras else "—"


if __name__ == "__main__":
    typer.run(principal)
