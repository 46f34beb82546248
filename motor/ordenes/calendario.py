"""`pregonero calendario`: lo que sale cada día."""

from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from modelos import Entrega, Estado, Perfil
from modelos.consultas import agenda
from motor.legible import dia_legible
from motor.ordenes.consola import (
    abrir,
    con_errores_claros,
    consola,
    escribir_json,
    estado_legible,
    recorte,
)
from motor.ordenes.entregas import como_json

ANCHO_DE_ESTADO = len("perfil en pausa")


@con_errores_claros
def calendario(
    dias: Annotated[int, typer.Option(metavar="DÍAS", help="Cuántos días, desde hoy.", min=1, max=400)] = 14,
    perfil: Annotated[str, typer.Option(help="Sólo de este perfil.")] = "",
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON, para otros programas.")] = False,
) -> None:
    """Lo que salió hoy y lo que saldrá los próximos días, por hora."""
    entorno = abrir()
    zona = entorno.reglas.zona
    hoy = entorno.reloj.ahora().astimezone(zona).date()
    desde = datetime.combine(hoy, time(), zona)
    with entorno.base.leer() as sesion:
        filas = agenda(sesion, desde=desde, hasta=desde + timedelta(days=dias), perfil=perfil, limite=5000)
    if en_json:
        escribir_json([como_json(e, p) for e, p, _ in filas])
        return
    if not filas:
        consola.print(f"No hay nada programado en los próximos {dias} días.")
        return
    ancho_de_perfil = min(max(len(p.nombre) for _, p, _ in filas), 30)
    cabe = max(consola.width - 7 - ancho_de_perfil - ANCHO_DE_ESTADO - 6, 20)
    for dia, suyas in groupby(filas, key=lambda fila: fila[0].no_antes_de.astimezone(zona).date()):
        consola.print(f"\n[bold]{dia_legible(dia)}[/]")
        cuadro = Table.grid(padding=(0, 2))
        for ancho in (7, ancho_de_perfil, ANCHO_DE_ESTADO, None):  # en pantallas estrechas sólo se recorta el texto
            cuadro.add_column(no_wrap=True, min_width=ancho)
        for e, p, _ in suyas:
            hora = f"  {e.no_antes_de.astimezone(zona):%H:%M}"
            cuadro.add_row(hora, p.nombre, _estado(e, p), Text(recorte(e.texto, cabe)))
        consola.print(cuadro)


def _estado(entrega: Entrega, perfil: Perfil) -> str:
    if perfil.pausado_en is not None and entrega.estado is Estado.PROGRAMADA:
        return "[yellow]perfil en pausa[/]"
    return estado_legible(entrega.estado)
