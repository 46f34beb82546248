"""Todos los métodos, en la misma corrida: en mundos cuya verdad se sabe y, con --datos, en cuentas públicas.

python -m bench.horarios [60 180 720 3000] [--mundos 120] [--datos CARPETA] [--metodo pregonero …] [--json]
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bench.horarios import cuentas, verdad
from bench.horarios.carpeta import DE_DONDE
from bench.horarios.metodos import METODOS, SIN_VERLAS, con_lo_de_fabrica


def principal(
    casos: Annotated[list[int] | None, typer.Argument(help="Cuántas publicaciones del pasado.")] = None,
    mundos: Annotated[int, typer.Option(help="Mundos con efecto; sin él, la mitad. 0: no medir en mundos.")] = 120,
    datos: Annotated[Path | None, typer.Option(help="Carpeta con cuentas públicas.")] = None,
    metodos: Annotated[list[str] | None, typer.Option("--metodo", help="Cuál (se repite); todos, si no.")] = None,
    semilla: Annotated[int, typer.Option(help="La del azar.")] = 1,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON.")] = False,
) -> None:
    """Comparar a Pregonero con los demás. Los árboles tardan como todos los otros juntos."""
    if desconocidos := set(metodos or ()) - set(METODOS):
        raise typer.BadParameter(f"No existe «{min(desconocidos)}». Son: {', '.join(METODOS)}.")
    if datos is None:
        print("Sin --datos se mide sólo en mundos de mentira. Para medir en cuentas públicas:\n", file=sys.stderr)
        print(DE_DONDE, file=sys.stderr)
    resultados: dict[str, Any] = {}
    if mundos:
        resultados["mundos"] = en_mundos(
            metodos or [m for m in METODOS if m != SIN_VERLAS], casos or verdad.CASOS, mundos, semilla
        )
    if not en_json and mundos:
        verdad.ensenar(resultados["mundos"])
    if datos is not None:
        lifts = cuentas.correr(datos, tallas=casos or cuentas.TALLAS, metodos=metodos or list(METODOS))
        resultados["cuentas"] = {f"{n} {nombre}": asdict(lift) for (n, nombre), lift in lifts.items()}
        if not en_json:
            cuentas.ensenar(lifts)
    if en_json:
        Console().print_json(json.dumps(resultados, ensure_ascii=False))


def en_mundos(metodos: Sequence[str], casos: Sequence[int], cuantos: int, semilla: int) -> dict[str, dict[str, Any]]:
    todo = {}
    for n in casos:
        for nombre in metodos:
            con, sin = verdad.medir(con_lo_de_fabrica(nombre), n, cuantos=cuantos, semilla=semilla)
            todo[f"{n} {nombre}"] = asdict(verdad.resumir(con, sin))
    return todo


if __name__ == "__main__":
    typer.run(principal)
