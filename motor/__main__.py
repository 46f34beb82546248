"""La orden `pregonero`."""

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from motor.arranque import Oficina, abrir_oficina, abrir_repartidor, poner_archivos
from motor.avisos.correo import Cartero
from motor.bitacora import abrir_bitacora
from motor.cerrojo import exclusivo
from motor.diagnostico import Gravedad, Hallazgo, diagnosticar
from motor.escucha.entorno import EntornoDeEscucha
from motor.ordenes import (
    acervo,
    aprobaciones,
    avisos,
    calendario,
    entregas,
    fuentes,
    horarios,
    importar,
    llaves,
    monitores,
    perfiles,
    picos,
    privacidad,
    usuarios,
)
from motor.ordenes.castellano import Ordenes
from motor.ordenes.consola import abrir, con_errores_claros, consola, consola_de_errores, escribir_json, terminar
from motor.reglas import incumplidas

app = Ordenes(
    name="pregonero",
    help="Publica lo que el municipio tiene que decir, una sola vez y a su hora, y escucha lo que el pueblo contesta.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(entregas.app, name="entregas")
app.add_typer(perfiles.app, name="perfiles")
app.add_typer(llaves.app, name="llaves")
app.add_typer(avisos.app, name="avisos")
app.add_typer(monitores.app, name="monitores")
app.add_typer(fuentes.app, name="fuentes")
app.add_typer(privacidad.app, name="privacidad")
app.add_typer(acervo.app, name="acervo")
app.add_typer(usuarios.app, name="usuarios")
app.command()(aprobaciones.aprobaciones)
app.command()(calendario.calendario)
app.command()(importar.importar)
app.command()(picos.picos)
app.command()(horarios.horarios)

logger = logging.getLogger(__name__)

EnJson = Annotated[bool, typer.Option("--json", help="Escribir JSON, para otros programas.")]


@app.command()
@con_errores_claros
def iniciar() -> None:
    """Trabajar sin parar: publicar a su hora lo que llega a la carpeta, escuchar y avisar (Ctrl-C para detener)."""
    from motor.avisos.avisador import Avisador
    from motor.demonio import Demonio  # APScheduler sólo hace falta aquí
    from motor.entrada.recorrido import Recorrido
    from motor.guardia import Guardia
    from panel.servidor import PanelNoArranca, en_hilo

    oficina = abrir_oficina()
    entorno = oficina.entorno
    abrir_bitacora(forma=oficina.bitacora)
    if faltas := incumplidas(entorno.reglas):
        terminar("Con estos plazos se podría publicar dos veces. " + " ".join(faltas))
    if oficina.escucha.reglas.escucha.activa:
        _primera_vez(oficina.escucha)
    firmante = oficina.firmante if oficina.sirve else None
    avisador = Avisador(oficina.escucha, firmante=firmante, canales=oficina.canales)
    with ExitStack() as pila:
        solos = pila.enter_context(exclusivo(entorno.base))
        try:
            pila.enter_context(en_hilo(oficina))
        except PanelNoArranca as error:
            terminar(str(error))
        _primer_enlace(oficina)
        demonio = Demonio(
            entorno,
            Cartero(entorno.base, entorno.reloj, oficina.servidor),
            Recorrido(entorno, reposo=oficina.reposo),
            recorrido_s=oficina.recorrido.total_seconds(),
            solos=solos,
            guardia=Guardia(oficina.escucha, avisador, toques=abrir_repartidor(oficina)),
        )

        def detener(_senal: int, _marco: FrameType | None) -> None:
            demonio.parar()

        signal.signal(signal.SIGTERM, detener)
        signal.signal(signal.SIGINT, detener)
        demonio.correr()
    _salir_ya()


@app.command()
@con_errores_claros
def panel() -> None:
    """Atender sólo el panel, cuando el demonio corre en otro proceso (con `PREGONERO_PANEL_PUERTO=0` allá)."""
    from panel.servidor import servidor

    oficina = abrir_oficina()
    abrir_bitacora(forma=oficina.bitacora)
    if not oficina.panel.puerto:
        terminar("PREGONERO_PANEL_PUERTO está en 0: ponga el puerto en que debe atender, por ejemplo 8080.")
    consola.print(f"El panel atiende en [bold]{oficina.panel.url}[/] (Ctrl-C para detener)")
    _primer_enlace(oficina)
    servidor(oficina).run()


def _primer_enlace(oficina: Oficina) -> None:
    """Mientras nadie administre, cómo crear a quien lo haga. Sólo a una pantalla: la bitácora la lee más gente."""
    from motor.usuarios.primera import enlace_de_instalacion, falta_quien_administre

    if not oficina.panel.puerto or not falta_quien_administre(oficina.entorno.base):
        return
    if not sys.stdout.isatty():
        logger.warning(
            "El panel no tiene todavía quien lo administre. Pida el enlace para crearlo: pregonero usuarios enlace",
            extra={"accion": "panel_sin_administrar"},
        )
        return
    camino = enlace_de_instalacion(oficina.entorno.base, oficina.entorno.reloj)
    consola.print("Nadie administra todavía el panel. Abra este enlace para crear a quien lo haga (vale una vez):")
    consola.print(f"[bold]{oficina.panel.url}{camino}[/]", soft_wrap=True)


def _primera_vez(escucha: EntornoDeEscucha) -> None:
    """Sin carpeta de la oficina no se vigilaría nada, y en silencio: se escribe la de muestra."""
    try:
        puestos = poner_archivos(escucha, sin_carpeta=True)
    except OSError as error:
        logger.warning(
            "No se pudieron escribir los archivos de muestra en %s: %s. No se vigila nada hasta que estén.",
            escucha.archivos,
            error.strerror,
            extra={"accion": "muestras_fallan"},
        )
        return
    if puestos:
        logger.info(
            "Escribí en %s los archivos de muestra de la oficina. Son de Toluca: ajústelos a su municipio.",
            escucha.archivos,
            extra={"accion": "muestras", "archivos": len(puestos)},
        )


def _salir_ya() -> None:
    """Acabar aunque un hilo siga esperando a una red que no contesta: su entrega queda como duda y se comprobará."""
    import os

    if any(h is not threading.main_thread() and not h.daemon for h in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


@app.command()
@con_errores_claros
def diagnostico(en_json: EnJson = False) -> None:
    """Mirarlo todo y decir qué está mal y qué hacer: base, disco, correo, perfiles, monitores, fuentes, avisos."""
    oficina = abrir_oficina()
    hallazgos = []
    signos = {Gravedad.BIEN: ("✓", "green"), Gravedad.AVISO: ("!", "yellow"), Gravedad.MAL: ("✗", "red")}
    for h in _hallazgos(oficina):
        hallazgos.append(h)
        if not en_json:
            consola.print(Text.assemble(signos[h.gravedad], " ", (h.que, "bold"), f": {h.detalle}"))
            if h.remedio:
                consola.print(f"  → {h.remedio}", markup=False)
    if en_json:
        escribir_json(
            [{"que": h.que, "estado": h.gravedad, "detalle": h.detalle, "remedio": h.remedio} for h in hallazgos]
        )
    if any(h.gravedad is Gravedad.MAL for h in hallazgos):
        raise typer.Exit(1)


def _hallazgos(oficina: Oficina) -> Iterator[Hallazgo]:
    from motor.diagnostico_de_escucha import diagnosticar_la_escucha

    yield from diagnosticar(oficina.entorno, oficina.servidor)
    yield from diagnosticar_la_escucha(oficina.escucha, con_enlaces=oficina.sirve)


@app.command()
@con_errores_claros
def configurar() -> None:
    """Escribir, comentados, los archivos de la oficina que falten: qué se vigila, de dónde se oye, de qué se avisa."""
    escucha = abrir_oficina().escucha
    try:
        puestos = poner_archivos(escucha)
    except OSError as error:
        terminar(
            f"No se pudo escribir en {escucha.archivos}: {error.strerror}. Dé permiso o cambie PREGONERO_ARCHIVOS."
        )
    for puesto in puestos:
        consola.print(f"+ {puesto.relative_to(escucha.archivos)}", markup=False)
    if not puestos:
        consola.print(f"Ya estaban todos en {escucha.archivos}; no se tocó ninguno.", markup=False)
        return
    consola.print(
        f"[green]✓[/] Escritos en {escucha.archivos}. Los de muestra son de Toluca: ajústelos a su municipio,"
    )
    consola.print("  primero monitores.toml y lugares/municipio.toml. Después: [bold]pregonero monitores revisar[/]")


@app.command()
@con_errores_claros
def revisar(
    archivos: Annotated[list[Path], typer.Argument(help="Archivos o carpetas que se van a soltar.")],
    en_json: EnJson = False,
) -> None:
    """Decir qué pasaría con unos archivos si se soltaran, sin tomarlos."""
    from motor.entrada.revision import revisar_archivos

    entorno = abrir()
    veredictos = []
    with Progress(TextColumn("{task.description}"), BarColumn(), console=consola_de_errores, transient=True) as avance:
        for archivo in avance.track(archivos, description="Revisando…"):
            veredictos += revisar_archivos(entorno, [archivo])
    if en_json:
        escribir_json([v.como_json() for v in veredictos])
    else:
        for v in veredictos:
            signo = "[green]✓[/]" if v.admisible else "[red]✗[/]"
            consola.print(f"{signo} ", end="")
            consola.print(v.texto(), markup=False)
    if not all(v.admisible for v in veredictos):
        raise typer.Exit(1)


@app.command()
@con_errores_claros
def plantilla(
    destino: Annotated[Path, typer.Argument(help="Dónde escribirla.")] = Path("calendario.xlsx"),
) -> None:
    """Escribir un calendario de Excel de ejemplo, listo para llenar."""
    from motor.entrada.plantilla import escribir_plantilla

    entorno = abrir()
    if destino.exists():
        terminar(f"Ya existe {destino}. Elija otro nombre: pregonero plantilla otro.xlsx")
    escribir_plantilla(destino, entorno)
    consola.print(f"[green]✓[/] Escrita {destino}. Ábrala con Excel o LibreOffice, llénela y suéltela en la carpeta.")


@app.command()
@con_errores_claros
def simular(
    puerto: Annotated[int, typer.Option(help="Puerto de esta máquina.")] = 8900,
    correo: Annotated[
        int, typer.Option(metavar="PUERTO", help="También un buzón que recibe los avisos, en este puerto; 0: ninguno.")
    ] = 0,
) -> None:
    """Redes de mentira en esta máquina, para probar sin publicar nada de verdad."""
    try:
        from simulador.servidor import correr
    except ImportError:
        terminar("Falta el extra del simulador: pip install 'pregonero[simulador]'")
    correr(puerto, puerto_correo=correo or None)


@app.command()
@con_errores_claros
def demo(
    seguir: Annotated[bool, typer.Option("--seguir", help="Dejarla abierta al final, para mirar.")] = False,
) -> None:
    """Ver a Pregonero trabajar un minuto, con redes de mentira y sin configurar nada."""
    try:
        from motor.demo.funcion import demostrar
    except ImportError:
        terminar("Falta el extra del simulador: pip install 'pregonero[simulador]'")
    raise typer.Exit(demostrar(seguir=seguir))


def principal() -> None:
    app()


if __name__ == "__main__":
    principal()
