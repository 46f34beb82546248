"""`pregonero monitores`: qué se vigila, y qué contaría."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text
from sqlmodel import Session, col, func, select

from conectores.contrato_escucha import Autor, Clase, Oido
from modelos.escucha import Conteo, Fuente, Mensaje
from modelos.escucha.consultas import ultimos
from modelos.monitor import Monitor
from motor.escucha.almacen.contar import HORA_S
from motor.escucha.entendedor import Entendedor, componer, lugares_de
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.lugares.archivos import ArchivoDeLugaresInvalido
from motor.escucha.monitores.anticipo import anticipar
from motor.escucha.monitores.archivo import NOMBRE, Cambios, Leidos
from motor.escucha.monitores.archivo import revisar as revisar_archivo
from motor.escucha.monitores.archivo import sincronizar as sincronizar_archivo
from motor.escucha.monitores.definicion import Definicion, DefinicionInvalida
from motor.escucha.monitores.en_palabras import donde_en_palabras, en_palabras
from motor.escucha.monitores.guardados import definicion_de, definiciones_activas
from motor.escucha.monitores.recuento import pendientes
from motor.escucha.monitores.recuento import recontar as recontar_monitores
from motor.ordenes.castellano import Ordenes
from motor.ordenes.consola import (
    abrir_escucha,
    con_errores_claros,
    consola,
    consola_de_errores,
    cuando,
    escribir_json,
    recorte,
    tabla,
    terminar,
)
from motor.renglones import cercana

app = Ordenes(help="Los monitores: qué palabras y qué lugares se vigilan.", no_args_is_help=False)

EnJson = Annotated[bool, typer.Option("--json", help="Escribir JSON, para otros programas.")]
_SIN_MONITORES = "Todavía no hay monitores. Escríbalos en monitores.toml: pregonero configurar"
Cual = Annotated[str, typer.Argument(metavar="CLAVE", help="La clave del monitor, como en monitores.toml.")]


@app.callback(invoke_without_command=True)
@con_errores_claros
def monitores(contexto: typer.Context, en_json: EnJson = False) -> None:
    """Los monitores, con lo que han contado."""
    if contexto.invoked_subcommand is None:
        _listar(en_json)


@app.command()
@con_errores_claros
def listar(en_json: EnJson = False) -> None:
    """Los monitores, con lo que han contado en el último día y la última semana."""
    _listar(en_json)


def _listar(en_json: bool) -> None:
    escucha = abrir_escucha()
    with escucha.principal.base.leer() as sesion:
        todos = list(sesion.exec(select(Monitor).order_by(col(Monitor.activo).desc(), col(Monitor.clave))))
    dia, semana = (_Ultimos.de(escucha, timedelta(days=dias)) for dias in (1, 7))
    if en_json:
        escribir_json([_como_json(m) | {"dia": dia.cuenta(m), "semana": semana.cuenta(m)} for m in todos])
        return
    if not todos:
        consola.print(f"Todavía no hay monitores. Escriba los suyos en {escucha.archivos / NOMBRE} y aplíquelos con:")
        consola.print("  [bold]pregonero monitores sincronizar[/]")
        if not (escucha.archivos / NOMBRE).exists():
            consola.print("Para partir de un ejemplo comentado: [bold]pregonero configurar[/]")
        return
    cuadro = tabla("Monitores", "Clave", "Nombre", "24 h", "7 días", "Estado", enteras=("Clave", "24 h", "7 días"))
    for m in todos:
        estado = _estado(m)
        cuadro.add_row(Text(m.clave), Text(m.nombre), dia.dicha(m), semana.dicha(m), estado)
    consola.print(cuadro)
    if not semana.oido:
        consola.print("En la última semana no se ha oído nada. Por qué: [bold]pregonero fuentes[/]")
    if any(m.activo and m.contado != m.version for m in todos):
        consola.print("Para contar el pasado de los pendientes: [bold]pregonero monitores recontar[/]")


def _estado(m: Monitor) -> str:
    if not m.activo:
        return "[dim]quitado[/]"
    return "[green]al día[/]" if m.contado == m.version else "[yellow]pasado sin contar[/]"


def _como_json(m: Monitor) -> dict[str, object]:
    return {
        "clave": m.clave,
        "nombre": m.nombre,
        "activo": m.activo,
        "origen": m.origen,
        "version": m.version,
        "contado": m.contado,
        "definicion": m.definicion,
    }


@dataclass(frozen=True, slots=True)
class _Ultimos:
    """Lo contado en las horas de un plazo, por monitor. oido: si se oyó algo; si no, nadie sabe cuánto hubo."""

    cuentas: Mapping[int, int]
    oido: bool

    @classmethod
    def de(cls, escucha: EntornoDeEscucha, plazo: timedelta) -> "_Ultimos":
        desde = escucha.reloj.ahora() - plazo
        orden = (
            select(Conteo.monitor_id, func.sum(Conteo.cuenta))
            .where(col(Conteo.paso_s) == HORA_S, col(Conteo.inicio) > desde)
            .group_by(col(Conteo.monitor_id))
        )
        oida = select(Fuente.id).where(col(Fuente.trabajo) == "oir", col(Fuente.oida_en) > desde).limit(1)
        with escucha.base.leer() as sesion:
            cuentas = {monitor: int(cuenta) for monitor, cuenta in sesion.exec(orden)}
            return cls(cuentas, bool(cuentas) or sesion.exec(oida).first() is not None)

    def cuenta(self, monitor: Monitor) -> int | None:
        return self.cuentas.get(monitor.id, 0) if self.oido else None

    def dicha(self, monitor: Monitor) -> str:
        cuenta = self.cuenta(monitor)
        return "sin dato" if cuenta is None else str(cuenta)


# ── Uno ──────────────────────────────────────────────────────────────────────────────────────────────────────


@app.command()
@con_errores_claros
def ver(clave: Cual, en_json: EnJson = False) -> None:
    """Un monitor: lo que busca y lo último que contó."""
    escucha = abrir_escucha()
    with escucha.principal.base.leer() as sesion:
        monitor = _monitor(sesion, clave)
    with escucha.base.leer() as sesion:
        suyos = ultimos(sesion, monitor.id, limite=5)
    if en_json:
        vistos = [{"publicado_en": m.publicado_en, "red": m.red, "texto": _dicho(m), "url": m.url} for m in suyos]
        escribir_json(_como_json(monitor) | {"ultimos": vistos})
        return
    zona = escucha.reglas.zona
    consola.print(Text.assemble((monitor.nombre, "bold"), f" ({monitor.clave}) · ", Text.from_markup(_estado(monitor))))
    de = NOMBRE if monitor.origen == "archivo" else monitor.origen
    consola.print(f"De {de}. Se cuenta desde {cuando(monitor.desde, zona)}.", markup=False)
    try:
        for renglon in en_palabras(definicion_de(monitor)):
            consola.print(f"  {renglon}", markup=False)
    except DefinicionInvalida as error:
        consola.print(Text(f"  No se entiende: {' '.join(error.faltas)}", style="red"))
    consola.print("Lo último que contó:" if suyos else "Todavía no ha contado ningún mensaje.")
    for m in suyos:
        dicho = recorte(f"{m.titulo} {_dicho(m)}", 80) if m.borrado_en is None else "(borrado)"
        consola.print(f"  {cuando(m.publicado_en, zona)}  {m.red}  {dicho}", markup=False)


def _dicho(m: Mensaje) -> str:
    """Lo que se escribió en privado lo lee en la red quien lo atiende, no quien mira una lista."""
    return "(es privado: léalo en la red)" if m.clase == Clase.DIRECTO else m.texto


def _monitor(sesion: Session, clave: str) -> Monitor:
    monitor = sesion.exec(select(Monitor).where(Monitor.clave == clave)).first()
    if monitor is None:
        claves = list(sesion.exec(select(Monitor.clave).order_by(Monitor.clave)))
        terminar(f"No hay un monitor «{clave}». {cercana(clave, claves) if claves else 'Todavía no hay ninguno.'}")
    return monitor


@app.command()
@con_errores_claros
def probar(
    texto: Annotated[str, typer.Argument(help="El mensaje, entre comillas.")],
    titulo: Annotated[str, typer.Option(help="Su título, si es un artículo.")] = "",
    red: Annotated[str, typer.Option(help="De qué red; sin decirla, ninguna descarta.")] = "",
    clase: Annotated[str, typer.Option(help="mencion, comentario, directo…; sin decirla, ninguna descarta.")] = "",
    autor: Annotated[str, typer.Option(help="La cuenta de quien lo dice.")] = "",
    lugar_del_autor: Annotated[str, typer.Option(metavar="LUGAR", help="De dónde dice ser en su perfil.")] = "",
    en_json: EnJson = False,
) -> None:
    """Qué monitores contarían un mensaje, y por qué."""
    escucha = abrir_escucha()
    slug = _red(escucha, red)
    cual = _clase(clase)
    with escucha.principal.base.leer() as sesion:
        definiciones = definiciones_activas(sesion, escucha.principal.reconocer_red)
    if not slug:
        definiciones = {m: replace(d, redes=frozenset()) for m, d in definiciones.items()}
    if not clase:
        definiciones = {m: replace(d, clases=frozenset(Clase)) for m, d in definiciones.items()}
    with _lugares_claros():
        lugares = lugares_de(escucha)
    entendedor = Entendedor(componer(definiciones, lugares), lugares)
    oido = Oido(
        id_externo="prueba",
        clase=cual,
        texto=texto,
        titulo=titulo,
        publicado_en=escucha.reloj.ahora(),
        autor=Autor(usuario=autor, lugar=lugar_del_autor),
    )
    _contar_motivos(entendedor, slug, oido, definiciones, en_json=en_json)


def _red(escucha: EntornoDeEscucha, red: str) -> str:
    if not red:
        return ""
    conocida = escucha.principal.reconocer_red(red)
    if conocida is None:
        terminar(f"No conozco la red «{red}». Vea las que hay en el README.")
    return conocida


def _clase(clase: str) -> Clase:
    try:
        return Clase(clase or Clase.MENCION)
    except ValueError:
        terminar(f"No existe la clase «{clase}». {cercana(clase, list(Clase))}")


def _contar_motivos(
    entendedor: Entendedor, red: str, oido: Oido, definiciones: Mapping[int, Definicion], *, en_json: bool
) -> None:
    donde, motivos = entendedor.explicar(red, oido)
    cuentan, casi = [m for m in motivos if not m.porque_no], [m for m in motivos if m.porque_no]
    if en_json:
        lugar = None if donde is None else {"nombre": donde.nombre, "por": donde.por, "confianza": donde.confianza}
        hallados = [
            {"clave": definiciones[m.monitor].clave, "terminos": m.terminos, "por_lugar": m.por_lugar} for m in cuentan
        ]
        escribir_json({"monitores": hallados, "donde": lugar})
        return
    consola.print(f"Dónde: {donde_en_palabras(donde)}", markup=False)
    for m in cuentan:
        d = definiciones[m.monitor]
        por = [f"«{t}»" for t in m.terminos] + (["su lugar"] if m.por_lugar else [])
        consola.print(
            Text.assemble(("✓", "green"), " ", (d.clave, "bold"), f" ({d.nombre}): por {', '.join(por) or 'su clase'}")
        )
    if not cuentan:
        consola.print("Ningún monitor lo contaría." if definiciones else _SIN_MONITORES)
    for m in casi:
        d = definiciones[m.monitor]
        dicho = f"· {d.clave} ({d.nombre}): no, aunque dice {', '.join(f'«{t}»' for t in m.terminos)}: {m.porque_no}"
        consola.print(Text(dicho, style="dim"))


# ── El archivo ───────────────────────────────────────────────────────────────────────────────────────────────


@app.command()
@con_errores_claros
def revisar(
    anticipo: Annotated[
        bool, typer.Option("--anticipo/--sin-anticipo", help="Contar también lo que habría contado en 30 días.")
    ] = True,
) -> None:
    """Qué cambiaría con monitores.toml, y qué está mal escrito, sin aplicarlo."""
    escucha = abrir_escucha()
    cambios, leidos = revisar_archivo(escucha)
    _contar_cambios(cambios, escucha, aplicados=False)
    if anticipo and (cambios.nuevos or cambios.cambiados):
        _anticipar(escucha, cambios, leidos)
    if cambios.hay:
        consola.print("Para aplicarlo: [bold]pregonero monitores sincronizar[/]")
    if cambios.errores:
        raise typer.Exit(1)


def _anticipar(escucha: EntornoDeEscucha, cambios: Cambios, leidos: Leidos) -> None:
    interesan = {clave: leidos.definiciones[clave] for clave in (*cambios.nuevos, *cambios.cambiados)}
    with _lugares_claros(), _barra() as barra:
        tarea = barra.add_task("Contando lo que habría contado…", total=None)
        anticipos = anticipar(escucha, interesan, avance=lambda van, de: barra.update(tarea, completed=van, total=de))
    if not any(anticipo.leidos for anticipo in anticipos.values()):
        consola.print("Todavía no hay mensajes guardados con los que decir cuánto habrían contado.")
        return
    for clave, anticipo in anticipos.items():
        consola.print(
            f"{clave}: con esta definición habría contado {anticipo.cuenta} de los {anticipo.leidos} mensajes "
            "de los últimos 30 días.",
            markup=False,
        )
        for ejemplo in anticipo.ejemplos:
            consola.print(Text(f"  · {recorte(ejemplo, 90)}", style="dim"))


@app.command()
@con_errores_claros
def sincronizar() -> None:
    """Aplicar monitores.toml: lo nuevo, lo cambiado y lo quitado."""
    escucha = abrir_escucha()
    cambios = sincronizar_archivo(escucha)
    _contar_cambios(cambios, escucha, aplicados=True)
    with escucha.principal.base.leer() as sesion:
        faltan = [m.clave for m in pendientes(sesion)]
    if faltan:
        consola.print("Su pasado no se ha contado con esta definición: [bold]pregonero monitores recontar[/]")
    if cambios.errores:
        raise typer.Exit(1)


def _contar_cambios(cambios: Cambios, escucha: EntornoDeEscucha, *, aplicados: bool) -> None:
    for claves, signo, dicho in (
        (cambios.nuevos, "+", "nuevo"),
        (cambios.cambiados, "~", "cambió"),
        (cambios.renombrados, "~", "sólo cambió de nombre"),
        (cambios.quitados, "-", "ya no se vigila; sus conteos se quedan"),
    ):
        for clave in claves:
            consola.print(f"{signo} {clave}: {dicho}", markup=False)
    for error in cambios.errores:
        consola_de_errores.print(Text.assemble(("✗", "red"), f" {error}"))
    if not cambios.hay and not cambios.errores:
        ruta = escucha.archivos / NOMBRE
        if not ruta.exists():
            consola.print(f"No existe {ruta}: no hay nada que aplicar.", markup=False)
            consola.print("Para partir de un ejemplo comentado: [bold]pregonero configurar[/]")
        elif not cambios.iguales:
            consola.print(f"{ruta} no trae ningún monitor: no se vigila nada.", markup=False)
        else:
            iguales = len(cambios.iguales)
            consola.print(f"Sin cambios: {iguales} {'monitor' if iguales == 1 else 'monitores'} como estaban.")
    elif aplicados and cambios.hay:
        consola.print("[green]✓[/] Aplicado.")


# ── El pasado ────────────────────────────────────────────────────────────────────────────────────────────────


@app.command()
@con_errores_claros
def recontar(
    clave: Annotated[str | None, typer.Argument(help="Cuál; sin clave, los que están pendientes.")] = None,
    todos: Annotated[bool, typer.Option("--todos", help="También los que están al día.")] = False,
) -> None:
    """Volver a contar el pasado de un monitor con su definición de ahora. Se puede interrumpir y repetir."""
    escucha = abrir_escucha()
    elegidos = _elegidos(escucha, clave, todos=todos)
    if not elegidos:
        consola.print("Ningún monitor está pendiente: su pasado ya está contado con su definición de ahora.")
        return
    comienzo = escucha.reloj.ahora()
    try:
        with _lugares_claros(), _barra() as barra:
            tarea = barra.add_task("Volviendo a contar…", total=None)
            hecho = recontar_monitores(
                escucha,
                [m.id for m in elegidos],
                avance=lambda van, de: barra.update(tarea, completed=van, total=de),
            )
    except KeyboardInterrupt:
        terminar("Interrumpido. No se perdió nada: vuelva a dar la orden para terminar.", codigo=130)
    consola.print(
        f"[green]✓[/] {', '.join(m.clave for m in elegidos)}: mensajes releídos, {hecho.mensajes}; "
        f"empezaron a contar, {hecho.sumados}; dejaron de contar, {hecho.restados} ({_duracion(escucha, comienzo)})."
    )


def _elegidos(escucha: EntornoDeEscucha, clave: str | None, *, todos: bool) -> list[Monitor]:
    with escucha.principal.base.leer() as sesion:
        if clave is not None:
            monitor = _monitor(sesion, clave)
            if not monitor.activo:
                terminar(f"«{clave}» ya no se vigila: vuelva a ponerlo en {NOMBRE} y sincronice.")
            return [monitor]
        if todos:
            return list(sesion.exec(select(Monitor).where(col(Monitor.activo)).order_by(Monitor.clave)))
        return pendientes(sesion)


def _duracion(escucha: EntornoDeEscucha, comienzo: datetime) -> str:
    return f"{(escucha.reloj.ahora() - comienzo).total_seconds():.0f} s"


def _barra() -> Progress:
    columnas = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columnas, console=consola_de_errores, transient=True)


@contextmanager
def _lugares_claros() -> Iterator[None]:
    try:
        yield
    except ArchivoDeLugaresInvalido as error:
        terminar("Los lugares no se pudieron leer.\n" + "\n".join(f"  {falta}" for falta in error.faltas))
