"""Las páginas del calendario."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from modelos import Estado, Perfil
from motor.horarios.calendario import nombre_del_festivo
from motor.legible import DIAS, MESES
from motor.publicacion.choques import Choque, Puesta, choques_entre
from motor.publicacion.mando import PENDIENTES
from motor.publicacion.turnos import separacion_de
from motor.usuarios.permisos import Accion
from panel.paginas.calendario.consulta import Consulta, Fila, palabras_entre, perfiles_visibles, rotulos_de
from panel.paginas.calendario.filtros import Filtros, Vista, comienzo, leer_filtros
from panel.paginas.calendario.fondo import Fondo, fondo_de
from panel.paginas.calendario.lectura import AL_DIA, ensenadas, leer_dias
from panel.peticion import NoEsta, Peticion, Pide

rutas = APIRouter()

_SIN_HORA_FIJA = frozenset({Estado.CANCELADA, Estado.VENCIDA, Estado.FALLIDA})

Varios = Annotated[list[str] | None, Query()]


@rutas.get("/calendario")
def calendario(
    p: Pide,
    vista: str = "",
    dia: str = "",
    perfil: Varios = None,
    etiqueta: str = "",
    campana: str = "",
    estado: str = "",
    dias: str = "",
    pagina: str = "",
) -> Response:
    if not p.permisos.puede_en_alguno(Accion.VER):
        raise NoEsta
    filtros = leer_filtros(
        hoy=p.ahora.astimezone(p.entorno.reglas.zona).date(),
        en_telefono="Mobi" in p.request.headers.get("user-agent", ""),
        vista=vista,
        dia=dia,
        perfil=perfil or (),
        etiqueta=etiqueta,
        campana=campana,
        estado=estado,
        dias=dias,
        pagina=pagina,
    )
    with p.entorno.base.leer() as sesion:
        return _pagina(p, sesion, filtros)


def _pagina(p: Peticion, sesion: Session, filtros: Filtros) -> HTMLResponse:
    zona = p.entorno.reglas.zona
    visibles = perfiles_visibles(sesion, p.permisos.perfiles(Accion.VER))
    elegidos = [v for v in visibles if v.id in filtros.perfiles] or visibles
    suyos = None if len(elegidos) == len(visibles) and p.puede(Accion.VER) else [e.id for e in elegidos]
    primero, fin = filtros.tramo
    dias, hay_mas = leer_dias(
        Consulta(sesion, filtros, suyos), filtros, perfiles=len(elegidos), zona=zona, choques=_choques(p, elegidos)
    )
    etiquetas, campanas = palabras_entre(
        sesion, perfiles=suyos, desde=comienzo(primero, zona), hasta=comienzo(fin, zona)
    )
    return p.pagina(
        f"calendario/{filtros.vista}.html",
        f=filtros,
        dias=dias,
        hay_mas=hay_mas,
        titulo=titulo_de(filtros),
        rotulos=rotulos_de(sesion, ensenadas(dias, filtros)),
        perfiles=visibles,
        por_id={v.id: v for v in visibles},
        etiquetas=etiquetas,
        campanas=campanas,
        fondo=_fondo(p, sesion, filtros, elegidos),
        cuantas=AL_DIA[filtros.vista],
        hay_algo=any(d.tarjetas for d in dias),
        puede_mover={v.id for v in visibles if p.puede(Accion.REDACTAR, v.id)},
        semana=_semana(filtros.dia),
        festivos=_festivos(p, [d.dia for d in dias]),
        DIAS=DIAS,
        MESES=MESES,
    )


def _choques(p: Peticion, perfiles: Sequence[Perfil]) -> Callable[[Sequence[Fila]], Mapping[int, Choque]]:
    separaciones = {v.id: separacion_de(p.entorno, v) for v in perfiles}

    def de(filas: Sequence[Fila]) -> Mapping[int, Choque]:
        con_hora = (f for f in filas if f.estado not in _SIN_HORA_FIJA)
        puestas = (
            Puesta(f.id, f.publicacion_id, f.perfil_id, f.en.timestamp(), f.huella, f.estado in PENDIENTES)
            for f in con_hora
        )
        return choques_entre(puestas, separaciones)

    return de


def _fondo(p: Peticion, sesion: Session, filtros: Filtros, perfiles: Sequence[Perfil]) -> Fondo:
    """Con un filtro de texto o de estado, que falte algo no quiere decir nada."""
    if filtros.etiqueta or filtros.campana or filtros.estado or filtros.pagina > 1:
        return Fondo()
    primero, fin = filtros.tramo
    return fondo_de(
        sesion,
        p.entorno,
        perfiles,
        desde=primero,
        hasta=min(fin, filtros.hoy + timedelta(days=14)),
        ahora=p.ahora,
        con_horas=filtros.vista is Vista.SEMANA,
    )


def titulo_de(filtros: Filtros) -> str:
    """«Noviembre de 2026», «23 a 29 de noviembre», «Lunes 23 de noviembre»; con el año si no es éste."""
    primero, fin = filtros.tramo
    ultimo = fin - timedelta(days=1)
    if filtros.vista is Vista.MES:
        return f"{MESES[filtros.dia.month - 1].capitalize()} de {filtros.dia.year}"
    de_anual = "" if ultimo.year == filtros.hoy.year else f" de {ultimo.year}"
    if primero == ultimo:
        return f"{DIAS[primero.weekday()].capitalize()} {primero.day} de {MESES[primero.month - 1]}{de_anual}"
    del_mes = "" if primero.month == ultimo.month else f" de {MESES[primero.month - 1]}"
    return f"{primero.day}{del_mes} a {ultimo.day} de {MESES[ultimo.month - 1]}{de_anual}"


def _festivos(p: Peticion, dias: Sequence[date]) -> Mapping[date, str]:
    reglas = p.entorno.horarios()
    return {d: nombre for d in dias if (nombre := nombre_del_festivo(d, reglas))}


def _semana(dia: date) -> list[date]:
    lunes = dia - timedelta(days=dia.weekday())
    return [lunes + timedelta(days=i) for i in range(7)]
