"""Un paso del detector de picos contra un paso de HalfSpaceTrees (river), en la misma corrida.

python -m bench.picos [--puntos 20000] [--json]

Un paso es decidir y aprender de un intervalo (`observar`; `score_one` + `learn_one`), sobre la misma serie y en tiempo
de procesador. Se alternan tandas y se toma la mejor de cada uno. Sale con 1 si no es al menos el doble de rápido o si
el estado pasa de 8 KB.
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from motor.escucha.picos import a_bytes, nuevo, observar

MINIMO = 2.0
TOPE_BYTES = 8192
TANDAS = 5
CASOS = ((3600, 0.3), (3600, 3.0), (3600, 20.0), (300, 0.05), (300, 1.0), (300, 50.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Medida:
    paso_s: int
    media: float
    nuestro_us: float
    arboles_us: float
    estado_bytes: int

    @property
    def veces(self) -> float:
        return self.arboles_us / self.nuestro_us

    @property
    def bien(self) -> bool:
        return self.veces >= MINIMO and self.estado_bytes <= TOPE_BYTES


def principal(
    puntos: Annotated[int, typer.Option(help="Intervalos de cada serie.")] = 20_000,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON.")] = False,
) -> None:
    """Medir cuánto cuesta un paso y cuánto ocupa el estado. Código 1 si no se cumple."""
    medidas = [medir(paso_s=paso_s, media=media, puntos=puntos) for paso_s, media in CASOS]
    if en_json:
        print(json.dumps([asdict(m) | {"veces": round(m.veces, 2)} for m in medidas]))
    else:
        _ensenar(medidas)
    if not all(m.bien for m in medidas):
        raise typer.Exit(1)


def medir(*, paso_s: int, media: float, puntos: int) -> Medida:
    azar = random.Random(1)
    valores = [float(_poisson(azar, media * azar.gammavariate(2, 0.5))) for _ in range(puntos)]
    instantes = [datetime(2026, 1, 5) + timedelta(seconds=paso_s * i) for i in range(puntos)]  # noqa: DTZ001 — hora local
    nuestro, arboles = float("inf"), float("inf")
    for _ in range(TANDAS):
        estado = nuevo(paso_s)

        def paso(i: int) -> None:
            observar(estado, instantes[i], valores[i], falsas_al_mes=1.0)  # noqa: B023 — se usa en esta misma vuelta

        nuestro = min(nuestro, _cronometrar(paso, puntos))
        arboles = min(arboles, _cronometrar(_paso_de_arboles(valores), puntos // 4))
    return Medida(paso_s=paso_s, media=media, nuestro_us=nuestro, arboles_us=arboles, estado_bytes=len(a_bytes(estado)))


def _paso_de_arboles(valores: list[float]) -> Callable[[int], None]:
    from river.anomaly import HalfSpaceTrees

    tope = max(valores) or 1.0
    bosque = HalfSpaceTrees(seed=1)  # diez árboles de altura ocho, como viene; pide valores entre cero y uno

    def paso(i: int) -> None:
        x = {"conteo": valores[i] / tope}
        bosque.score_one(x)
        bosque.learn_one(x)

    return paso


def _cronometrar(paso: Callable[[int], None], puntos: int) -> float:
    """Microsegundos de procesador por paso."""
    antes = time.process_time()
    for i in range(puntos):
        paso(i)
    return (time.process_time() - antes) / puntos * 1e6


def _poisson(azar: random.Random, media: float) -> int:
    """Cuántas llegadas caben en una unidad de tiempo."""
    cuenta, tiempo = 0, azar.expovariate(1.0)
    while tiempo < media:
        cuenta += 1
        tiempo += azar.expovariate(1.0)
    return cuenta


def _ensenar(medidas: list[Medida]) -> None:
    tabla = Table("paso", "media", "un paso, µs", "HalfSpaceTrees, µs", "veces", "estado, bytes")
    for m in medidas:
        veces = f"[{'green' if m.bien else 'red'}]{m.veces:.2f}[/]"
        fila = (f"{m.paso_s} s", f"{m.media:g}", f"{m.nuestro_us:.1f}", f"{m.arboles_us:.1f}", veces)
        tabla.add_row(*fila, str(m.estado_bytes))
    Console().print(tabla)


if __name__ == "__main__":
    typer.run(principal)
