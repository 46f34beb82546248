"""Con el pasado de cuentas públicas, ¿acierta las horas en que después les fue mejor?

python -m bench.horarios.cuentas --datos CARPETA [0 60 180 720] [--corte .6] [--semillas 2] [--metodos …] [--json]

De cada cuenta se toma un instante (el de su publicación al 60 %). Pasado: n publicaciones al azar del año anterior (0:
ninguna). Futuro: las de los 180 días siguientes (de 80 a 2 500). El resultado de cada una: log(1 + interacciones) menos
la media de sus 40 vecinas en el tiempo y menos lo que explican tipo, largo, marcas y espaciado; recortado a tres
desviaciones y centrado.

t33: el resultado medio del tercio de las publicaciones futuras que cayó en las horas que el método pone primero, sobre
lo que la cuenta hizo de verdad. Intervalo: remuestreo de cuentas. De día: lo mismo entre las de 7 a 22 h.

Lo que un método sepa por otras cuentas se aprende de cuentas distintas de la que se mide (cinco pliegues). La curva que
se entrega con Pregonero se aprendió de 145 cuentas públicas: si las mide a ellas, su renglón lo tiene visto.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.horarios.carpeta import DE_DONDE, leer_carpeta
from bench.horarios.leyes import Curva
from bench.horarios.metodos import METODOS
from bench.horarios.partida import aprender_de
from bench.horarios.pasado import Caso, casos, de_dia, huella_de, limpiar, tercio
from motor.horarios.mapa import Mapa
from motor.horarios.modelo import Historial

PLIEGUES = 5
TALLAS = (0, 60, 180, 720)
MINIMO_DE_HUELLA = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """t33 y t33_de_dia: media, y de dónde a dónde (95 %), en por ciento. gana_a_media: parte de las cuentas."""

    cuentas: int
    t33: tuple[float, float, float]
    t33_de_dia: tuple[float, float, float]
    gana_a_media: float


def principal(
    tallas: Annotated[list[int] | None, typer.Argument(help="Cuántas publicaciones del pasado.")] = None,
    datos: Annotated[Path | None, typer.Option(help="Carpeta con los CSV.")] = None,
    corte: Annotated[float, typer.Option(help="Dónde acaba el pasado.")] = 0.6,
    semillas: Annotated[int, typer.Option(help="Cuántas.")] = 2,
    desde: Annotated[int, typer.Option(help="La primera.")] = 0,
    metodos: Annotated[list[str] | None, typer.Option("--metodo", help="Cuál (se repite); todos, si no.")] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON.")] = False,
) -> None:
    """Medir en cuentas públicas, con lo que pasó después. Código 2 si no hay datos."""
    if datos is None:
        print(DE_DONDE, file=sys.stderr)
        raise typer.Exit(2)
    todo = correr(
        datos,
        tallas=tallas or TALLAS,
        metodos=metodos or list(METODOS),
        corte=corte,
        semillas=range(desde, desde + semillas),
    )
    if en_json:
        print(json.dumps({f"{n} {m}": asdict(lift) for (n, m), lift in todo.items()}, ensure_ascii=False))
    else:
        ensenar(todo)


def correr(
    datos: Path,
    *,
    tallas: Sequence[int],
    metodos: Sequence[str],
    corte: float = 0.6,
    semillas: Sequence[int] = (0, 1),
) -> dict[tuple[int, str], Lift]:
    try:
        cuentas = {nombre: limpiar(h) for nombre, h in leer_carpeta(datos).items()}
    except ValueError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
    suyos = list(casos(cuentas, tallas=tallas, corte=corte, semillas=semillas))
    if not suyos:
        raise typer.BadParameter(f"Ninguna de las {len(cuentas)} cuentas tiene pasado y futuro bastantes.")
    return resumir(suyos, medir(cuentas, suyos, metodos))


def medir(
    cuentas: Mapping[str, Historial], suyos: Sequence[Caso], metodos: Sequence[str]
) -> dict[str, dict[str, Mapa]]:
    """Por método, el mapa de cada caso. La media por hora va siempre: es con quien se compara."""
    huellas = {nombre: huella_de(h) for nombre, h in cuentas.items() if len(h.publicadas) > MINIMO_DE_HUELLA}
    pliegue = {c: i % PLIEGUES for i, c in enumerate(np.random.default_rng(0).permutation(sorted(cuentas)))}
    mapas: dict[str, dict[str, Mapa]] = {nombre: {} for nombre in dict.fromkeys(["media por hora", *metodos])}
    for k in range(PLIEGUES):
        partidas = aprender_de([h for nombre, h in huellas.items() if pliegue[nombre] != k])
        tocan = {c.clave: c.historial for c in suyos if pliegue[c.cuenta] == k}
        for nombre, suyas in mapas.items():
            metodo = METODOS[nombre](partidas)
            titulo = f"{nombre}, pliegue {k + 1} de {PLIEGUES}"
            for clave in track(tocan, titulo, console=Console(stderr=True), transient=True):
                suyas |= metodo({clave: tocan[clave]})
    return mapas


def resumir(suyos: Sequence[Caso], mapas: Mapping[str, Mapping[str, Mapa]]) -> dict[tuple[int, str], Lift]:
    todo = {}
    for n in sorted({c.cuantas for c in suyos}):
        de_la_talla = [c for c in suyos if c.cuantas == n]
        base = _por_cuenta(de_la_talla, mapas["media por hora"])[0]
        for nombre, suyas in mapas.items():
            entero, dia = _por_cuenta(de_la_talla, suyas)
            todo[n, nombre] = Lift(
                cuentas=len(entero),
                t33=intervalo(entero),
                t33_de_dia=intervalo(dia[np.isfinite(dia)]),
                gana_a_media=round(100 * float(np.mean(entero > base)), 1),
            )
    return todo


def _por_cuenta(suyos: Sequence[Caso], mapas: Mapping[str, Mapa]) -> tuple[Curva, Curva]:
    """t33 y t33 de día de cada cuenta: la media de sus semillas."""
    cuentas: dict[str, list[tuple[float, float]]] = {}
    for caso in suyos:
        puntos = np.array(mapas[caso.clave].ganancia)[caso.ranura]
        dia, d = caso.resultado[de_dia(caso.ranura)], puntos[de_dia(caso.ranura)]
        de_dia_suyo = tercio(d, dia - dia.mean()) if len(dia) >= 60 else np.nan
        cuentas.setdefault(caso.cuenta, []).append((tercio(puntos, caso.resultado), de_dia_suyo))
    medias = np.array([np.mean(v, axis=0) for v in cuentas.values()])
    return medias[:, 0], medias[:, 1]


def intervalo(valores: Curva) -> tuple[float, float, float]:
    azar = np.random.default_rng(0)
    medias = valores[azar.integers(0, len(valores), (2000, len(valores)))].mean(1)
    centro, menos, mas = (
        round(100 * float(np.expm1(v)), 1) + 0.0 for v in (valores.mean(), *np.quantile(medias, (0.025, 0.975)))
    )
    return centro, menos, mas


def ensenar(todo: Mapping[tuple[int, str], Lift]) -> None:
    tabla = Table("n", "método", "cuentas", "t33 (%)", "de día (%)", "gana a la media por hora")
    for (n, nombre), lift in todo.items():
        t33, dia = (f"{c:+.1f} ({a:+.1f} a {b:+.1f})" for c, a, b in (lift.t33, lift.t33_de_dia))
        tabla.add_row(str(n), nombre, str(lift.cuentas), t33, dia, f"{lift.gana_a_media:.0f} %")
    (Console() if sys.stdout.isatty() else Console(width=120)).print(tabla)


if __name__ == "__main__":
    typer.run(principal)
