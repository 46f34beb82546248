"""`pregonero horarios historial.csv -o horarios.csv`: aprender de un historial en un archivo, sin base ni perfiles."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from motor.arranque import reglas_y_redes
from motor.horarios.mapa import CURVA_GENERAL, SEMANA, Mapa
from motor.horarios.tabla.archivo import escribir_archivo, leer_archivo
from motor.horarios.tabla.renglones import Leido, TablaIlegible
from motor.ordenes.consola import consola, consola_de_errores, terminar

_TABLAS = frozenset({".csv", ".tsv", ".txt"})
_LIBROS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})

Paso = Callable[[str, int, int | None], None]
"""qué se hace, cuántos van, de cuántos (None: no se sabe)."""


def parece_tabla(que: str) -> bool:
    """Si quien lo escribió hablaba de un archivo, y no de un perfil."""
    return Path(que).suffix.lower() in _TABLAS | _LIBROS


def contestar_tabla(origen: Path, destino: Path, *, zona: ZoneInfo | None) -> None:
    """zona: la de las horas del archivo; None, la de la oficina. Sale con 1 si algún renglón quedó fuera."""
    reglas, reconocer_red = reglas_y_redes()
    try:
        _exigir(origen, destino)
        with _progreso() as paso:
            leido = leer_archivo(
                origen,
                zona=zona or reglas.zona,
                reconocer_red=reconocer_red,
                avance=lambda van: paso("Leyendo", van, None),
            )
            mapas = _aprender(leido, origen, paso)
            escribir_archivo(destino, mapas)
    except TablaIlegible as error:
        terminar(f"No se pudo leer {origen}. {error}")
    except OSError as error:
        terminar(f"No se pudo leer o escribir {error.filename or destino}: {error.strerror}.")
    _contar(leido, mapas, destino)
    if leido.apartados:
        raise typer.Exit(1)


def _exigir(origen: Path, destino: Path) -> None:
    if origen.suffix.lower() in _LIBROS:
        terminar(f"Es un libro de Excel: {origen}. Guárdelo como «CSV UTF-8» y diga ese archivo.")
    if not origen.exists():
        terminar(f"No existe {origen}.")
    if origen.is_dir():
        terminar(f"Es una carpeta: {origen}. Diga el archivo del historial.")
    if not origen.is_file():  # se lee dos veces: de una tubería no quedaría nada la segunda
        terminar(f"{origen} no es un archivo de verdad: guarde el historial en uno.")
    if destino.is_dir():
        terminar(f"Es una carpeta: {destino}. Diga un archivo, por ejemplo -o {destino / 'horarios.csv'}")
    if destino.resolve() == origen.resolve():
        terminar("La salida es la misma que la entrada, y el historial se perdería: diga otro archivo con --salida.")


def _aprender(leido: Leido, origen: Path, paso: Paso) -> Mapping[str, Mapa]:
    if not leido.historiales:
        if leido.apartados:
            primeros = "\n  ".join(str(a) for a in leido.primeros)
            terminar(f"Ningún renglón de {origen} se puede usar. Los primeros:\n  {primeros}")
        terminar(f"No hay ningún renglón después del encabezado en {origen}.")
    from motor.horarios.modelo import aprender  # carga la biblioteca de aprender: sólo si hay de qué

    van, total = 0, len(leido.historiales)

    def otro(_perfil: str) -> None:
        nonlocal van
        van += 1
        paso("Aprendiendo", van, total)

    paso("Aprendiendo", 0, total)
    return aprender(leido.historiales, avance=otro)


def _contar(leido: Leido, mapas: Mapping[str, Mapa], destino: Path) -> None:
    usados = _cuantos(leido.renglones - leido.apartados, "renglón", "renglones")
    de_mas = sum(not m.con_evidencia for m in mapas.values())
    consola.print("[green]✓[/] ", end="")
    consola.print(
        f"{_cuantos(len(mapas), 'perfil', 'perfiles')} × {SEMANA} horas, de {usados}: {destino}",
        markup=False,
        soft_wrap=True,
    )
    if de_mas:
        quienes = _cuantos(de_mas, "perfil", "perfiles")
        _decir(f"{quienes} sin evidencia todavía: {'lleva' if de_mas == 1 else 'llevan'} la curva pública de su red.")
    generales = Counter(leido.historiales[p].red for p, m in mapas.items() if m.curva == CURVA_GENERAL)
    for red, cuantos in sorted(generales.items()):
        _decir(
            f"De «{red}» no hay curva pública: {_cuantos(cuantos, 'perfil parte', 'perfiles parten')} de la general, "
            "que junta las de otras redes."
        )
    if leido.sin_usar:
        _decir(f"No se usaron estas columnas: {', '.join(leido.sin_usar)}.")
    if leido.apartados:
        _decir(f"{_cuantos(leido.apartados, 'renglón apartado', 'renglones apartados')}; los demás sí se usaron:")
        for apartado in leido.primeros:
            consola_de_errores.print(f"    {apartado}", markup=False, soft_wrap=True)
        if (mas := leido.apartados - len(leido.primeros)) > 0:
            consola_de_errores.print(f"    … y {mas:,} más.", markup=False)


def _decir(que: str) -> None:
    consola_de_errores.print("[yellow]![/] ", end="")
    consola_de_errores.print(que, markup=False, soft_wrap=True)


def _cuantos(n: int, uno: str, varios: str) -> str:
    return f"{n:,} {uno if n == 1 else varios}"


# ── el progreso ──────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _progreso() -> Iterator[Paso]:
    """Una barra en la terminal; en un registro, un renglón por décima parte."""
    if not consola_de_errores.is_terminal:
        yield _por_renglones()
        return
    columnas = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columnas, console=consola_de_errores, transient=True) as barra:
        tarea = barra.add_task("Leyendo…", total=None)

        def paso(que: str, van: int, total: int | None) -> None:
            dicho = f"{que}… {van:,} renglones" if total is None else f"{que}… {van:,} de {total:,}"
            barra.update(tarea, description=dicho, completed=van, total=total)

        yield paso


def _por_renglones() -> Paso:
    dicho = -1

    def paso(que: str, van: int, total: int | None) -> None:
        nonlocal dicho
        if total is not None and (decima := 10 * van // max(total, 1)) > dicho:
            dicho = decima
            consola_de_errores.print(f"{que}: {van:,} de {total:,} perfiles.", markup=False)

    return paso
