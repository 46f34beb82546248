"""`pregonero acervo`: traer una carpeta entera de fotos viejas, y repasar que no falte nada."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from motor.acervo import ficha as fichas
from motor.acervo.ingreso import ingresar, preparar, rematar
from motor.acervo.medios import MedioInadmisible
from motor.acervo.repaso import repasar
from motor.entorno import Entorno
from motor.ordenes.castellano import Ordenes
from motor.ordenes.consola import abrir, con_errores_claros, consola, consola_de_errores, terminar
from motor.usuarios.bitacora import Autor, asentar

app = Ordenes(help="El acervo: traer fotos, videos y audios de una carpeta, y repasar que no falte ninguno.")

_ORDEN = Autor("orden")


@app.command()
@con_errores_claros
def importar(
    carpeta: Annotated[Path, typer.Argument(help="La carpeta con las fotos; también las de dentro.")],
    evento: Annotated[str, typer.Option(help="El evento de todas.")] = "",
    lugar: Annotated[str, typer.Option(help="El lugar de todas.")] = "",
    etiquetas: Annotated[str, typer.Option(help="Etiquetas de todas, separadas con comas.")] = "",
) -> None:
    """Traer al acervo todo lo que haya en una carpeta; lo que ya estaba no se repite, y se puede volver a correr."""
    if not carpeta.is_dir():
        terminar(f"No hay una carpeta {carpeta}.")
    comun = fichas.entender({"evento": evento, "lugar": lugar, "etiquetas": etiquetas})
    if comun.faltas:
        terminar(" ".join(f"{campo}: {falta}" for campo, falta in comun.faltas.items()))
    entorno, archivos = abrir(), list(_archivos(carpeta))
    nuevos, repetidos, rechazados = 0, 0, []
    with _barra() as barra:
        for archivo in barra.track(archivos, description="Trayendo…"):
            try:
                repetido = _traer(entorno, archivo, comun)
            except MedioInadmisible as error:
                rechazados.append(str(error.problema))
                continue
            nuevos, repetidos = nuevos + (not repetido), repetidos + repetido
    for rechazado in rechazados:
        consola.print(f"✗ {rechazado}", markup=False)
    consola.print(f"[green]✓[/] {nuevos} nuevos, {repetidos} que ya estaban, {len(rechazados)} que no se pudieron.")


def _archivos(carpeta: Path) -> Iterator[Path]:
    """En orden, sin seguir enlaces y sin lo oculto (que suele ser del sistema)."""
    for raiz, dentro, nombres in os.walk(carpeta):
        dentro[:] = sorted(d for d in dentro if not d.startswith("."))
        yield from (Path(raiz) / n for n in sorted(nombres) if not n.startswith("."))


def _traer(entorno: Entorno, archivo: Path, comun: fichas.Ficha) -> bool:
    preparado = preparar(entorno, archivo, archivo.name)
    with entorno.base.escribir() as sesion:
        ingresado = ingresar(sesion, entorno, preparado, quien=_ORDEN.quien)
        if not ingresado.repetido:
            fichas.poner_en_varios(sesion, [ingresado.medio], comun, zona=entorno.reglas.zona)
            asentar(
                sesion,
                _ORDEN,
                "medio_subido",
                ahora=entorno.reloj.ahora(),
                sobre=f"medio:{ingresado.medio.id}",
                detalle=preparado.nombre,
            )
    rematar(entorno, ingresado.medio)
    return ingresado.repetido


@app.command()
@con_errores_claros
def revisar() -> None:
    """Comprobar que están todos los archivos, y completar lo que falte: miniaturas, huellas, búsqueda."""
    entorno = abrir()
    with _barra() as barra:
        tarea = barra.add_task("Revisando…", total=None)
        repaso = repasar(entorno, avance=lambda hechos, todos: barra.update(tarea, completed=hechos, total=todos))
    consola.print(
        f"[green]✓[/] {repaso.mirados} revisados; completados {repaso.completados}, con {repaso.miniaturas} miniaturas "
        f"nuevas; {repaso.sobras} subidas a medias borradas."
    )
    for falta in repaso.faltan:
        consola.print(f"✗ Falta: {falta}", markup=False)
    if repaso.faltan:
        consola.print("Recupérelos de un respaldo: Pregonero nunca borra lo que se guardó.")
        raise typer.Exit(1)


def _barra() -> Progress:
    columnas = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columnas, console=consola_de_errores, transient=True)
