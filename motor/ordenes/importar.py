"""`pregonero importar`: las tablas que las redes exportan, para las oficinas sin API y para lo de antes."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from motor.entorno import Entorno
from motor.fechas.escritas import FechaIlegible, leer_fecha, leer_vencimiento
from motor.importacion.importador import NoSeImporta, Opciones, Resumen, importar_archivo, perfiles_de
from motor.legible import instante_legible
from motor.ordenes.consola import (
    abrir,
    con_errores_claros,
    consola,
    consola_de_errores,
    escribir_json,
    tabla,
    terminar,
)

PLANTILLA = Path("numeros.xlsx")


@con_errores_claros
def importar(
    archivos: Annotated[
        list[Path] | None, typer.Argument(help="Las tablas, tal como se descargaron: .csv o .xlsx.", metavar="TABLA")
    ] = None,
    perfil: Annotated[str, typer.Option(help="De qué perfil son, si la tabla no lo dice.")] = "",
    fecha: Annotated[
        str, typer.Option(metavar="CUÁNDO", help="De cuándo son los números. Si no se dice, la fecha del archivo.")
    ] = "",
    zona: Annotated[
        str, typer.Option(help="En qué zona están sus horas (America/Tijuana). Si no se dice, la de la oficina.")
    ] = "",
    desde: Annotated[str, typer.Option(metavar="DÍA", help="Primer día de la tabla, si sólo cuenta un periodo.")] = "",
    revisar: Annotated[bool, typer.Option("--revisar", help="Decir qué pasaría, sin guardar nada.")] = False,
    plantilla: Annotated[
        bool,
        typer.Option("--plantilla", help="Escribir una tabla explicada (numeros.xlsx), para llenar a mano."),
    ] = False,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON, para otros programas.")] = False,
) -> None:
    """Importar los números que las redes dejan descargar: Meta Business Suite, X, Pinterest, o la plantilla propia.

    Importar dos veces lo mismo no cambia nada. Una tabla más nueva añade sus números a los que había.
    """
    entorno = abrir()
    if plantilla:
        _escribir_plantilla(entorno, archivos or [PLANTILLA])
        return
    if not archivos:
        terminar("Diga qué tabla: pregonero importar contenido.csv")
    opciones = Opciones(
        perfil=perfil,
        fecha=_fecha(entorno, fecha),
        zona=_zona(entorno, zona),
        desde=_dia(entorno, desde),
        ensayo=revisar,
    )
    resumenes, malos = _importar(entorno, archivos, opciones)
    if en_json:
        escribir_json([_como_json(r) for r in resumenes])
    else:
        for resumen in resumenes:
            _ensenar(resumen, opciones, entorno)
        if not revisar and any(r.lecturas and (r.nuevas or r.conocidas) for r in resumenes):
            _linea("Las mejores horas se aprenderán también de esto, a más tardar esta noche. Para no esperar:")
            _linea("  pregonero horarios --aprender")
    for malo in malos:
        consola_de_errores.print(Text.assemble(("✗", "red"), " ", malo))
    if malos or any(r.cuantas_apartadas for r in resumenes):
        raise typer.Exit(1)


def _importar(entorno: Entorno, archivos: list[Path], opciones: Opciones) -> tuple[list[Resumen], list[str]]:
    """Cada archivo por su lado: uno malo no detiene a los demás."""
    resumenes, malos = [], []
    columnas = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columnas, console=consola_de_errores, transient=True) as barra:
        for archivo in archivos:
            tarea = barra.add_task(archivo.name, total=None)
            try:
                resumenes += importar_archivo(
                    entorno,
                    archivo,
                    opciones,
                    avance=lambda hechos, total, t=tarea: barra.update(t, completed=hechos, total=total),  # type: ignore[misc] # mypy no infiere el valor por omisión
                )
            except NoSeImporta as error:
                malos.append(f"{archivo}: {error}")
            except FileNotFoundError:
                malos.append(f"{archivo}: no existe.")
            except IsADirectoryError:
                malos.append(f"{archivo}: es una carpeta. Diga las tablas: {archivo}/*.csv")
    return resumenes, malos


# ── lo que se escribe en la orden ────────────────────────────────────────────────────────────────────────────


def _fecha(entorno: Entorno, escrita: str) -> datetime | None:
    """Un día sin hora es cuando termina, o ahora si es hoy."""
    if not escrita:
        return None
    ahora = entorno.reloj.ahora()
    try:
        instante = leer_vencimiento(escrita, ahora=ahora, zona=entorno.reglas.zona).instante
    except FechaIlegible as error:
        terminar(f"--fecha: {error}")
    zona = entorno.reglas.zona
    if instante > ahora and instante.astimezone(zona).date() == ahora.astimezone(zona).date():
        return ahora
    if instante > ahora:
        terminar(f"--fecha: «{escrita}» está en el futuro. Diga de cuándo son los números.")
    return instante


def _dia(entorno: Entorno, escrito: str) -> date | None:
    if not escrito:
        return None
    zona = entorno.reglas.zona
    try:
        leido = leer_fecha(f"{escrito} 12:00", ahora=entorno.reloj.ahora(), zona=zona)
    except FechaIlegible as error:
        terminar(f"--desde: {error}")
    return leido.instante.astimezone(zona).date()


def _zona(entorno: Entorno, escrita: str) -> ZoneInfo:
    if not escrita:
        return entorno.reglas.zona
    try:
        return ZoneInfo(escrita)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        terminar(f"--zona: no hay una zona «{escrita}». Por ejemplo: America/Mexico_City, America/Tijuana, UTC.")


def _escribir_plantilla(entorno: Entorno, destinos: list[Path]) -> None:
    from motor.importacion.plantilla import escribir_plantilla

    destino = destinos[0]
    if destino.suffix.lower() != ".xlsx":
        terminar(f"La plantilla es un libro de Excel: pregonero importar --plantilla {destino.stem}.xlsx")
    if destino.exists():
        terminar(f"Ya existe {destino}. Elija otro nombre: pregonero importar --plantilla otra.xlsx")
    escribir_plantilla(destino, [p.nombre for p in perfiles_de(entorno)])
    consola.print("[green]✓[/] ", end="")
    consola.print(f"Escrita {destino}. Llénela y luego: pregonero importar {destino}", markup=False)


# ── lo que se enseña ─────────────────────────────────────────────────────────────────────────────────────────


def _ensenar(resumen: Resumen, opciones: Opciones, entorno: Entorno) -> None:
    donde = f" · hoja {resumen.hoja}" if resumen.hoja else ""
    signo = ("!", "yellow") if resumen.cuantas_apartadas else ("✓", "green")
    consola.print(Text.assemble(signo, " ", (resumen.archivo + donde, "bold"), f": {resumen.que}"))
    quien = ", ".join(resumen.perfiles) or "ninguno"
    cuando = instante_legible(resumen.leidas_en, entorno.reglas.zona)
    de_donde = "" if opciones.fecha else " (la fecha del archivo; si son de otro día, dígalo con --fecha)"
    _linea(f"  Perfil: {quien}. Números del {cuando}{de_donde}.")
    if opciones.ensayo:
        consola.print("  [yellow]No se guardó nada: así quedaría.[/]")
    cuadro = tabla("", "Qué", "Cuántos")
    for que, cuantos in _cuentas(resumen):
        cuadro.add_row(que, f"{cuantos:,}")
    consola.print(cuadro)
    for aviso in resumen.avisos:
        consola.print(Text.assemble("  ", ("! ", "yellow"), aviso))
    if resumen.sin_usar:
        _linea(f"  Se guardan tal cual, sin contarse: {', '.join(resumen.sin_usar)}.", estilo="dim")
    _ensenar_apartadas(resumen, opciones, entorno)


def _cuentas(resumen: Resumen) -> list[tuple[str, int]]:
    if resumen.dias or not (resumen.nuevas or resumen.conocidas):
        filas = [("Renglones", resumen.renglones), ("Días", resumen.dias)]
    else:
        filas = [
            ("Renglones", resumen.renglones),
            ("Publicaciones que no se conocían", resumen.nuevas),
            ("Publicaciones ya conocidas", resumen.conocidas),
            ("  de ellas, hechas con Pregonero", resumen.nuestras),
        ]
    filas += [("Lecturas nuevas", resumen.lecturas), ("Lecturas que ya estaban", resumen.repetidas)]
    filas += [(f"  {m.replace('_', ' ')}", n) for m, n in sorted(resumen.numeros.items())]
    if resumen.cuantas_apartadas:
        filas.append(("Renglones apartados", resumen.cuantas_apartadas))
    return filas


def _ensenar_apartadas(resumen: Resumen, opciones: Opciones, entorno: Entorno) -> None:
    if not resumen.cuantas_apartadas:
        return
    consola.print("  [yellow]No entran:[/]")
    for apartada in resumen.apartadas:
        _linea(f"    {apartada}")
    if (mas := resumen.cuantas_apartadas - len(resumen.apartadas)) > 0:
        _linea(f"    … y {mas:,} más.")
    if resumen.copia is not None:
        fecha = f"{resumen.leidas_en.astimezone(entorno.reglas.zona):%Y-%m-%d %H:%M}"
        perfil = f" --perfil {opciones.perfil}" if opciones.perfil else ""
        _linea(f"  Están en {resumen.copia}. Corríjalas ahí y luego:")
        _linea(f'    pregonero importar "{resumen.copia}" --fecha "{fecha}"{perfil}')


def _linea(texto: str, *, estilo: str = "") -> None:
    consola.print(texto, markup=False, style=estilo or None, soft_wrap=True)


def _como_json(resumen: Resumen) -> dict[str, Any]:
    return {
        "archivo": resumen.archivo,
        "hoja": resumen.hoja,
        "tabla": resumen.que,
        "perfiles": list(resumen.perfiles),
        "leidas_en": resumen.leidas_en,
        "renglones": resumen.renglones,
        "publicaciones_nuevas": resumen.nuevas,
        "publicaciones_conocidas": resumen.conocidas,
        "hechas_con_pregonero": resumen.nuestras,
        "dias": resumen.dias,
        "lecturas": resumen.lecturas,
        "lecturas_que_ya_estaban": resumen.repetidas,
        "numeros": dict(resumen.numeros),
        "apartadas": resumen.cuantas_apartadas,
        "primeras_apartadas": [
            {"renglon": a.numero, "columna": a.columna, "problema": a.mensaje, "remedio": a.remedio}
            for a in resumen.apartadas
        ],
        "copia": str(resumen.copia) if resumen.copia else None,
        "sin_usar": list(resumen.sin_usar),
        "avisos": resumen.avisos,
    }
