"""`pregonero calendario`: lo que sale cada día."""

from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Annotated

import typer

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


@con_errores_claros
def calendario(
    dias: Annotated[int, typer.Option(metavar="DÍAS", help="Cuántos días, desde hoy.", min=1, max=400)] = 14,
    perfil: Annotated[str, typer.Option(help="Sólo de este perfil.")] = "",
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON, para otros programas.")] = False,
) -> None:
    """Lo que salió hoy y lo que saldrá los próximos días, por hora."""
    _, _, entorno = abrir()
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
    for dia, suyas in groupby(filas, key=lambda fila: fila[0].no_antes_de.astimezone(zona).date()):
        consola.print(f"\n[bold]{dia_legible(dia)}[/]")
        for e, p, _ in suyas:
            hora = e.no_antes_de.astimezone(zona)
            consola.print(f"  {hora:%H:%M}  {p.nombre:<22} {estado_legible(e.estado):<28} ", end="")
            consola.print(recorte(e.texto, 60), markup=False)
