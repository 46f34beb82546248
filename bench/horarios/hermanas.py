"""Lo que añade saber de otra cuenta de la misma gente, en cuentas públicas y con su futuro.

python -m bench.horarios.hermanas --datos CARPETA [60 180 720] [--corte .6] [--semillas 4] [--json]

Sólo las cuentas cuyo CSV diga su `organizacion` y tengan otra en ella. La hermana se mira hasta el mismo instante; el
mapa es el del motor, con y sin ella. Son pocas: fíjese en el intervalo de la diferencia.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from bench.horarios.carpeta import DE_DONDE, leer_carpeta
from bench.horarios.cuentas import intervalo
from bench.horarios.pasado import PASADO, Caso, casos, limpiar, tercio
from motor.horarios.modelo import Historial, aprender

TALLAS = (60, 180, 720)
MINIMO = 60

Lifts = tuple[float, float, float]


def principal(
    tallas: Annotated[list[int] | None, typer.Argument(help="Cuántas publicaciones del pasado.")] = None,
    datos: Annotated[Path | None, typer.Option(help="Carpeta con los CSV.")] = None,
    corte: Annotated[float, typer.Option(help="Dónde acaba el pasado.")] = 0.6,
    semillas: Annotated[int, typer.Option(help="Cuántas.")] = 4,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON.")] = False,
) -> None:
    """Medir lo que ayuda una cuenta hermana. Código 2 si no hay datos."""
    if datos is None:
        print(DE_DONDE, file=sys.stderr)
        raise typer.Exit(2)
    cuentas = {nombre: limpiar(h) for nombre, h in leer_carpeta(datos).items()}
    suyos = casos(cuentas, tallas=tallas or TALLAS, corte=corte, semillas=range(semillas))
    medidas: dict[int, dict[str, list[tuple[float, float]]]] = {}
    for caso in suyos:
        if hermanas := hermanas_de(caso, cuentas):
            medidas.setdefault(caso.cuantas, {}).setdefault(caso.cuenta, []).append(_con_y_sin(caso, hermanas))
    if not medidas:
        print("Ninguna cuenta tiene otra de su misma organización: falta la columna «organizacion».", file=sys.stderr)
        raise typer.Exit(2)
    todo = {n: (len(m), *resumir(list(m.values()))) for n, m in medidas.items()}
    print(json.dumps(todo)) if en_json else _ensenar(todo)


def hermanas_de(caso: Caso, cuentas: Mapping[str, Historial]) -> dict[str, Historial]:
    """El último año de las otras cuentas de su organización, hasta donde llega su pasado."""
    suya = caso.historial.organizacion
    hasta_ahi = {
        nombre: replace(h, publicadas=[p for p in h.publicadas if caso.desde - PASADO < p.local < caso.desde])
        for nombre, h in cuentas.items()
        if suya and h.organizacion == suya and nombre != caso.cuenta
    }
    return {nombre: h for nombre, h in hasta_ahi.items() if len(h.publicadas) >= MINIMO}


def _con_y_sin(caso: Caso, hermanas: Mapping[str, Historial]) -> tuple[float, float]:
    con = aprender({caso.clave: caso.historial, **hermanas}, de=[caso.clave])
    sin = aprender({caso.clave: replace(caso.historial, organizacion="")})
    con_t33, sin_t33 = (
        tercio(np.array(mapas[caso.clave].ganancia)[caso.ranura], caso.resultado) for mapas in (con, sin)
    )
    return con_t33, sin_t33


def resumir(por_cuenta: Sequence[Sequence[tuple[float, float]]]) -> tuple[Lifts, Lifts, Lifts]:
    """Sin hermana, con ella, y la diferencia: media e intervalo del 95 %, en por ciento."""
    medias = np.array([np.mean(semillas, axis=0) for semillas in por_cuenta])
    con, sin = medias[:, 0], medias[:, 1]
    return intervalo(sin), intervalo(con), intervalo(con - sin)


def _ensenar(todo: Mapping[int, tuple[int, Lifts, Lifts, Lifts]]) -> None:
    tabla = Table("n", "cuentas", "t33 sin hermana (%)", "con ella", "añade (95 %)")
    for n, (cuentas, *lifts) in todo.items():
        tabla.add_row(str(n), str(cuentas), *(f"{c:+.1f} ({a:+.1f} a {b:+.1f})" for c, a, b in lifts))
    (Console() if sys.stdout.isatty() else Console(width=120)).print(tabla)


if __name__ == "__main__":
    typer.run(principal)
