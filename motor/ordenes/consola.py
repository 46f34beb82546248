"""Lo que comparten las órdenes: abrir el entorno con errores que se entienden, y escribir en la pantalla."""

import json
import os
import re
import sys
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import typer
from rich import box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from conectores.contrato import ErrorDeRed
from conectores.secretos import redactar
from modelos import Estado, Perfil
from motor.arranque import AjusteInvalido, abrir_oficina
from motor.cerrojo import OtroDemonio
from motor.entorno import Entorno
from motor.escucha.entorno import EntornoDeEscucha
from motor.legible import instante_legible

# Sin pantalla (una tubería, un registro) no hay ancho que respetar, y 80 columnas parten las tablas.
_ANCHO = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 110

# Lo que una terminal toma por una orden, y lo que voltea el sentido de la lectura: rich deja pasar casi todo.
_MANDAN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Consola(Console):
    """Una pantalla a la que un texto ajeno no le puede dar órdenes: ni colores, ni título, ni borrar lo de arriba."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for trozo in super().render(renderable, options):
            if trozo.control or _MANDAN.search(trozo.text) is None:
                yield trozo
            else:
                yield Segment(_MANDAN.sub("�", trozo.text), trozo.style)


consola = Consola(highlight=False, width=_ANCHO)
consola_de_errores = Consola(stderr=True, highlight=False)

COLORES = {
    Estado.PUBLICADA: "green",
    Estado.PROGRAMADA: "cyan",
    Estado.RECLAMADA: "cyan",
    Estado.ENVIANDO: "cyan",
    Estado.EN_DUDA: "yellow",
    Estado.POR_DECIDIR: "bold yellow",
    Estado.RETENIDA: "magenta",
    Estado.FALLIDA: "red",
    Estado.CANCELADA: "dim",
    Estado.VENCIDA: "dim",
}
NOMBRES = {
    Estado.EN_DUDA: "en duda",
    Estado.POR_DECIDIR: "por decidir",
}

P = ParamSpec("P")
R = TypeVar("R")


def terminar(mensaje: str, *, codigo: int = 1) -> NoReturn:
    """Decir qué está mal y acabar."""
    dicho = redactar(mensaje)
    consola_de_errores.print(Text.assemble(("✗", "red"), " ", dicho[:1].upper() + dicho[1:]))
    raise typer.Exit(codigo)


def con_errores_claros(orden: Callable[P, R]) -> Callable[P, R]:
    """Ninguna orden enseña un rastro de Python a quien la usa."""

    @wraps(orden)
    def envuelta(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return orden(*args, **kwargs)
        except (AjusteInvalido, OtroDemonio, ErrorDeRed) as error:
            terminar(str(error))
        except SQLAlchemyError as error:
            terminar(f"No se pudo usar la base de datos: {type(error).__name__}. Revise PREGONERO_BASE.")
        except PermissionError as error:
            terminar(f"Falta permiso sobre {error.filename}. Dé acceso a la cuenta que ejecuta Pregonero.")

    return envuelta


def abrir() -> Entorno:
    """El entorno de esta oficina: lo que digan las variables y el `.env` de esta carpeta."""
    return abrir_oficina().entorno


def abrir_escucha() -> EntornoDeEscucha:
    """Con qué se escucha en esta oficina, sin lo que una red exige borrar: con el demonio apagado nadie lo ha hecho."""
    from motor.escucha.recoleccion.purga import purgar_lo_vencido  # sólo quien enseña mensajes la necesita

    escucha = abrir_oficina().escucha
    purgar_lo_vencido(escucha)
    return escucha


def confirmar(pregunta: str) -> bool:
    """Preguntar antes de lo que no tiene vuelta; sólo un sí escrito es un sí."""
    consola.print(f"{pregunta} [s/N] ", end="", markup=False)
    return input().strip().lower() in {"s", "si", "sí"}


def perfil_de(sesion: Session, nombre: str) -> Perfil:
    """El perfil de ese nombre; si no existe, termina diciendo cuáles hay."""
    perfil = sesion.scalars(select(Perfil).where(col(Perfil.nombre) == nombre)).first()
    if perfil is None:
        otros = ", ".join(sesion.scalars(select(Perfil.nombre).order_by(Perfil.nombre))) or "ninguno todavía"
        terminar(f"No hay un perfil «{nombre}». Los que hay: {otros}.")
    return perfil


def tabla(titulo: str, *columnas: str, enteras: Container[str] = ()) -> Table:
    """enteras: las columnas que no se parten aunque la pantalla sea estrecha."""
    cuadro = Table(title=titulo, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for columna in columnas:
        cuadro.add_column(columna, overflow="fold", no_wrap=columna in enteras)
    return cuadro


def estado_legible(estado: Estado) -> str:
    return f"[{COLORES[estado]}]{NOMBRES.get(estado, estado.value)}[/]"


def cuando(instante: datetime | None, zona: ZoneInfo) -> str:
    return instante_legible(instante, zona) if instante is not None else "—"


def recorte(texto: str, largo: int = 60) -> str:
    texto = " ".join(texto.split())
    return texto if len(texto) <= largo else texto[: largo - 1] + "…"


def escribir_json(datos: Mapping[str, Any] | Iterable[Any]) -> None:
    """Para otros programas: en la salida estándar, sin colores ni recortes."""
    sys.stdout.write(f"{en_json(datos)}\n")


def en_json(datos: object) -> str:
    """Con sus acentos; lo que una terminal tomaría por una orden, escapado."""
    escrito = json.dumps(datos, ensure_ascii=False, indent=2, default=_json)
    return _MANDAN.sub(lambda m: f"\\u{ord(m[0]):04x}", escrito)


def _json(valor: object) -> str:
    return valor.isoformat() if isinstance(valor, datetime) else str(valor)
