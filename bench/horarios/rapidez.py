"""Lo que cuesta aprender las horas, junto a BayesianRidge sobre ondas de las mismas publicaciones, en la misma corrida.

python -m bench.horarios.rapidez [--publicaciones 720] [--perfiles 500] [--tandas 30] [--json]

De Pregonero se mide todo: desde la lista de publicaciones hasta las 168 horas en orden. De BayesianRidge, lo mismo y,
aparte, sólo ajustar y predecir con las columnas ya hechas: contra esto es la meta. En un solo hilo y tiempo de
procesador, alternándolos; la razón es la mediana de las de cada tanda. Sale con 1 si pasa de cinco, o si un estado
entero (quinientos perfiles, de cinco en cinco por organización) tarda un minuto.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # la trae scikit-learn

from bench.horarios.metodos import fourier_bayesiano, ondas
from bench.horarios.muestra import muestra
from bench.horarios.mundo import mundos
from motor.horarios.mapa import SEMANA, Mapa
from motor.horarios.modelo import Historial, aprender

VECES, SEGUNDOS = 5.0, 60.0
POR_ORGANIZACION = 5
_PESAR = "import psutil; {}; p = psutil.Process().memory_info().rss; import sys; print(p, 'sklearn' in sys.modules)"
_NADA, _MODELO, _ORDEN = "import numpy, zoneinfo", "import motor.horarios.modelo", "import motor.__main__"

Fila = tuple[str, str, bool]


def principal(
    publicaciones: Annotated[int, typer.Option(help="De cada perfil.")] = 720,
    perfiles: Annotated[int, typer.Option(help="Los de un estado.")] = 500,
    tandas: Annotated[int, typer.Option(help="Cuántas veces uno y otro.")] = 30,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON.")] = False,
) -> None:
    """Medir cuánto tarda y cuánto pesa. Código 1 si no llega a su meta."""
    with threadpool_limits(1):
        filas = [*comparar(publicaciones, tandas), un_estado(publicaciones, perfiles), *memoria()]
    if en_json:
        hechas: list[dict[str, Any]] = [{"que": q, "cuanto": c, "bien": b} for q, c, b in filas]
        print(json.dumps(hechas, ensure_ascii=False))
    else:
        tabla = Table("medida", "valor", title="Aprender las horas", title_justify="left")
        for que, cuanto, bien in filas:
            tabla.add_row(que, cuanto, style="" if bien else "bold red")
        (Console() if sys.stdout.isatty() else Console(width=120)).print(tabla)
    if not all(bien for *_, bien in filas):
        raise typer.Exit(1)


def comparar(publicaciones: int, tandas: int) -> list[Fila]:
    medidas = [_una_tanda(h) for h in _historiales(publicaciones, tandas + 3)][3:]  # las primeras pagan lo que se carga
    nuestro, entero, ajuste = (statistics.median(m) for m in zip(*medidas, strict=True))
    razon, del_ajuste = (statistics.median(m[0] / m[i] for m in medidas) for i in (1, 2))
    return [
        (f"un perfil de {publicaciones}, Pregonero", f"{nuestro:.1f} ms", True),
        ("BayesianRidge, con sus columnas", f"{entero:.1f} ms: {razon:.2f} veces", True),
        ("BayesianRidge, sólo ajustar y predecir", f"{ajuste:.1f} ms: {del_ajuste:.2f} veces", del_ajuste <= VECES),
    ]


def _una_tanda(historial: Historial) -> tuple[float, float, float]:
    """Milisegundos de Pregonero, de BayesianRidge entero, y de BayesianRidge con las columnas ya hechas."""
    from sklearn.linear_model import BayesianRidge

    nuestro = _ms(lambda: _ordenar(aprender({"p": historial})))
    entero = _ms(lambda: _ordenar(fourier_bayesiano({"p": historial})))
    m = muestra(historial)
    x, medio = np.hstack([ondas(m.ranura), m.controles]), np.zeros((SEMANA, m.controles.shape[1]))
    todas = np.hstack([ondas(np.arange(SEMANA)), medio])
    ajuste = _ms(lambda: np.argsort(BayesianRidge().fit(x, m.y).predict(todas, return_std=True)[0]))
    return nuestro, entero, ajuste


def un_estado(publicaciones: int, perfiles: int) -> Fila:
    suyos = {
        f"perfil {i:03d}": replace(h, organizacion=f"municipio {i // POR_ORGANIZACION}")
        for i, h in enumerate(_historiales(publicaciones, perfiles))
    }
    s = _ms(lambda: aprender(suyos)) / 1000
    return f"{perfiles} perfiles de {publicaciones}", f"{s:.1f} s", s < SEGUNDOS


def memoria() -> list[Fila]:
    """Lo que pesa tenerlo importado. Quien arranca el demonio o una orden no debe cargar scikit-learn."""
    nada, _ = _pesar(_NADA)
    modelo, con_modelo = _pesar(f"{_NADA}; {_MODELO}")
    orden, con_orden = _pesar(_ORDEN)
    return [
        ("importar el modelo añade a numpy", f"{modelo - nada:.1f} MB", not con_modelo),
        ("importar la orden entera", f"{orden:.0f} MB", not con_orden),
        ("¿alguno de los dos carga scikit-learn?", "sí" if con_modelo or con_orden else "no", True),
    ]


def _historiales(publicaciones: int, cuantos: int) -> list[Historial]:
    return [m.historial(publicaciones) for m in mundos(cuantos, semilla=7)]


def _ordenar(mapas: dict[str, Mapa]) -> object:
    return [np.argsort(m.ganancia)[::-1] for m in mapas.values()]


def _ms(hacer: Callable[[], object]) -> float:
    antes = time.process_time()
    hacer()
    return (time.process_time() - antes) * 1000


def _pesar(codigo: str) -> tuple[float, bool]:
    dicho = subprocess.run([sys.executable, "-c", _PESAR.format(codigo)], capture_output=True, text=True, check=True)
    bytes_, con_sklearn = dicho.stdout.split()
    return int(bytes_) / 1e6, con_sklearn == "True"


if __name__ == "__main__":
    typer.run(principal)
