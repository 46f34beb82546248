"""La bitácora: quién hizo qué. Se lee, se busca y se baja; no se cambia."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Select, select
from sqlmodel import Session, col
from starlette.responses import HTMLResponse, Response, StreamingResponse

from modelos import Asiento, Usuario
from motor.usuarios.permisos import Accion
from panel.numeros import ENTERO_MAXIMO
from panel.paginas import hechos
from panel.peticion import Peticion, Pide
from panel.textos import _

rutas = APIRouter()

POR_PAGINA = 60
_RENGLONES_MAXIMOS = 100_000
_PERSONAS_MAXIMAS = 500
_PELIGROSOS = ("=", "+", "-", "@", "\t", "\r")
"""Con esto empieza lo que una hoja de cálculo tomaría por fórmula."""


@rutas.get("/bitacora")
def bitacora(
    p: Pide, quien: str = "", accion: str = "", sobre: str = "", desde: str = "", hasta: str = "", antes: int = 0
) -> HTMLResponse:
    p.exigir(Accion.ADMINISTRAR)
    filtros = {"quien": quien, "accion": accion, "sobre": sobre, "desde": desde, "hasta": hasta}
    orden = _filtrada(p, filtros).order_by(col(Asiento.id).desc()).limit(POR_PAGINA + 1)
    if 0 < antes <= ENTERO_MAXIMO:
        orden = orden.where(col(Asiento.id) < antes)
    with p.entorno.base.leer() as sesion:
        filas = list(sesion.scalars(orden))
        personas = _personas(sesion)
        sobre_quien = _nombres(sesion, filas)
    return p.pagina(
        "bitacora/bitacora.html",
        filas=filas[:POR_PAGINA],
        siguiente=filas[POR_PAGINA - 1].id if len(filas) > POR_PAGINA else 0,
        filtros=filtros,
        personas=personas,
        sobre_quien=sobre_quien,
        acciones=sorted(hechos.hechos().items(), key=lambda h: h[1]),
        hechos=hechos,
    )


def _personas(sesion: Session) -> list[tuple[str, str]]:
    """[(quien, cómo se llama)], y los que no son nadie: la orden del servidor y el propio motor."""
    orden = select(col(Usuario.correo), col(Usuario.nombre)).order_by(col(Usuario.nombre)).limit(_PERSONAS_MAXIMAS)
    suyas = [(correo, nombre) for correo, nombre in sesion.execute(orden)]
    return [*suyas, ("orden", _("Desde el servidor")), ("motor", _("Pregonero, solo"))]


def _nombres(sesion: Session, filas: Sequence[Asiento]) -> dict[str, str]:
    """De «usuario:3», cómo se llama."""
    ids = {int(a.sobre[8:]) for a in filas if a.sobre.startswith("usuario:") and a.sobre[8:].isdecimal()}
    orden = select(col(Usuario.id), col(Usuario.nombre)).where(col(Usuario.id).in_(ids))
    return {f"usuario:{id_}": nombre for id_, nombre in sesion.execute(orden)}


@rutas.get("/bitacora.csv")
def bajar(p: Pide, quien: str = "", accion: str = "", sobre: str = "", desde: str = "", hasta: str = "") -> Response:
    p.exigir(Accion.ADMINISTRAR)
    filtros = {"quien": quien, "accion": accion, "sobre": sobre, "desde": desde, "hasta": hasta}
    cabeceras = {"Content-Disposition": 'attachment; filename="bitacora.csv"'}
    return StreamingResponse(_renglones(p, filtros), media_type="text/csv; charset=utf-8", headers=cabeceras)


def _renglones(p: Peticion, filtros: dict[str, str]) -> Iterator[str]:
    zona = p.entorno.reglas.zona
    yield "\ufeff" + _renglon([_("Cuándo"), _("Quién"), _("Qué"), _("Sobre"), _("Detalle"), _("Desde dónde")])
    orden = _filtrada(p, filtros).order_by(col(Asiento.id)).limit(_RENGLONES_MAXIMOS)
    with p.entorno.base.leer() as sesion:
        for a in sesion.scalars(orden.execution_options(yield_per=500)):
            local = a.ocurrido_en.astimezone(zona)
            yield _renglon(
                [f"{local:%Y-%m-%d %H:%M:%S}", a.quien, hechos.en_palabras(a.accion), a.sobre, a.detalle, a.direccion]
            )


def _renglon(celdas: list[str]) -> str:
    salida = StringIO()
    csv.writer(salida).writerow([f"'{c}" if c.startswith(_PELIGROSOS) else c for c in celdas])
    return salida.getvalue()


def _filtrada(p: Peticion, filtros: dict[str, str]) -> Select[Any]:
    orden = select(Asiento)
    for nombre in ("accion", "sobre"):
        if filtros[nombre]:
            orden = orden.where(getattr(Asiento, nombre) == filtros[nombre])
    if quien := filtros["quien"]:
        suyo = select(col(Usuario.id)).where(col(Usuario.correo) == quien).scalar_subquery()  # por su índice
        es_persona = "@" in quien
        orden = orden.where(col(Asiento.usuario_id) == suyo if es_persona else col(Asiento.quien) == quien)
    zona = p.entorno.reglas.zona
    if dia := _dia(filtros["desde"]):
        orden = orden.where(col(Asiento.ocurrido_en) >= datetime.combine(dia, time(), zona))
    if dia := _dia(filtros["hasta"]):
        orden = orden.where(col(Asiento.ocurrido_en) < datetime.combine(dia + timedelta(days=1), time(), zona))
    return orden


def _dia(escrito: str) -> date | None:
    """Lo que no es un día se deja de lado: es un filtro."""
    try:
        dia = date.fromisoformat(escrito)
    except ValueError:
        return None
    return dia if 1900 < dia.year < 9000 else None
