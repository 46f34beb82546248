"""`pregonero aprobaciones`: lo que no sale hasta que alguien diga que sí, y quién. Aprobar, sólo en el panel."""

from typing import Annotated

import typer
from rich.text import Text

from modelos import Rol
from motor.aprobaciones.pendientes import Cuales, Pendiente, listar
from motor.ordenes.consola import abrir, con_errores_claros, consola, cuando, escribir_json, recorte, tabla
from motor.usuarios.permisos import TODOS, Permisos

_QUIEN_TIENE_EL_SERVIDOR = Permisos(0, {TODOS: frozenset({Rol.LECTOR})})
"""Lo ve todo y no firma nada."""


@con_errores_claros
def aprobaciones(
    limite: Annotated[int, typer.Option(metavar="CUÁNTAS", min=1, help="Cuántas, a lo más.")] = 200,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON, para otros programas.")] = False,
) -> None:
    """Lo que espera una aprobación, por su hora. Aprueba una persona con su cuenta, en el panel."""
    entorno = abrir()
    ahora, zona = entorno.reloj.ahora(), entorno.reglas.zona
    with entorno.base.leer() as sesion:
        esperan = listar(sesion, _QUIEN_TIENE_EL_SERVIDOR, Cuales.ESPERAN, ahora=ahora, limite=limite)
    if en_json:
        escribir_json([_como_json(e) for e in esperan])
        return
    if not esperan:
        consola.print("Nada espera aprobación.")
        return
    cuadro = tabla("Esperan aprobación", "N.º", "Hora", "Perfiles", "Espera", "Texto", enteras=("N.º", "Hora"))
    for e in esperan:
        perfiles = ", ".join(nombre for nombre, _ in e.perfiles)
        hora = f"{cuando(e.hora, zona)}{' (ya pasó)' if e.hora is not None and e.hora < ahora else ''}"
        cuadro.add_row(str(e.id), hora, Text(perfiles), Text(e.espera), Text(recorte(e.texto)))
    consola.print(cuadro)
    url = entorno.reglas.avisos.url_del_panel
    consola.print(f"Se aprueban en el panel{f': {url}/aprobaciones' if url else ', en «Aprobaciones»'}.", markup=False)


def _como_json(e: Pendiente) -> dict[str, object]:
    return {
        "id": e.id,
        "publicacion": e.publicacion_id,
        "perfiles": [nombre for nombre, _ in e.perfiles],
        "hora": e.hora,
        "espera": e.espera,
        "pedida_por": e.pedida_por,
        "pedida_en": e.pedida_en,
        "texto": e.texto,
    }
