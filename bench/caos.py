"""El banco de caos: matar, congelar, cortar y mentir mientras se publica, y contar lo que quedó a la vista.

python -m bench.caos --muertes 200 --publicaciones 2000 [--base postgresql --trabajadores 3] [--ingenuo]
python -m bench.caos --proxy          los cinco conectores a través de un proxy que entrega y corta la respuesta
python -m bench.caos --todo           lo que corre en cada entrega, en una sola tabla

Sale con 1 si algo se perdió o se repitió. Cómo leer los números: bench/README.md.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bench import trabajador
from bench.cuentas import percentil
from bench.escenario import REDES, Escenario
from bench.prueba import BaseDeDatos, Prueba, Resultado, correr
from tests.servidores.bluesky import NoDisponible

CONECTORES = (*REDES, "bluesky")


def principal(
    muertes: Annotated[int, typer.Option(help="SIGKILL en total.")] = 200,
    publicaciones: Annotated[int, typer.Option(help="Entregas en total.")] = 2000,
    base: Annotated[BaseDeDatos, typer.Option(help="Dónde se guarda.")] = BaseDeDatos.SQLITE,
    trabajadores: Annotated[int, typer.Option(help="Procesos a la vez (más de uno sólo en PostgreSQL).")] = 1,
    redes: Annotated[str, typer.Option(help="Redes, separadas por comas; «bluesky», sola.")] = ",".join(REDES),
    perfiles_por_red: Annotated[int, typer.Option(help="Perfiles de cada red.")] = 40,
    semilla: Annotated[int, typer.Option(help="Del azar.")] = 1,
    tasa: Annotated[float, typer.Option(help="De cada clase de fallo de la red.")] = 0.02,
    ingenuo: Annotated[bool, typer.Option(help="Publicar y después apuntar, para comparar.")] = False,
    proxy: Annotated[bool, typer.Option(help="Los cinco conectores, a través de un proxy que corta.")] = False,
    naturales: Annotated[bool, typer.Option(help="Con los plazos por omisión, de minutos y no de segundos.")] = False,
    orden: Annotated[bool, typer.Option(help="Con la orden «pregonero iniciar», no con fork.")] = False,
    todo: Annotated[bool, typer.Option(help="Todas las pruebas de la entrega.")] = False,
    carpeta: Annotated[
        Path | None, typer.Option(help="Dónde dejar la base y la bitácora (por omisión, se borran).")
    ] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON.")] = False,
) -> None:
    """Matar y cortar mientras se publica, y contar. Código 1 si algo se perdió o se repitió."""
    if trabajadores > 1 and base is BaseDeDatos.SQLITE:
        raise typer.BadParameter("En SQLite sólo cabe un trabajador.")
    escenario = Escenario(
        publicaciones=publicaciones, redes=tuple(redes.split(",")), perfiles_por_red=perfiles_por_red, semilla=semilla
    )
    prueba = Prueba(
        escenario=escenario,
        muertes=muertes,
        base=base,
        trabajadores=trabajadores,
        ingenuo=ingenuo,
        naturales=naturales,
        orden=orden,
        tasa=tasa,
    )
    pruebas = list(todas(prueba)) if todo else list(por_el_proxy(prueba)) if proxy else [prueba]
    trabajador.calentar(CONECTORES)
    resultados = list(_correr_todas(pruebas, carpeta))
    if en_json:
        print(json.dumps([r.como_json() for r in resultados], ensure_ascii=False))
    else:
        _ensenar(resultados)
    if not all(r.bien for r in resultados if not r.prueba.ingenuo):
        raise typer.Exit(1)


def por_el_proxy(prueba: Prueba) -> Iterator[Prueba]:
    """Cada conector con su red y con respuestas cortadas; las redes, por lo demás, se portan bien."""
    redes = CONECTORES if prueba.escenario.redes == REDES else prueba.escenario.redes
    for red in redes:
        escenario = replace(
            prueba.escenario,
            redes=(red,),
            publicaciones=prueba.escenario.publicaciones // len(redes),
            perfiles_por_red=10,
        )
        yield replace(prueba, escenario=escenario, muertes=prueba.muertes // len(redes), proxy=True, tasa=0)


def todas(prueba: Prueba) -> Iterator[Prueba]:
    """Lo que corre en cada entrega."""
    pocas = replace(prueba.escenario, publicaciones=prueba.escenario.publicaciones // 4)
    menos = replace(prueba.escenario, publicaciones=prueba.escenario.publicaciones // 20)
    yield prueba
    yield replace(prueba, base=BaseDeDatos.POSTGRESQL)
    yield replace(prueba, base=BaseDeDatos.POSTGRESQL, trabajadores=3)
    yield replace(prueba, escenario=pocas, muertes=prueba.muertes // 4, ingenuo=True)
    yield from por_el_proxy(replace(prueba, escenario=pocas, muertes=prueba.muertes // 4))
    yield replace(prueba, escenario=menos, muertes=prueba.muertes // 20, naturales=True)
    yield replace(prueba, escenario=menos, muertes=prueba.muertes // 20, orden=True)


def _correr_todas(pruebas: list[Prueba], carpeta: Path | None) -> Iterator[Resultado]:
    for prueba in pruebas:
        with tempfile.TemporaryDirectory(prefix="pregonero-caos-") as temporal:
            lugar = carpeta / prueba.nombre.replace(" ", "") if carpeta else Path(temporal)
            lugar.mkdir(parents=True, exist_ok=True)
            try:
                resultado = correr(prueba, lugar)
            except NoDisponible as motivo:
                print(f"· {prueba.nombre}: se salta, {motivo}", file=sys.stderr)
                continue
        cuentas = resultado.cuentas
        marca = f"perdidas: {cuentas.perdidas} · repetidas: {cuentas.repetidas}"
        print(f"· {prueba.nombre}: {marca} ({resultado.caos_s + resultado.drenaje_s:.0f} s)", file=sys.stderr)
        yield resultado


# ── decirlo ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _ensenar(resultados: list[Resultado]) -> None:
    consola = Console() if sys.stdout.isatty() else Console(width=170)
    for inicio in range(0, len(resultados), 4):
        consola.print(tabla(resultados[inicio : inicio + 4]))
    for resultado in resultados:
        if not resultado.prueba.ingenuo:
            for detalle in resultado.cuentas.detalles[:20]:
                consola.print(f"  · {resultado.prueba.nombre}: {detalle}", markup=False)


def tabla(resultados: list[Resultado]) -> Table:
    dibujo = Table(title="Caos", title_justify="left")
    for nombre in ("", *(r.prueba.nombre for r in resultados)):
        dibujo.add_column(nombre, justify="left" if not nombre else "right", overflow="fold")
    for titulo, valor in _FILAS.items():
        celdas = [valor(r) for r in resultados]
        dibujo.add_row(titulo, *(str(c) for c in celdas), style=_estilo(titulo, celdas))
    return dibujo


def _estilo(titulo: str, celdas: list[Any]) -> str:
    if titulo not in ("PERDIDAS", "REPETIDAS", "Mal adoptadas", "Por decidir sin correo"):
        return ""
    return "bold red" if any(celdas) else "bold green"


_FILAS: dict[str, Any] = {
    "Muertes (SIGKILL)": lambda r: r.muertes,
    "Congelaciones (SIGSTOP)": lambda r: r.congelaciones,
    "Fallos de la red": lambda r: sum(r.fallos.values()),
    "Entregas": lambda r: r.cuentas.esperadas,
    "A la vista de la gente": lambda r: r.cuentas.publicadas,
    "PERDIDAS": lambda r: r.cuentas.perdidas,
    "REPETIDAS": lambda r: r.cuentas.repetidas,
    "Mal adoptadas": lambda r: r.cuentas.mal_adoptadas,
    "Dadas por fallidas y estaban": lambda r: r.cuentas.fallidas_que_estaban,
    "Por decidir sin correo": lambda r: r.cuentas.sin_correo,
    "Intentos": lambda r: r.cuentas.intentos,
    "Muertes entre intención y desenlace": lambda r: r.cuentas.muertes_en_la_ventana,
    "Dudas": lambda r: r.cuentas.dudas,
    "  halladas en la red": lambda r: r.cuentas.halladas,
    "  ausencia confirmada": lambda r: r.cuentas.ausencias,
    "Del intento al veredicto, p50 (s)": lambda r: f"{percentil(r.cuentas.veredictos_s, 0.5):.1f}",
    "Del intento al veredicto, máx. (s)": lambda r: f"{percentil(r.cuentas.veredictos_s, 1):.1f}",
    "Estados": lambda r: ", ".join(f"{v} {k}" for k, v in r.cuentas.estados.items()),
    "Caos + drenaje (s)": lambda r: f"{r.caos_s:.0f} + {r.drenaje_s:.0f}",
}


if __name__ == "__main__":
    typer.run(principal)
