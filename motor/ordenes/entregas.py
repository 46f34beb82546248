"""`pregonero entregas`: qué salió, qué saldrá, y lo que debe decidir una persona."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated

import typer
from rich.text import Text
from sqlmodel import Session

from modelos import Entrega, Estado, Perfil
from modelos.consultas import agenda, historia_de, intentos_de
from motor.ordenes.castellano import Ordenes
from motor.ordenes.consola import (
    abrir,
    con_errores_claros,
    confirmar,
    consola,
    cuando,
    escribir_json,
    estado_legible,
    recorte,
    tabla,
    terminar,
)
from motor.publicacion import horas_elegidas, mando
from motor.publicacion.mando import Respuesta

app = Ordenes(help="Las entregas: ver, cancelar, reprogramar, resolver una duda.")

AUTOR = mando.AUTOR_DE_ORDEN
QUIENES = {"motor": "Pregonero", AUTOR: "una persona"}
Id = Annotated[int, typer.Argument(metavar="NÚMERO", help="Número de la entrega.")]
EnJson = Annotated[bool, typer.Option("--json", help="Escribir JSON, para otros programas.")]


@app.callback(invoke_without_command=True)
@con_errores_claros
def lista(
    contexto: typer.Context,
    estado: Annotated[
        list[Estado] | None, typer.Option(help="Sólo en este estado («por_decidir», «fallida»…). Se puede repetir.")
    ] = None,
    perfil: Annotated[str, typer.Option(help="Sólo de este perfil.")] = "",
    dias: Annotated[int, typer.Option(metavar="DÍAS", min=1, help="Cuántos días atrás y adelante.")] = 30,
    limite: Annotated[int, typer.Option(metavar="CUÁNTAS", min=1, help="Cuántas, a lo más.")] = 200,
    en_json: EnJson = False,
) -> None:
    """Las entregas, por hora."""
    if contexto.invoked_subcommand is not None:
        return
    entorno = abrir()
    ahora, margen = entorno.reloj.ahora(), timedelta(days=dias)
    with entorno.base.leer() as sesion:
        filas = agenda(
            sesion, desde=ahora - margen, hasta=ahora + margen, estados=estado or (), perfil=perfil, limite=limite
        )
    if en_json:
        escribir_json([como_json(e, p) for e, p, _ in filas])
        return
    if not filas:
        que_hacer = "" if estado or perfil else " Suelte un archivo en la carpeta de entrada."
        consola.print(f"Ninguna en {dias} días atrás ni adelante (cambie --dias).{que_hacer}")
        return
    cuadro = tabla("Entregas", "N.º", "Hora", "Perfil", "Estado", "Texto", enteras=("N.º", "Hora", "Perfil", "Estado"))
    for e, p, _ in filas:
        hora = cuando(e.no_antes_de, entorno.reglas.zona).replace(f" {ahora.astimezone(entorno.reglas.zona).year},", "")
        cuadro.add_row(str(e.id), hora, p.nombre, estado_legible(e.estado), _texto_y_detalle(e))
    consola.print(cuadro)
    consola.print("Una con su historia y su enlace: [bold]pregonero entregas ver NÚMERO[/]")


def _texto_y_detalle(e: Entrega) -> Text:
    """El detalle sólo de lo que no ha ido bien: lo publicado se ve en su red."""
    texto = Text(recorte(e.texto, 60))
    if e.detalle and e.estado is not Estado.PUBLICADA:
        texto.append(f"\n{recorte(e.detalle, 160)}", style="dim")
    return texto


def como_json(e: Entrega, p: Perfil) -> dict[str, object]:
    return {
        "id": e.id,
        "publicacion": e.publicacion_id,
        "perfil": p.nombre,
        "red": p.red,
        "parte": e.parte,
        "estado": e.estado.value,
        "hora": e.no_antes_de,
        "texto": e.texto,
        "detalle": e.detalle,
        "id_externo": e.id_externo,
        "url": e.url,
        "publicada_en": e.publicada_en,
        "borrada_en": e.borrada_en,
    }


@app.command()
@con_errores_claros
def ver(id_: Id, en_json: EnJson = False) -> None:
    """Una entrega con toda su historia."""
    entorno = abrir()
    with entorno.base.leer() as sesion:
        entrega, perfil = _obtener(sesion, id_)
        historia, intentos = historia_de(sesion, id_), intentos_de(sesion, id_)
        por_que = horas_elegidas.por_que(sesion, [entrega]).get(id_, "")
    zona = entorno.reglas.zona
    if en_json:
        sucesos = [{"en": h.ocurrido_en, "accion": h.accion, "autor": h.autor, "detalle": h.detalle} for h in historia]
        escribir_json(
            {**como_json(entrega, perfil), "por_que_esa_hora": por_que, "historia": sucesos, "intentos": len(intentos)}
        )
        return
    red = entorno.capacidades_de(perfil.red).nombre
    consola.print(f"[bold]Entrega {entrega.id}[/] en {perfil.titulo or perfil.nombre} ({red})")
    consola.print(f"Estado: {estado_legible(entrega.estado)}   Hora: {cuando(entrega.no_antes_de, zona)}")
    if entrega.estado is Estado.RETENIDA and entrega.detalle:
        consola.print(entrega.detalle, markup=False)
    if por_que:
        consola.print(por_que, markup=False)
    consola.print(entrega.texto, markup=False, style="italic")
    if entrega.url:
        consola.print(f"Enlace: {entrega.url}", markup=False)
    cuadro = tabla("\nHistoria", "Cuándo", "Qué", "Quién", "Detalle", enteras=("Cuándo", "Qué", "Quién"))
    for h in historia:
        local = h.ocurrido_en.astimezone(zona)
        que = h.accion.removeprefix("entrega_").replace("_", " ")
        cuadro.add_row(f"{local:%d/%m/%Y %H:%M:%S}", que, QUIENES.get(h.autor, h.autor), Text(h.detalle))
    consola.print(cuadro)
    if entrega.estado is Estado.POR_DECIDIR:
        _decir_como_resolver(entrega, dudosa=bool(intentos))


def _decir_como_resolver(entrega: Entrega, *, dudosa: bool) -> None:
    consola.print(
        f"[bold yellow]Hay que decidir.[/] {'Abra el perfil, busque ese texto, y diga:' if dudosa else 'Diga:'}"
    )
    if dudosa:
        consola.print(f"  sí está:               [bold]pregonero entregas resolver {entrega.id} --publicada ENLACE[/]")
    consola.print(f"  que salga ya:          [bold]pregonero entregas resolver {entrega.id} --repetir[/]")
    consola.print(f"  que no salga:          [bold]pregonero entregas resolver {entrega.id} --cancelar[/]")


def _obtener(sesion: Session, id_: int) -> tuple[Entrega, Perfil]:
    entrega = sesion.get(Entrega, id_)
    if entrega is None:
        terminar(f"No hay una entrega {id_}. Vea las que hay con: pregonero entregas")
    perfil = sesion.get(Perfil, entrega.perfil_id)
    assert perfil is not None  # noqa: S101 # lo garantiza la clave ajena
    return entrega, perfil


@app.command()
@con_errores_claros
def cancelar(
    ids: Annotated[list[int], typer.Argument(metavar="NÚMERO…", help="Números de las entregas.")],
    motivo: Annotated[str, typer.Option(help="Por qué.")] = "",
) -> None:
    """Cancelar entregas que no han salido: todas las que se nombran, o ninguna."""
    entorno = abrir()
    with entorno.base.escribir() as sesion:
        for id_ in ids:
            entrega, _ = _obtener(sesion, id_)
            with _dicho(id_):
                mando.cancelar(sesion, entrega, motivo=motivo, autor=AUTOR, ahora=entorno.reloj.ahora())
    cuales = ", ".join(map(str, ids))
    consola.print(f"Cancelada: {cuales}. Para deshacerlo, deles otra hora:")
    consola.print(f'  [bold]pregonero entregas reprogramar {ids[0]} "mañana 9:00"[/]')


@app.command()
@con_errores_claros
def reprogramar(
    id_: Id,
    fecha: Annotated[
        str, typer.Argument(help="«mañana 9:00», «2026-12-01 09:00», «mejor hora antes del viernes», «ya»…")
    ],
) -> None:
    """Cambiar la hora de una entrega que seguro no ha salido; con «mejor hora …», la elige Pregonero."""
    entorno = abrir()
    ahora = entorno.reloj.ahora()
    with entorno.base.leer() as sesion, _dicho(id_):
        cita = mando.leer_hora(sesion, entorno, _obtener(sesion, id_)[1], fecha, ahora=ahora)
    with entorno.base.escribir() as sesion, _dicho(id_):
        entrega, _ = _obtener(sesion, id_)
        hora, _, porque = mando.reprogramar(sesion, entorno, entrega, cita, autor=AUTOR, ahora=ahora).partition("\n")
    consola.print(f"[green]✓[/] La {id_} {hora}")
    if porque:
        consola.print(porque, markup=False)


@app.command()
@con_errores_claros
def resolver(
    id_: Id,
    publicada: Annotated[str, typer.Option(help="Sí está publicada: su enlace o su identificador en la red.")] = "",
    repetir: Annotated[bool, typer.Option("--repetir", help="No está publicada: que salga ya.")] = False,
    cancelada: Annotated[bool, typer.Option("--cancelar", help="No está publicada, ni hace falta.")] = False,
) -> None:
    """Contestar a una duda: lo que Pregonero no puede saber lo dice usted, después de mirar el perfil."""
    if sum(map(bool, (publicada, repetir, cancelada))) != 1:
        terminar("Diga una de tres: --publicada ENLACE, --repetir o --cancelar.")
    respuesta = Respuesta.SALIO if publicada else Respuesta.NO_SALIO if repetir else Respuesta.NO_HACE_FALTA
    entorno = abrir()
    with entorno.base.escribir() as sesion, _dicho(id_):
        entrega, _ = _obtener(sesion, id_)
        ahora = entorno.reloj.ahora()
        mando.resolver(sesion, entrega, respuesta, enlace=publicada, autor=AUTOR, ahora=ahora)
    consola.print(f"[green]✓[/] Resuelta la {id_}.")


@app.command()
@con_errores_claros
def retener(id_: Id, motivo: Annotated[str, typer.Option(help="Por qué.")] = "") -> None:
    """Apartar una entrega para que no salga hasta que la suelte."""
    entorno = abrir()
    with entorno.base.escribir() as sesion, _dicho(id_):
        entrega, _ = _obtener(sesion, id_)
        mando.retener(sesion, entrega, motivo=motivo, autor=AUTOR, ahora=entorno.reloj.ahora())
    consola.print(f"[magenta]Retenida[/] la {id_}. Para soltarla: [bold]pregonero entregas soltar {id_}[/]")


@app.command()
@con_errores_claros
def soltar(id_: Id) -> None:
    """Dejar salir una entrega retenida."""
    entorno = abrir()
    with entorno.base.escribir() as sesion, _dicho(id_):
        entrega, _ = _obtener(sesion, id_)
        mando.soltar(sesion, entrega, autor=AUTOR, ahora=entorno.reloj.ahora())
    consola.print(f"[green]✓[/] La {id_} sigue su curso.")


@app.command()
@con_errores_claros
def borrar(
    id_: Id, si: Annotated[bool, typer.Option("--si", help="No preguntar: lo borrado de la red no vuelve.")] = False
) -> None:
    """Borrar de la red lo que ya se publicó."""
    entorno = abrir()
    with entorno.base.leer() as sesion:
        entrega, perfil = _obtener(sesion, id_)
    with _dicho(id_):
        mando.exigir_borrable(entorno, entrega, perfil)
    if not si and not confirmar(f"¿Borrar de {perfil.nombre} «{recorte(entrega.texto)}»? No se puede deshacer."):
        raise typer.Exit(1)
    with _dicho(id_):
        mando.borrar(entorno, entrega, perfil, autor=AUTOR)
    consola.print(f"Borrada de {perfil.nombre}.")


@contextmanager
def _dicho(id_: int) -> Iterator[None]:
    """Lo que no se puede, dicho con la orden que sí."""
    try:
        yield
    except mando.NoSePuede as error:
        terminar(f"{error} {_QUE_HACER.get(type(error), '').format(id=id_)}".strip())


_QUE_HACER = {
    mando.YaSalio: "Para quitarla de la red: pregonero entregas borrar {id}",
    mando.FaltaDecidir: "Con: pregonero entregas resolver {id} --repetir",
    mando.CambioMientras: "Con: pregonero entregas ver {id}",
}
