"""`pregonero privacidad`: lo que se guarda de una persona, cuando ella lo pide (docs/privacidad.md)."""

import csv
import io
import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from conectores.contrato_escucha import Autor
from motor.escucha.almacen.olvido import abrir_firma
from motor.escucha.almacen.privacidad import (
    COLUMNAS,
    Persona,
    anotar_uso,
    borrar,
    borrar_copias,
    buscar,
    exportar,
    nombrada_por_otros,
    olvidar,
    senas_de,
)
from motor.escucha.entorno import EntornoDeEscucha
from motor.ordenes.castellano import Ordenes
from motor.ordenes.consola import (
    abrir_escucha,
    con_errores_claros,
    confirmar,
    consola,
    cuando,
    en_json,
    escribir_json,
    tabla,
    terminar,
)

app = Ordenes(help="Lo que se guarda de una persona: hallarlo, entregárselo o borrarlo.", no_args_is_help=True)


class Formato(StrEnum):
    JSON = "json"
    CSV = "csv"


Quien = Annotated[
    str, typer.Argument(metavar="QUIÉN", help="«@usuario», su identificador en la red, o su nombre (o parte de él).")
]
Red = Annotated[str, typer.Option(help="Sólo en esta red.")]


def _red(escucha: EntornoDeEscucha, escrita: str) -> str:
    conocida = escucha.principal.reconocer_red(escrita) if escrita else ""
    if conocida is None:
        terminar(f"No conozco la red «{escrita}». Vea las que hay en el README.")
    return conocida


def _hallar(escucha: EntornoDeEscucha, quien: str, red: str) -> list[Persona]:
    if not quien.strip(" @"):
        terminar("Falta decir a quién. Por ejemplo: pregonero privacidad buscar @usuario")
    with consola.status("Buscando…"), escucha.base.leer() as sesion:
        return buscar(sesion, quien, red=red)


def _contadas(personas: Iterable[Persona]) -> str:
    todas = list(personas)
    mensajes, cuentas = sum(p.mensajes for p in todas), len(todas)
    return f"{mensajes} mensaje{'' if mensajes == 1 else 's'} de {cuentas} cuenta{'' if cuentas == 1 else 's'}"


@app.command("buscar")
@con_errores_claros
def buscar_(
    quien: Quien,
    red: Red = "",
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON, para otros programas.")] = False,
) -> None:
    """Decir qué se guarda de una persona: en qué redes, cuántos mensajes y desde cuándo."""
    escucha = abrir_escucha()
    personas = _hallar(escucha, quien, _red(escucha, red))
    with escucha.base.leer() as sesion:
        otros = nombrada_por_otros(sesion, personas)
    anotar_uso(escucha, "privacidad_busqueda", f"Se buscó a una persona: {_contadas(personas)}.")
    if en_json:
        campos = ("red", "id", "usuario", "nombre", "mensajes", "primero", "ultimo")
        escribir_json([{c: getattr(p, c) for c in campos} for p in personas])
        return
    if not personas:
        consola.print("No se guarda ningún mensaje de esa persona.")
        return
    cuadro = tabla("Lo que se guarda", "Red", "Usuario", "Nombre", "Id", "Mensajes", "Del", "Al", enteras=("Red",))
    for p in personas:
        zona = escucha.reglas.zona
        cuadro.add_row(
            p.red,
            Text(p.usuario or "—"),
            Text(p.nombre or "—"),
            Text(p.id),
            str(p.mensajes),
            cuando(p.primero, zona),
            cuando(p.ultimo, zona),
        )
    consola.print(cuadro)
    if otros:
        nombran = "1 mensaje de otra persona la nombra" if otros == 1 else f"{otros} mensajes de otras la nombran"
        consola.print(f"Además, {nombran}: de quien lo escribió, no suyo.")
    consola.print(
        "Entregárselo: [bold]pregonero privacidad exportar[/]. Borrarlo: [bold]pregonero privacidad borrar[/]."
    )


@app.command("exportar")
@con_errores_claros
def exportar_(
    quien: Quien,
    red: Red = "",
    salida: Annotated[
        Path | None, typer.Option("--salida", "-o", metavar="ARCHIVO", help="Dónde; si no se dice, en la pantalla.")
    ] = None,
    formato: Annotated[
        Formato | None,
        typer.Option(help="json (todo, con lo que mandó la red) o csv (Excel); si no se dice, el del archivo."),
    ] = None,
) -> None:
    """Escribir todo lo que se guarda de una persona, para contestar una solicitud de acceso."""
    escucha = abrir_escucha()
    personas = _hallar(escucha, quien, _red(escucha, red))
    if not personas:
        terminar("No se guarda ningún mensaje de esa persona: no hay nada que entregar.")
    if salida is not None and salida.exists():
        terminar(f"Ya existe {salida}. Elija otro nombre.")
    with escucha.base.leer() as sesion:
        filas = list(exportar(sesion, personas))
    de_excel = formato is Formato.CSV or (formato is None and salida is not None and salida.suffix.lower() == ".csv")
    texto = _csv(filas) if de_excel else _json(filas)
    anotar_uso(escucha, "privacidad_entrega", f"Se entregó lo que se guarda de una persona: {_contadas(personas)}.")
    if salida is None:
        sys.stdout.write(texto)
        return
    _escribir_en_privado(salida, texto, "utf-8-sig" if de_excel else "utf-8")
    consola.print(f"[green]✓[/] {_contadas(personas)} en {salida}. Bórrelo en cuanto lo haya entregado.")
    if len(personas) > 1:
        consola.print("[yellow]Son varias cuentas:[/] compruebe que todas son de quien lo pide antes de entregarlo.")


def _json(filas: list[dict[str, Any]]) -> str:
    return en_json(filas) + "\n"


def _csv(filas: list[dict[str, Any]]) -> str:
    escrito = io.StringIO()
    hoja = csv.DictWriter(escrito, COLUMNAS, extrasaction="ignore", lineterminator="\r\n")
    hoja.writeheader()
    hoja.writerows({columna: _celda(valor) for columna, valor in fila.items()} for fila in filas)
    return escrito.getvalue()


def _celda(valor: object) -> object:
    """Lo que alguien escribió no debe ser una fórmula cuando otro lo abra con Excel."""
    return f"'{valor}" if isinstance(valor, str) and valor[:1] in ("=", "+", "-", "@", "\t", "\r") else valor


def _escribir_en_privado(ruta: Path, texto: str, codificacion: str) -> None:
    """Sólo lo lee quien lo pidió. «utf-8-sig» lleva la marca que Excel necesita para ver los acentos de un CSV."""
    descriptor = os.open(ruta, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding=codificacion, newline="") as archivo:
        archivo.write(texto)


@app.command("borrar")
@con_errores_claros
def borrar_(
    quien: Quien,
    red: Red = "",
    si: Annotated[bool, typer.Option("--si", help="No preguntar.")] = False,
    todas: Annotated[bool, typer.Option("--todas", help="Todas las cuentas halladas, aunque sean varias.")] = False,
) -> None:
    """Borrar lo que se guarda de una persona, y no volver a guardar lo que escriba. No tiene vuelta."""
    escucha = abrir_escucha()
    conocida = _red(escucha, red)
    personas = _hallar(escucha, quien, conocida)
    if not personas:
        _solo_olvidar(escucha, quien, conocida, si=si)
        return
    if len(personas) > 1 and not todas:
        cuales = "; ".join(f"{p.red}: {p.usuario or p.nombre} (id {p.id or '—'})" for p in personas[:10])
        terminar(
            f"Hay {len(personas)} cuentas que pueden ser esa persona: {cuales}. Diga cuál con su identificador o su "
            "@usuario y --red; o --todas, si son todas de quien lo pide."
        )
    consola.print(f"Se borrarán {_contadas(personas)}. Los conteos se quedan: no dicen de quién fueron.")
    if not si and not confirmar("¿Borrar? No tiene vuelta."):
        consola.print("No se borró nada.")
        return
    with consola.status("Borrando…"):
        hecho = borrar(escucha, personas)
    anotar_uso(escucha, "privacidad_borrado", f"Se borró lo de una persona: {_contadas(personas)}.")
    consola.print(f"[green]✓[/] Borrados {hecho.mensajes} mensajes. Lo que escriba en adelante no se guardará.")
    if hecho.correos or hecho.historias:
        consola.print(f"  También {hecho.correos} copias de correos y {hecho.historias} historias que la nombraban.")
    if hecho.por_mandar:
        consola.print(
            f"  [yellow]Hay {hecho.por_mandar} correos por salir que la nombran.[/] Repita esta orden cuando salgan."
        )
    consola.print("  Los correos que ya llegaron a alguien y los respaldos, bórrelos usted (docs/privacidad.md).")


def _solo_olvidar(escucha: EntornoDeEscucha, quien: str, red: str, *, si: bool) -> None:
    """Nadie la ha oído todavía, pero puede oponerse a que se guarde lo que escriba."""
    if not red:
        terminar(
            "No se guarda ningún mensaje de esa persona. Si se opone a que se guarde lo que escriba en adelante, diga "
            "en qué red: pregonero privacidad borrar @usuario --red RED"
        )
    consola.print("No se guarda ningún mensaje de esa persona.")
    if not si and not confirmar(f"¿No guardar lo que escriba en adelante en {red}?"):
        consola.print("No cambió nada.")
        return
    usuario = quien.strip().removeprefix("@")
    autor = Autor(usuario=usuario) if quien.strip().startswith("@") else Autor(id=quien.strip(), usuario=usuario)
    olvidar(escucha, abrir_firma(escucha.principal.base), [(red, autor)])
    correos, historias, _ = borrar_copias(escucha, senas_de(autor))  # lo suyo pudo caducar y el correo no
    anotar_uso(escucha, "privacidad_borrado", "Una persona se opuso a que se guarde lo suyo.")
    consola.print("[green]✓[/] Lo que escriba en adelante no se guardará.")
    if correos or historias:
        consola.print(f"  Se quitó de {correos} correos y {historias} historias que la nombraban.")
