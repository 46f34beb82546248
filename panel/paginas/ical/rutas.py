"""La dirección que se suscribe, y la página donde se pide, se cambia y se quita."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from sqlalchemy import func, select
from sqlmodel import Session, col
from starlette.responses import HTMLResponse, Response

from modelos import Entrega, Estado, Evento, Perfil
from motor.usuarios import calendario, sesiones
from motor.usuarios.permisos import Accion, Permisos
from panel.entorno import EntornoDelPanel
from panel.paginas.ical.eventos import Saliente, calendario_de
from panel.peticion import NoEsta, Pide, panel_de
from panel.textos import _

rutas = APIRouter()

ATRAS, ADELANTE = timedelta(days=30), timedelta(days=180)
LAS_MAS = 5000
_FUERA = (Estado.CANCELADA, Estado.VENCIDA)
_PRIMERAS = 300


@rutas.get("/ical/{secreto}.ics")
def leer(request: Request, secreto: str) -> Response:
    """Sin sesión: la lee el programa de calendario de su dueño, con lo que su dueño puede ver ahora."""
    panel = panel_de(request)
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.leer() as sesion:
        hallado = calendario.reconocer(sesion, secreto)
        if hallado is None:
            raise NoEsta
        suyo, usuario = hallado
        permisos = sesiones.permisos_de(sesion, usuario.id)
        salientes = list(_salientes(sesion, panel, permisos, ahora))
    if calendario.toca_anotar(suyo, ahora):
        with panel.entorno.base.escribir() as sesion:
            calendario.anotar_uso(sesion, suyo.id, ahora=ahora)
    archivo = calendario_de(salientes, url=panel.url, anfitrion=urlsplit(panel.url).hostname or "pregonero")
    etiqueta = f'"{hashlib.sha256(archivo).hexdigest()[:32]}"'
    cabeceras = {"ETag": etiqueta, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match", "").removeprefix("W/") == etiqueta:
        return Response(status_code=304, headers=cabeceras)
    return Response(archivo, media_type="text/calendar; charset=utf-8", headers=cabeceras)


def _salientes(sesion: Session, panel: EntornoDelPanel, permisos: Permisos, ahora: datetime) -> Iterator[Saliente]:
    suyos = permisos.perfiles(Accion.VER)
    suceso = col(Evento.entrega_id) == col(Entrega.id)
    cambios = select(func.count()).where(suceso).correlate(Entrega).scalar_subquery()
    ultimo = select(func.max(col(Evento.ocurrido_en))).where(suceso).correlate(Entrega).scalar_subquery()
    orden = (
        select(
            col(Entrega.id),
            col(Entrega.publicacion_id),
            col(Entrega.estado),
            func.coalesce(col(Entrega.publicada_en), col(Entrega.no_antes_de)),
            func.substr(col(Entrega.texto), 1, _PRIMERAS),
            col(Entrega.creada_en),
            col(Perfil.red),
            col(Perfil.titulo),
            col(Perfil.nombre),
            cambios,
            ultimo,
        )
        .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
        .where(
            col(Entrega.no_antes_de) >= ahora - ATRAS,
            col(Entrega.no_antes_de) < ahora + ADELANTE,
            col(Entrega.parte) == 0,
            col(Entrega.estado).not_in(_FUERA),
        )
        .order_by(col(Entrega.no_antes_de), col(Entrega.id))
        .limit(LAS_MAS)
    )
    if suyos is not None:
        orden = orden.where((col(Entrega.perfil_id) + 0).in_(suyos))
    for id_, publicacion_id, estado, en, texto, creada_en, red, titulo, nombre, veces, ultima in sesion.execute(orden):
        yield Saliente(
            entrega_id=id_,
            publicacion_id=publicacion_id,
            estado=estado,
            en=en,
            perfil=f"{panel.entorno.capacidades_de(red).nombre} · {titulo or nombre}",
            texto=texto,
            cambios=veces,
            cambiada_en=ultima or creada_en,
        )


# ── pedirla ──────────────────────────────────────────────────────────────────────────────────────────────────────


@rutas.get("/calendario/suscripcion")
def suscripcion(p: Pide) -> HTMLResponse:
    with p.entorno.base.leer() as sesion:
        vigente = calendario.vigente_de(sesion, p.usuario.id)
    return p.pagina("ical/suscripcion.html", vigente=vigente, direccion="")


@rutas.post("/calendario/suscripcion")
def crear(p: Pide) -> HTMLResponse:
    """La dirección se enseña aquí y no se vuelve a saber: no se redirige."""
    with p.entorno.base.escribir() as sesion:
        secreto = calendario.crear(sesion, p.usuario.id, ahora=p.ahora)
        p.asentar(sesion, "calendario_suscrito", sobre=f"usuario:{p.usuario.id}")
        vigente = calendario.vigente_de(sesion, p.usuario.id)
    return p.pagina("ical/suscripcion.html", vigente=vigente, direccion=f"{p.panel.url}/ical/{secreto}.ics")


@rutas.post("/calendario/suscripcion/quitar")
def quitar(p: Pide) -> Response:
    with p.entorno.base.escribir() as sesion:
        calendario.quitar(sesion, p.usuario.id, ahora=p.ahora)
        p.asentar(sesion, "calendario_dejado", sobre=f"usuario:{p.usuario.id}")
    return p.volver("/calendario/suscripcion", hecho=_("Quitada: esa dirección ya no enseña nada."))
