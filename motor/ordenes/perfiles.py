"""`pregonero perfiles`: las cuentas que administramos."""

import re
from typing import Annotated

import typer
from rich.text import Text
from sqlmodel import col, func, select

from conectores.contrato import ErrorDeRed, EstadoDePerfil
from modelos import Entrega, Perfil
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
from motor.publicacion.transiciones import anotar
from motor.vigilancia import comprobar

app = Ordenes(help="Los perfiles: agregar, comprobar, pausar.", no_args_is_help=False)

_NOMBRE = re.compile(r"[a-z0-9][a-z0-9-]{0,78}")

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
    """Agregar un perfil. Sus credenciales van en .env (vea .env.example), nunca aquí."""
    if not _NOMBRE.fullmatch(nombre):
        terminar("El nombre sólo lleva minúsculas, números y guiones: por ejemplo x-ayuntamiento.")
    entorno = abrir()
    conocida = entorno.reconocer_red(red)
    if conocida is None:
        terminar(f"No conozco la red «{red}». Vea las que hay en el README.")
    maximo, ventana_s = _cupo(cupo)
    with entorno.base.escribir() as sesion:
        if sesion.scalars(select(Perfil).where(col(Perfil.nombre) == nombre)).first() is not None:
            terminar(f"Ya hay un perfil «{nombre}».")
        perfil = Perfil(
            nombre=nombre,
            red=conocida,
            titulo=titulo,
            id_externo=id_externo,
            opciones=_opciones(opcion or []),
            separacion_s=separacion_s,
            cupo_maximo=maximo,
            cupo_ventana_s=ventana_s,
            creado_en=entorno.reloj.ahora(),
        )
        sesion.add(perfil)
    consola.print(f"[green]✓[/] Agregado {nombre}. Sus credenciales, en .env (vea .env.example):")
    for clave in entorno.abrir(perfil).claves:
        consola.print(
            f"  PREGONERO_{conocida.upper()}_{clave.nombre.upper()}", "" if clave.obligatoria else "(opcional)"
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


def _cupo(texto: str) -> tuple[int | None, int | None]:
    if not texto:
        return None, None
    hallado = re.fullmatch(r"(\d+)\s*/\s*(\d+)\s*([hmd])", texto.strip())
    if hallado is None or int(hallado[1]) < 1 or int(hallado[2]) < 1:
        terminar(f"El cupo «{texto}» no se entiende. Escríbalo como 10/24h, 3/1h o 1/30m.")
    return int(hallado[1]), int(hallado[2]) * {"m": 60, "h": 3600, "d": 86400}[hallado[3]]


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
        perfil = perfil_de(sesion, nombre)
        ahora = entorno.reloj.ahora()
        perfil.pausado_en, perfil.pausado_por = ahora, "una persona"
        perfil.pausa_motivo = motivo or "Pausado a mano."
        sesion.add(perfil)
        anotar(sesion, "perfil_en_pausa", ahora=ahora, perfil_id=perfil.id, detalle=perfil.pausa_motivo, autor="orden")
    consola.print(f"[yellow]En pausa[/] {nombre}. Para seguir: [bold]pregonero perfiles reanudar {nombre}[/]")


@app.command()
@con_errores_claros
def reanudar(nombre: Nombre) -> None:
    """Volver a publicar en un perfil detenido."""
    entorno = abrir()
    with entorno.base.escribir() as sesion:
        perfil = perfil_de(sesion, nombre)
        perfil.pausado_en, perfil.pausado_por, perfil.pausa_motivo = None, "", ""
        sesion.add(perfil)
        anotar(sesion, "perfil_reanudado", ahora=entorno.reloj.ahora(), perfil_id=perfil.id, autor="orden")
    consola.print(f"[green]✓[/] {nombre} vuelve a publicar.")


@app.command()
@con_errores_claros
def quitar(nombre: Nombre) -> None:
    """Quitar un perfil que nunca se usó; los que tienen historia se pausan."""
    entorno = abrir()
    with entorno.base.escribir() as sesion:
        perfil = perfil_de(sesion, nombre)
        suyas = select(func.count()).select_from(Entrega).where(col(Entrega.perfil_id) == perfil.id)
        if sesion.execute(suyas).scalar_one():
            terminar(f"«{nombre}» tiene historia y no se borra. Deténgalo con: pregonero perfiles pausar {nombre}")
        sesion.delete(perfil)
    consola.print(f"Quitado {nombre}.")
