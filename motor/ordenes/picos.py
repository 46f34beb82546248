"""`pregonero picos`: qué alzas de una serie de conteos merecen un aviso. No necesita configuración ni base."""

import csv
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from motor.escucha.picos import PRESUPUESTO, ErrorDePicos
from motor.escucha.picos.series import numerados
from motor.ordenes.consola import con_errores_claros, consola, consola_de_errores, terminar

COLUMNAS = ("timestamp", "value")
CADA_CUANTOS = 1000  # renglones entre un movimiento de la barra y el siguiente
Avance = Callable[[int], None]


@con_errores_claros
def picos(
    serie: Annotated[Path, typer.Argument(help="Un CSV con las columnas timestamp,value, o una carpeta de ellos.")],
    salida: Annotated[
        Path, typer.Option("--salida", "-o", help="Dónde escribir: un CSV, o una carpeta si SERIE es carpeta.")
    ],
    presupuesto: Annotated[
        float, typer.Option(metavar="N", help="Falsas alarmas que se toleran por monitor y mes.")
    ] = PRESUPUESTO,
) -> None:
    """Buscar alzas anormales en series de conteos: escribe timestamp,value,puntaje,alerta.

    Cada renglón se decide con los anteriores, nunca con los siguientes. Un renglón que falta, o con value vacío, es
    una laguna y no un cero. La hora debe ser la local.
    """
    if not (math.isfinite(presupuesto) and presupuesto > 0):
        terminar(f"El presupuesto ({presupuesto:g}) debe ser mayor que cero: por ejemplo, --presupuesto 0.5")
    trabajos = _trabajos(serie, salida)
    alertas, malos = 0, []
    with _barra(sum(origen.stat().st_size for origen, _ in trabajos)) as avance:
        for origen, destino in trabajos:
            try:
                alertas += decidir_archivo(origen, destino, presupuesto=presupuesto, avance=avance)
            except ErrorDePicos as error:
                malos.append(f"{origen}: {error}")
            except UnicodeDecodeError:
                malos.append(f"{origen}: no está en UTF-8. Guárdelo como «CSV UTF-8».")
            except (csv.Error, OSError) as error:
                malos.append(f"{origen}: no se pudo leer o escribir ({error}).")
    bien = len(trabajos) - len(malos)
    if bien:
        cuantas = "1 serie" if bien == 1 else f"{bien} series"
        sonaron = "1 alerta" if alertas == 1 else f"{alertas} alertas"
        consola.print(f"[green]✓[/] {cuantas}, {sonaron}: ", end="")
        consola.print(str(salida), markup=False, soft_wrap=True)
    if malos:
        terminar("\n  ".join(malos))


def decidir_archivo(origen: Path, destino: Path, *, presupuesto: float, avance: Avance = lambda _: None) -> int:
    """Escribir las decisiones de una serie y decir cuántas alertas hubo. `destino` aparece entero, o queda como estaba.

    ErrorDePicos, con el renglón, si algo no se puede usar.
    """
    alertas = 0
    with origen.open(encoding="utf-8-sig", newline="") as entrada, _reemplazo(destino) as escrito:
        renglones = _renglones(entrada, origen.stat().st_size, avance)
        escritor = csv.writer(escrito, lineterminator="\n")
        escritor.writerow((*COLUMNAS, "puntaje", "alerta"))
        actual: list[tuple[str, str]] = []

        def recordados() -> Iterator[tuple[int, str, str]]:
            for numero, instante, valor in renglones:
                actual[:] = [(instante, valor)]
                yield numero, instante, valor

        for puntaje, alerta in numerados(recordados(), falsas_al_mes=presupuesto):
            escritor.writerow((*actual[0], f"{puntaje:.4f}", int(alerta)))
            alertas += alerta
    return alertas


def _renglones(entrada: IO[str], total_bytes: int, avance: Avance) -> Iterator[tuple[int, str, str]]:
    """(número de línea, timestamp, value), al pie de la letra. Va moviendo la barra con los bytes que lleva."""
    lector = csv.reader(entrada)
    encabezado = [c.strip().lower() for c in next(lector, [])]
    if faltan := [c for c in COLUMNAS if c not in encabezado]:
        dice = f"el encabezado dice «{','.join(encabezado)}»" if encabezado else "el archivo está vacío"
        raise ErrorDePicos(
            f"Falta la columna «{'» y la columna «'.join(faltan)}»: {dice}. "
            "La primera línea debe ser timestamp,value, separadas por comas."
        )
    i, j = (encabezado.index(c) for c in COLUMNAS)
    ultima = max(i, j)
    leidos = contados = 0
    for fila in lector:
        if not fila:
            continue  # línea en blanco, como la que dejan algunos editores al final
        if len(fila) <= ultima:
            raise ErrorDePicos(f"Renglón {lector.line_num}: tiene {len(fila)} columnas y hacen falta {ultima + 1}.")
        yield lector.line_num, fila[i], fila[j]
        leidos += sum(map(len, fila)) + len(fila)
        if lector.line_num % CADA_CUANTOS == 0:
            avance(leidos - contados)
            contados = leidos
    avance(total_bytes - contados)


def _trabajos(serie: Path, salida: Path) -> list[tuple[Path, Path]]:
    """Qué archivo va a dónde; termina diciendo qué cambiar si no se puede."""
    if not serie.exists():
        terminar(f"No existe {serie}.")
    if not serie.is_dir():
        destino = salida / serie.name if salida.is_dir() else salida
        trabajos = [(serie, destino)]
    elif salida.exists() and not salida.is_dir():
        terminar(f"{serie} es una carpeta y {salida} no: diga otra carpeta con --salida.")
    else:
        dentro = salida.resolve() if salida.resolve() != serie.resolve() else None  # resultados de otra vez
        series = sorted(p for p in serie.rglob("*.csv") if p.is_file() and dentro not in p.resolve().parents)
        if not series:
            terminar(f"En {serie} no hay ningún archivo .csv.")
        trabajos = [(p, salida / p.relative_to(serie)) for p in series]
    if any(origen.resolve() == destino.resolve() for origen, destino in trabajos):
        terminar("La salida es la misma que la entrada, y la serie se perdería: diga otro lugar con --salida.")
    return trabajos


@contextmanager
def _reemplazo(destino: Path) -> Iterator[IO[str]]:
    """Un archivo que sólo toma el lugar de `destino` si se escribió entero."""
    destino = destino.resolve()  # si es un enlace, lo que se cambia es su archivo
    if destino.exists() and not destino.is_file():  # una tubería o «/dev/null»: reemplazarlo lo rompería para todos
        with destino.open("w", encoding="utf-8", newline="") as salida:
            yield salida
        return
    destino.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=destino.parent, prefix=f".{destino.name}.", delete=False
    ) as temporal:
        provisional = Path(temporal.name)
        try:
            yield temporal
        except BaseException:
            temporal.close()
            provisional.unlink(missing_ok=True)
            raise
    provisional.chmod(0o644)  # NamedTemporaryFile lo deja sólo para su dueño
    provisional.replace(destino)


@contextmanager
def _barra(total_bytes: int) -> Iterator[Avance]:
    columnas = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columnas, console=consola_de_errores, transient=True) as barra:
        tarea = barra.add_task("Leyendo…", total=max(total_bytes, 1))
        yield lambda cuantos: barra.advance(tarea, cuantos)
