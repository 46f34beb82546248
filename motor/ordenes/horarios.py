"""`pregonero horarios`: cuándo conviene hablar en cada perfil, qué se sabe de ello, y qué valió elegir."""

import difflib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text

from modelos import Perfil
from modelos.consultas import perfiles as todos_los_perfiles
from motor.entorno import Entorno
from motor.horarios.asignacion import Vigente, vigentes
from motor.horarios.frases import con_signo, evidencia_de, hora_de
from motor.horarios.mapa import Mapa
from motor.horarios.reglas import ReglasDePerfil
from motor.horarios.semana import Hora, Semana, semana_de
from motor.ordenes import horarios_en_pantalla as pantalla
from motor.ordenes.consola import abrir, con_errores_claros, consola, consola_de_errores, escribir_json, terminar
from motor.ordenes.horarios_de_tabla import contestar_tabla, parece_tabla

EN_EL_RESUMEN = 3


@con_errores_claros
def horarios(
    que: Annotated[
        str | None,
        typer.Argument(metavar="PERFIL|HISTORIAL.CSV", help="Un perfil, o un historial en un archivo .csv."),
    ] = None,
    salida: Annotated[
        Path | None,
        typer.Option("--salida", "-o", metavar="ARCHIVO", help="Con un historial: dónde escribir la respuesta."),
    ] = None,
    zona: Annotated[
        str, typer.Option(help="Con un historial: en qué zona están sus horas. Si no se dice, la de la oficina.")
    ] = "",
    imagen: Annotated[
        Path | None,
        typer.Option(metavar="ARCHIVO", help="Con un perfil: dibujar su semana en un .png o .svg."),
    ] = None,
    aprender: Annotated[bool, typer.Option("--aprender", help="Aprender ahora, sin esperar a la noche.")] = False,
    prueba: Annotated[
        bool, typer.Option("--prueba", help="Cuánto valió elegir la hora, medido con las que se sortearon.")
    ] = False,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON, para otros programas.")] = False,
) -> None:
    """Las mejores horas de cada perfil; con un perfil, su semana entera, hora por hora.

    Con un historial (columnas perfil, red, publicada_en, interacciones) escribe lo que vale cada hora:
    perfil, dia (0 es lunes), hora, ganancia_pct, inferior_pct, superior_pct. Los renglones que no se
    pueden usar se dicen, los demás siguen, y sale con 1.
    """
    if que is not None and parece_tabla(que):
        _exigir_solo_tabla(imagen, aprender=aprender, prueba=prueba, en_json=en_json)
        if salida is None:
            terminar(f"Diga dónde escribir la respuesta: pregonero horarios {que} -o horarios.csv")
        contestar_tabla(Path(que), salida, zona=_zona(zona))
        return
    if salida is not None or zona:
        terminar("--salida y --zona van con un historial: pregonero horarios historial.csv -o horarios.csv")
    if imagen is not None and que is None:
        terminar(f"Diga de qué perfil es la imagen: pregonero horarios PERFIL --imagen {imagen}")
    entorno = abrir()
    perfiles = _perfiles(entorno, que)
    if aprender:
        _aprender(entorno, que)
    if prueba:
        from motor.ordenes.horarios_prueba import ensenar_prueba  # carga lo de estimar: sólo si se pide

        ensenar_prueba(entorno, perfiles, en_json=en_json)
        return
    sabidos = _sabidos(entorno, perfiles)
    if imagen is not None:
        _dibujar(entorno, sabidos[0], imagen)
    elif en_json:
        escribir_json([_como_json(entorno, s) for s in sabidos] if que is None else _como_json(entorno, sabidos[0]))
    elif que is not None:
        _ensenar_semana(entorno, sabidos[0])
    else:
        _ensenar_resumen(entorno, sabidos)


# ── lo que se escribe en la orden ────────────────────────────────────────────────────────────────────────────


def _exigir_solo_tabla(imagen: Path | None, *, aprender: bool, prueba: bool, en_json: bool) -> None:
    dichas = {"--imagen": imagen is not None, "--aprender": aprender, "--prueba": prueba, "--json": en_json}
    if sobra := next((opcion for opcion, esta in dichas.items() if esta), None):
        terminar(f"La opción {sobra} es para los perfiles de esta oficina, no para un historial en un archivo.")


def _zona(escrita: str) -> ZoneInfo | None:
    if not escrita:
        return None
    try:
        return ZoneInfo(escrita)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        terminar(f"--zona: no hay una zona «{escrita}». Por ejemplo: America/Mexico_City, America/Tijuana, UTC.")


def _perfiles(entorno: Entorno, nombre: str | None) -> list[Perfil]:
    """Todos, o el de ese nombre; si no existe, termina diciendo a cuál se parece."""
    with entorno.base.leer() as sesion:
        todos = todos_los_perfiles(sesion)
    if nombre is None:
        return todos
    suyo = [p for p in todos if p.nombre == nombre]
    if not suyo:
        _no_hay(nombre, [p.nombre for p in todos])
    return suyo


def _no_hay(nombre: str, nombres: Sequence[str]) -> NoReturn:
    if Path(nombre).exists():
        terminar(f"No termina en .csv: {nombre}. Si es un historial, póngale ese nombre; si es un perfil, no lo hay.")
    if parecidos := difflib.get_close_matches(nombre, nombres, n=3, cutoff=0.5):
        terminar(f"No hay un perfil «{nombre}». ¿Quiso decir {' o '.join(f'«{p}»' for p in parecidos)}?")
    terminar(f"No hay un perfil «{nombre}». Los que hay: {', '.join(nombres) or 'ninguno todavía'}.")


# ── lo que se sabe ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Sabido:
    perfil: Perfil
    mapa: Mapa
    semana: Semana
    metrica: str
    """De qué se aprendió; si todavía de nada, de qué se aprenderá."""


def _sabidos(entorno: Entorno, perfiles: Sequence[Perfil]) -> list[_Sabido]:
    reglas = entorno.horarios()
    with entorno.base.leer() as sesion:
        de_hoy = vigentes(sesion, perfiles, ahora=entorno.reloj.ahora())
    return [_sabido(p, de_hoy[p.id], reglas.de(p.nombre)) for p in perfiles]


def _sabido(perfil: Perfil, vigente: Vigente, reglas: ReglasDePerfil) -> _Sabido:
    return _Sabido(perfil, vigente.mapa, semana_de(vigente.mapa, reglas.callar), vigente.metrica or reglas.metrica)


def _ensenar_semana(entorno: Entorno, sabido: _Sabido) -> None:
    perfil, mapa, semana, zona = sabido.perfil, sabido.mapa, sabido.semana, entorno.reglas.zona
    consola.print(Text.assemble((perfil.nombre, "bold"), f" ({perfil.red}) · su semana, en la hora de {zona.key}"))
    for dicho in pantalla.lo_que_sabe(mapa, semana, metrica=sabido.metrica, zona=zona):
        _parrafo(dicho)
    if (pedida := entorno.horarios().de(perfil.nombre).metrica) != sabido.metrica:
        _parrafo(pantalla.otra_metrica(pedida))
    consola.print()
    for renglon in pantalla.mapa_de_la_semana(semana):
        consola.print(renglon, no_wrap=True, overflow="ignore", crop=False)
    consola.print("\n[bold]Las mejores[/]")
    _ensenar_mejores(semana.mejores, zona)
    if semana.peor is not None:
        vale = f"{con_signo(semana.peor.ganancia)} % (entre {_entre(semana.peor)})"
        _parrafo(f"La peor de las que se pueden elegir: {hora_de(semana.peor.ranura, zona)}, {vale}.")
    consola.print("\n[bold]Lo que no sabe[/]")
    consola.print(pantalla.con_puntos(pantalla.lo_que_no_sabe(mapa)))


def _ensenar_resumen(entorno: Entorno, sabidos: Sequence[_Sabido]) -> None:
    if not sabidos:
        consola.print("Todavía no hay perfiles, así que no hay horas que aprender. Dé de alta uno:")
        consola.print("  pregonero perfiles agregar --help", markup=False)
        return
    zona = entorno.reglas.zona
    for sabido in sabidos:
        consola.print(Text.assemble((sabido.perfil.nombre, "bold"), f" ({sabido.perfil.red})"))
        _ensenar_mejores(sabido.semana.mejores[:EN_EL_RESUMEN], zona)
        consola.print(f"     {evidencia_de(sabido.mapa, zona)}", markup=False, style="dim", soft_wrap=True)
    consola.print(f"\nLa semana entera de uno: pregonero horarios {sabidos[0].perfil.nombre}", markup=False)
    if any(not s.mapa.con_evidencia for s in sabidos):
        _parrafo(pantalla.SIN_PASADO)


def _ensenar_mejores(horas: Sequence[Hora], zona: ZoneInfo) -> None:
    for renglon in pantalla.lista_de_mejores(horas, zona):
        consola.print(renglon)


def _entre(hora: Hora) -> str:
    return f"{con_signo(hora.inferior)} y {con_signo(hora.superior)}"


def _parrafo(texto: str) -> None:
    consola.print(texto, markup=False)


def _como_json(entorno: Entorno, sabido: _Sabido) -> dict[str, Any]:
    perfil, mapa, zona = sabido.perfil, sabido.mapa, entorno.reglas.zona
    return {
        "perfil": perfil.nombre,
        "red": perfil.red,
        "zona": zona.key,
        "metrica": sabido.metrica,
        "publicaciones": mapa.publicaciones,
        "con_evidencia": mapa.con_evidencia,
        "aprendido_en": mapa.aprendido_en,
        "curva": mapa.curva,
        "dicho": evidencia_de(mapa, zona),
        "mejores": [_hora_en_json(h) for h in sabido.semana.mejores],
        "horas": [_hora_en_json(h) for h in sabido.semana.horas],
    }


def _hora_en_json(hora: Hora) -> dict[str, Any]:
    return {
        "dia": hora.dia,
        "hora": hora.hora,
        "ganancia_pct": hora.ganancia,
        "inferior_pct": hora.inferior,
        "superior_pct": hora.superior,
        "vale": hora.vale,
        "callar": hora.callada,
    }


# ── lo que se hace ───────────────────────────────────────────────────────────────────────────────────────────


def _aprender(entorno: Entorno, nombre: str | None) -> None:
    """Poner al día lo que se sabe y decir qué cambió; por la salida de errores, que la otra es para la respuesta."""
    from motor.horarios.aprendizaje.aprender import aprender_ahora

    with _barra() as avance:
        resultado = aprender_ahora(entorno, avance=avance, perfiles=None if nombre is None else [nombre])
    for aprendido in resultado.aprendidos:
        cambio = f" (antes, {aprendido.antes})" if aprendido.antes else ""
        _avisar("✓", "green", f"{aprendido.perfil}: {aprendido.mejor}{cambio}")
    if resultado.iguales:
        _avisar("=", "dim", f"Nada nuevo que aprender de {', '.join(resultado.iguales)}.")
    if resultado.sin_nada:
        _avisar("!", "yellow", f"Todavía no hay nada medido de {', '.join(resultado.sin_nada)}.")
    if resultado.fallidos:
        terminar("\n  ".join(f"De {perfil} no se pudo aprender. {por}" for perfil, por in resultado.fallidos.items()))


def _avisar(signo: str, estilo: str, que: str) -> None:
    consola_de_errores.print(Text.assemble((signo, estilo), " ", que), soft_wrap=True)


@contextmanager
def _barra() -> Iterator[Callable[[int, int], None]]:
    columnas = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columnas, console=consola_de_errores, transient=True) as barra:
        tarea = barra.add_task("Aprendiendo…", total=None)
        yield lambda van, de: barra.update(tarea, completed=van, total=de)


def _dibujar(entorno: Entorno, sabido: _Sabido, destino: Path) -> None:
    if destino.suffix.lower() not in (".png", ".svg"):
        terminar(f"La imagen se escribe en .png o .svg: --imagen {destino.with_suffix('.png')}")
    from motor.ordenes.horarios_imagen import dibujar  # el motor de dibujo tarda en cargar

    try:
        if destino.is_dir():
            terminar(f"Es una carpeta: {destino}. Diga un archivo, por ejemplo --imagen {destino / 'horarios.png'}")
        dibujar(destino, sabido.perfil, sabido.mapa, sabido.semana, zona=entorno.reglas.zona)
    except OSError as error:
        terminar(f"No se pudo escribir {destino}: {error.strerror}.")
    consola.print("[green]✓[/] ", end="")
    consola.print(f"La semana de {sabido.perfil.nombre}: {destino}", markup=False, soft_wrap=True)
