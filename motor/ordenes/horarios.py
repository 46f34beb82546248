"""`pregonero horarios`: cuándo conviene hablar en cada perfil, qué se sabe de ello, y qué valió elegir."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from motor.ordenes.consola import con_errores_claros, terminar
from motor.ordenes.horarios_de_tabla import contestar_tabla, parece_tabla


@con_errores_claros
def horarios(
    que: Annotated[
        str | None,
        typer.Argument(metavar="[PERFIL|HISTORIAL.CSV]", help="Un perfil, o un historial en un archivo .csv."),
    ] = None,
    salida: Annotated[
        Path | None,
        typer.Option("--salida", "-o", metavar="ARCHIVO", help="Con un historial: dónde escribir la respuesta."),
    ] = None,
    zona: Annotated[
        str, typer.Option(help="Con un historial: en qué zona están sus horas. Si no se dice, la de la oficina.")
    ] = "",
) -> None:
    """Las mejores horas de cada perfil; con un perfil, su semana entera."""
    if que is not None and parece_tabla(que):
        if salida is None:
            terminar(f"Diga dónde escribir la respuesta: pregonero horarios {que} -o horarios.csv")
        contestar_tabla(Path(que), salida, zona=_zona(zona))


def _zona(escrita: str) -> ZoneInfo | None:
    if not escrita:
        return None
    try:
        return ZoneInfo(escrita)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        terminar(f"--zona: no hay una zona «{escrita}». Por ejemplo: America/Mexico_City, America/Tijuana, UTC.")
