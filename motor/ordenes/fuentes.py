"""`pregonero fuentes`: de dónde se oye, cómo va cada una y cuánto cuesta."""

import logging
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text
from sqlmodel import col, func, select

from modelos import MedicionAjena
from modelos.consultas import perfiles
from modelos.escucha import Fuente
from motor.arranque import abrir_oficina
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.archivo import ARCHIVO
from motor.escucha.recoleccion.estado import Renglon, Salud, gasto_por_mes, porque, salud_de, todas
from motor.escucha.recoleccion.fuentes import sincronizar_fuentes
from motor.escucha.recoleccion.presupuesto import PresupuestoAgotado
from motor.escucha.recoleccion.recolector import Hecho, Recolector
from motor.escucha.recoleccion.textos import dolares, mes_legible
from motor.legible import MESES
from motor.ordenes.castellano import Ordenes
from motor.ordenes.consola import (
    con_errores_claros,
    consola,
    consola_de_errores,
    cuando,
    escribir_json,
    recorte,
    tabla,
    terminar,
)

app = Ordenes(help="Las fuentes: de dónde se oye, cómo va cada una y cuánto cuesta.", no_args_is_help=False)

EnJson = Annotated[bool, typer.Option("--json", help="Escribir JSON, para otros programas.")]

_COLORES = {
    Salud.BIEN: "green",
    Salud.NUEVA: "cyan",
    Salud.FALLA: "red",
    Salud.ILEGIBLE: "yellow",
    Salud.DUERME: "yellow",
    Salud.APAGADA: "dim",
    Salud.QUITADA: "dim",
    Salud.ATRASADA: "bold red",
}
_TRAJO = {
    "oir": ("mensaje nuevo", "mensajes nuevos"),
    "medir": ("publicación que no se conocía", "publicaciones que no se conocían"),
    "seguir": ("número", "números"),
    "retratar": ("publicación nueva", "publicaciones nuevas"),
    "revisar": ("que ya se borró allá", "que ya se borraron allá"),
}


@app.callback(invoke_without_command=True)
@con_errores_claros
def fuentes(
    contexto: typer.Context,
    en_json: EnJson = False,
    quitadas: Annotated[bool, typer.Option("--quitadas", help="También las que ya no hacen falta.")] = False,
) -> None:
    """Las fuentes, con su estado: cuándo se oyó por última vez, hasta dónde se tiene todo y cuándo toca."""
    if contexto.invoked_subcommand is not None:
        return
    escucha = abrir_oficina().escucha
    faltas = sincronizar_fuentes(escucha).faltas
    ahora = escucha.reloj.ahora()
    juntas = [f for f in todas(escucha) if quitadas or salud_de(f, ahora) is not Salud.QUITADA]
    if en_json:
        escribir_json([_como_json(f, escucha) for f in juntas])
        return
    for falta in faltas:
        consola_de_errores.print(Text.assemble(("! ", "yellow"), f"fuentes.toml: {falta}"))
    if not juntas:
        archivo = escucha.archivos / ARCHIVO
        consola.print(f"Todavía no se oye nada. Agregue un medio en {archivo}, o un perfil:", markup=False)
        consola.print("  [bold]pregonero perfiles agregar x-ayuntamiento --red x[/]")
        return
    _pintar(juntas, escucha)
    if not escucha.reglas.escucha.activa:
        consola.print("[yellow]La escucha está apagada[/]: PREGONERO_ESCUCHAR=no.")


def _pintar(juntas: list[Fuente], escucha: EntornoDeEscucha) -> None:
    """Por perfil, y lo apagado sólo abajo: su motivo es lo único que hay que leer."""
    zona, ahora = escucha.reglas.zona, escucha.reloj.ahora()
    cuadro = tabla("Fuentes", "N.º", "Fuente", "Estado", "Se oyó", "Todo hasta", "Toca", enteras=("N.º", "Estado"))
    juntas = sorted(juntas, key=lambda f: (f.red, f.perfil_id or 0))  # estable: dentro, por nombre
    encendidas = [f for f in juntas if salud_de(f, ahora) not in (Salud.APAGADA, Salud.QUITADA)]
    duenos = _duenos(escucha)
    for dueno, suyas in groupby(encendidas, key=lambda f: duenos.get(f.perfil_id or 0, f.red)):
        cuadro.add_row("", Text(dueno, style="bold"))
        for f in suyas:
            salud = salud_de(f, ahora)
            cuadro.add_row(
                str(f.id),
                Text(recorte(f.nombre if f.canal == "busqueda" else f.nombre.rpartition(": ")[2], 45)),
                Text(salud.value, style=_COLORES[salud]),
                _corto(f.oida_en, ahora, zona),
                _corto(f.cubierta_hasta, ahora, zona),
                _corto(f.proxima_en, ahora, zona),
            )
    if encendidas:
        consola.print(cuadro)
    _decir_motivos(juntas, duenos, ahora)
    if encendidas:
        consola.print("Preguntar ahora a una: [bold]pregonero fuentes escuchar --una N.º[/]")


def _decir_motivos(juntas: list[Fuente], duenos: Mapping[int, str], ahora: datetime) -> None:
    """Cada motivo una vez, con de quién es: seis canales de un perfil con la clave vencida son una sola cosa."""
    motivos: dict[tuple[str, str], list[Fuente]] = {}
    for f in juntas:
        if motivo := porque(f):
            motivos.setdefault((salud_de(f, ahora).value, motivo), []).append(f)
    for (estado, motivo), suyas in motivos.items():
        nombres = [f.nombre for f in suyas]
        if len(suyas) > 2:
            nombres = [*dict.fromkeys(duenos.get(f.perfil_id or 0, f.red) for f in suyas)]
        cuantas = f"{len(suyas)} fuentes, " if len(suyas) > 2 else ""
        consola.print(Text.assemble(("! ", "yellow"), f"{', '.join(nombres)} ({cuantas}{estado}): {motivo}"))


def _duenos(escucha: EntornoDeEscucha) -> dict[int, str]:
    """«fb-ayuntamiento (facebook)», por el número del perfil."""
    with escucha.principal.base.leer() as sesion:
        return {p.id: f"{p.nombre} ({p.red})" for p in perfiles(sesion)}


def _corto(instante: datetime | None, ahora: datetime, zona: ZoneInfo) -> str:
    """«13:42» si es hoy; si no, «23 nov 6:13»."""
    if instante is None:
        return "—"
    local = instante.astimezone(zona)
    if local.date() == ahora.astimezone(zona).date():
        return f"{local:%-H:%M}"
    return f"{local.day} {MESES[local.month - 1][:3]} {local:%-H:%M}"


def _como_json(f: Fuente, escucha: EntornoDeEscucha) -> dict[str, object]:
    return {
        "numero": f.id,
        "clave": f.clave,
        "nombre": f.nombre,
        "red": f.red,
        "trabajo": f.trabajo,
        "estado": salud_de(f, escucha.reloj.ahora()).value,
        "porque": porque(f),
        "oida_en": f.oida_en,
        "cubierta_hasta": f.cubierta_hasta,
        "proxima_en": f.proxima_en,
        "fallos": f.fallos,
    }


@app.command()
@con_errores_claros
def gasto(en_json: EnJson = False) -> None:
    """Lo que han costado las redes que cobran por leer: cada mes, en qué."""
    escucha = abrir_oficina().escucha
    renglones = gasto_por_mes(escucha)
    if en_json:
        escribir_json(
            [
                {
                    "mes": r.mes,
                    "red": r.red,
                    "concepto": r.concepto,
                    "unidades": r.unidades,
                    "dolares": r.dolares,
                    "apartado": r.apartado,
                }
                for r in renglones
            ]
        )
        return
    if not renglones:
        consola.print("No se ha gastado nada. Las redes que cobran por leer necesitan un presupuesto en .env.")
        return
    cuadro = tabla("Gasto", "Mes", "Red", "En qué", "Cuántos", "Dólares", enteras=("Mes", "Red"))
    for r in renglones:
        aparte = f" (por confirmar {r.apartado:f})" if r.apartado else ""
        cuadro.add_row(mes_legible(r.mes), r.red, Text(r.concepto), str(r.unidades), f"{r.dolares:f}{aparte}")
    consola.print(cuadro)
    _totales(escucha, renglones)


def _totales(escucha: EntornoDeEscucha, renglones: list[Renglon]) -> None:
    for mes in dict.fromkeys(r.mes for r in renglones):
        for red in dict.fromkeys(r.red for r in renglones if r.mes == mes):
            total = sum((r.dolares for r in renglones if (r.mes, r.red) == (mes, red)), Decimal(0))
            consola.print(
                f"{mes_legible(mes)}, {red}: {dolares(total)} de {dolares(escucha.presupuesto(red))} al mes.",
                markup=False,
            )


@app.command()
@con_errores_claros
def escuchar(
    una: Annotated[
        str, typer.Option("--una", metavar="CUÁL", help="Sólo ésta, por su N.º o su clave, aunque no le toque.")
    ] = "",
) -> None:
    """Preguntar ahora, una vez, y decir qué contestó cada fuente."""
    from motor.escucha.entendedor import EntendedorAlDia  # carga los lugares del país: sólo hace falta aquí

    logging.getLogger("motor").addHandler(logging.NullHandler())  # lo que iría a la bitácora ya se dice aquí
    escucha = abrir_oficina().escucha
    for falta in sincronizar_fuentes(escucha).faltas:
        consola_de_errores.print(Text.assemble(("! ", "yellow"), f"fuentes.toml: {falta}"))
    tocan = _elegidas(escucha, una)
    if not tocan:
        consola.print("No hay nada que preguntar ahora. Para preguntar a una: pregonero fuentes escuchar --una N.º")
        return
    fallaron = []
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=consola_de_errores, transient=True
    ) as avance:
        tarea = avance.add_task("Escuchando…", total=len(tocan))

        def contar(fuente: Fuente, hecho: Hecho) -> None:
            avance.advance(tarea)
            consola.print(_dicho(fuente, hecho))
            if isinstance(hecho, Exception):
                fallaron.append(fuente)

        entendedor = EntendedorAlDia(escucha)
        recolector = Recolector(escucha, lambda: entendedor, al_acabar=contar)
        recolector.preguntar(tocan)
        recolector.cerrar()
    if fallaron:
        raise typer.Exit(1)


def _elegidas(escucha: EntornoDeEscucha, una: str) -> list[Fuente]:
    ahora, juntas = escucha.reloj.ahora(), todas(escucha)
    if not una:
        return [f for f in juntas if not f.apagada_porque and f.proxima_en <= ahora]
    elegida = next((f for f in juntas if una in (f.clave, str(f.id))), None)
    if elegida is None:
        terminar(f"No hay una fuente «{una}». Véalas con: pregonero fuentes")
    if elegida.apagada_porque:
        terminar(f"{elegida.nombre} está apagada. {elegida.apagada_porque}")
    return [elegida]


def _dicho(fuente: Fuente, hecho: Hecho) -> Text:
    if isinstance(hecho, PresupuestoAgotado):
        return Text.assemble(("! ", "yellow"), f"{fuente.nombre}: {hecho}")
    if isinstance(hecho, Exception):
        return Text.assemble(("✗ ", "red"), f"{fuente.nombre}: {fuente.detalle or hecho}")
    if hecho.detalle:
        return Text.assemble(("! ", "yellow"), f"{fuente.nombre}: {hecho.detalle}")
    uno, varios = _TRAJO[fuente.trabajo]
    cuantos = f"{hecho.nuevos} {uno if hecho.nuevos == 1 else varios}" if hecho.nuevos else "nada nuevo"
    return Text.assemble(("✓ ", "green"), f"{fuente.nombre}: {cuantos}.")


@app.command()
@con_errores_claros
def competidores(en_json: EnJson = False) -> None:
    """Las cuentas con las que nos comparamos, con sus últimos números."""
    escucha = abrir_oficina().escucha
    sincronizar_fuentes(escucha)
    suyas = [f for f in todas(escucha) if f.trabajo == "retratar"]
    numeros = {f.clave: _ultimos_numeros(escucha, f.clave) for f in suyas}
    if en_json:
        escribir_json([{**_como_json(f, escucha), "numeros": numeros[f.clave]} for f in suyas])
        return
    if not suyas:
        consola.print(f"Ninguna todavía. Agréguelas en {escucha.archivos / ARCHIVO}, con [[competidor]].", markup=False)
        return
    cuadro = tabla("Otras cuentas", "Cuenta", "Números", "Última vez")
    for f in suyas:
        dichos = ", ".join(f"{n}: {v:,}".replace(",", " ") for n, v in numeros[f.clave].items())
        renglones = [r for r in (dichos, porque(f)) if r] or ["sin dato"]
        cuadro.add_row(Text(f.nombre), Text("\n".join(renglones)), cuando(f.oida_en, escucha.reglas.zona))
    consola.print(cuadro)


def _ultimos_numeros(escucha: EntornoDeEscucha, clave: str) -> dict[str, int]:
    ultimas = (
        select(func.max(MedicionAjena.id))
        .where(col(MedicionAjena.fuente) == clave)
        .group_by(col(MedicionAjena.metrica))
    )
    orden = select(MedicionAjena).where(col(MedicionAjena.id).in_(ultimas)).order_by(col(MedicionAjena.metrica))
    with escucha.principal.base.leer() as sesion:
        return {m.metrica: m.valor for m in sesion.exec(orden)}
