"""`pregonero perfiles`: las cuentas que administramos."""

from typing import Annotated

import typer
from rich.text import Text

from conectores.contrato import ErrorDeRed, EstadoDePerfil
from modelos import Perfil
from modelos.consultas import perfiles
from motor.ordenes.castellano import Ordenes
from motor.ordenes.consola import (
    abrir,
    con_errores_claros,
    consola,
    cuando,
    escribir_json,
    perfil_de,
    tabla,
    terminar,
)
from motor.perfiles import mando
from motor.perfiles.datos import DatoMalo, DatosDePerfil, Ritmo
from motor.publicacion.mando import NoSePuede
from motor.vigilancia import comprobar

app = Ordenes(help="Los perfiles: agregar, comprobar, pausar.", no_args_is_help=False)

Nombre = Annotated[str, typer.Argument(help="Nombre corto del perfil, como lo escriben los editores.")]
EnJson = Annotated[bool, typer.Option("--json", help="Escribir JSON, para otros programas.")]


@app.callback(invoke_without_command=True)
@con_errores_claros
def lista(contexto: typer.Context, en_json: EnJson = False) -> None:
    """Los perfiles, con su estado."""
    if contexto.invoked_subcommand is not None:
        return
    entorno = abrir()
    with entorno.base.leer() as sesion:
        todos = perfiles(sesion)
    if en_json:
        escribir_json([_como_json(p) for p in todos])
        return
    if not todos:
        consola.print("Todavía no hay perfiles. Agregue el primero:")
        consola.print("  [bold]pregonero perfiles agregar x-ayuntamiento --red x[/]")
        return
    cuadro = tabla("Perfiles", "Nombre", "Red", "Título", "Estado", "Vence", enteras=("Nombre", "Red"))
    for p in todos:
        estado = f"[yellow]en pausa[/]: {p.pausa_motivo}" if p.pausado_en else "[green]activo[/]"
        cuadro.add_row(p.nombre, p.red, p.titulo or "—", estado, cuando(p.token_vence_en, entorno.reglas.zona))
    consola.print(cuadro)


def _como_json(p: Perfil) -> dict[str, object]:
    return {
        "nombre": p.nombre,
        "red": p.red,
        "titulo": p.titulo,
        "id_externo": p.id_externo,
        "activo": p.pausado_en is None,
        "pausa_motivo": p.pausa_motivo,
        "token_vence_en": p.token_vence_en,
    }


@app.command()
@con_errores_claros
def agregar(
    nombre: Nombre,
    red: Annotated[str, typer.Option(help="La red: x, facebook, instagram, pinterest, bluesky…")],
    id_externo: Annotated[str, typer.Option("--id", metavar="ID", help="Identificador de la cuenta en la red.")] = "",
    titulo: Annotated[str, typer.Option(metavar="TÍTULO", help="Cómo llamarlo en pantalla y en los correos.")] = "",
    opcion: Annotated[
        list[str] | None,
        typer.Option(metavar="NOMBRE=VALOR", help="Lo propio de la red: «tablero=123». Se puede repetir."),
    ] = None,
    separacion_s: Annotated[
        int | None, typer.Option(metavar="SEGUNDOS", min=0, help="Lo que pasa entre dos publicaciones de este perfil.")
    ] = None,
    cupo: Annotated[str, typer.Option(help="Cupo propio: «10/24h» o «3/1h».")] = "",
) -> None:
    """Agregar un perfil. Sus credenciales van en el panel, o en .env (vea .env.example); nunca aquí."""
    entorno = abrir()
    ritmo = Ritmo(separacion_s=separacion_s, cupo=cupo)
    datos = DatosDePerfil(titulo=titulo, id_externo=id_externo, opciones=_opciones(opcion or []))
    try:
        with entorno.base.escribir() as sesion:
            perfil = mando.agregar(
                sesion, entorno, nombre=nombre, red=red, datos=datos, ritmo=ritmo, ahora=entorno.reloj.ahora()
            )
    except DatoMalo as error:
        terminar(str(error))
    consola.print(f"[green]✓[/] Agregado {nombre}. Sus credenciales, en el panel o en .env (vea .env.example):")
    for clave in entorno.abrir(perfil).claves:
        consola.print(
            f"  PREGONERO_{perfil.red.upper()}_{clave.nombre.upper()}", "" if clave.obligatoria else "(opcional)"
        )
    consola.print(f"Compruébelo con: [bold]pregonero perfiles comprobar {nombre}[/]")


def _opciones(pares: list[str]) -> dict[str, str]:
    opciones = {}
    for par in pares:
        clave, igual, valor = par.partition("=")
        if not igual or not clave.strip():
            terminar(f"La opción «{par}» debe escribirse nombre=valor.")
        opciones[clave.strip()] = valor.strip()
    return opciones


@app.command("comprobar")
@con_errores_claros
def comprobar_(
    nombre: Annotated[str | None, typer.Argument(help="Cuál; sin nombre, todos.")] = None, en_json: EnJson = False
) -> None:
    """Preguntar a la red si el perfil puede publicar, y reanudarlo si estaba en pausa por un fallo."""
    entorno = abrir()
    with entorno.base.leer() as sesion:
        elegidos = [perfil_de(sesion, nombre)] if nombre else perfiles(sesion)
    resultados = []
    for perfil in elegidos:
        respuesta = comprobar(entorno, perfil)
        resultados.append((perfil, respuesta))
        if not en_json:
            _contar(perfil, respuesta)
    if en_json:
        escribir_json(
            [{"nombre": p.nombre, "sirve": isinstance(r, EstadoDePerfil), "detalle": str(r)} for p, r in resultados]
        )
    if any(isinstance(r, ErrorDeRed) for _, r in resultados):
        raise typer.Exit(1)


def _contar(perfil: Perfil, respuesta: EstadoDePerfil | ErrorDeRed) -> None:
    if isinstance(respuesta, ErrorDeRed):
        consola.print(Text.assemble(("✗", "red"), f" {perfil.nombre}: {respuesta.detalle}"))
        if respuesta.remedio:
            consola.print(f"  → {respuesta.remedio}", markup=False)
        return
    consola.print(f"[green]✓[/] {perfil.nombre}: es «{respuesta.nombre}» y puede publicar.")
    if respuesta.cupo_restante is not None:
        consola.print(f"  Le quedan {respuesta.cupo_restante} publicaciones de su cupo.")
    for falta in respuesta.faltan:
        consola.print(f"  [yellow]Falta el permiso {falta}.[/]")
    for aviso in respuesta.avisos:
        consola.print(f"  {aviso}", style="dim", markup=False)


@app.command()
@con_errores_claros
def pausar(
    nombre: Nombre, motivo: Annotated[str, typer.Option(help="Por qué, para quien lo lea después.")] = ""
) -> None:
    """Detener un perfil: sus publicaciones esperan hasta que lo reanude."""
    entorno = abrir()
    with entorno.base.escribir() as sesion:
        mando.pausar(sesion, perfil_de(sesion, nombre), motivo, ahora=entorno.reloj.ahora())
    consola.print(f"[yellow]En pausa[/] {nombre}. Para seguir: [bold]pregonero perfiles reanudar {nombre}[/]")


@app.command()
@con_errores_claros
def reanudar(nombre: Nombre) -> None:
    """Volver a publicar en un perfil detenido."""
    entorno = abrir()
    with entorno.base.escribir() as sesion:
        mando.reanudar(sesion, perfil_de(sesion, nombre), ahora=entorno.reloj.ahora())
    consola.print(f"[green]✓[/] {nombre} vuelve a publicar.")


@app.command()
@con_errores_claros
def quitar(nombre: Nombre) -> None:
    """Quitar un perfil que nunca se usó; los que tienen historia se pausan."""
    entorno = abrir()
    try:
        with entorno.base.escribir() as sesion:
            mando.quitar(sesion, perfil_de(sesion, nombre), ahora=entorno.reloj.ahora())
    except NoSePuede as error:
        terminar(str(error))
    consola.print(f"Quitado {nombre}.")
