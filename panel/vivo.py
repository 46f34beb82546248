"""Decirle a las páginas abiertas que algo cambió, sin que lo pregunten: sucesos del servidor (SSE) en `/vivo`.

Un solo hilo por proceso mira una marca barata de la base, y sólo mientras alguien escucha. No dice qué cambió: cada
página vuelve a pedir lo suyo con sus permisos. Sin esto, o sin guiones, las páginas son igual de ciertas al cargarse.
"""

import asyncio
import hashlib
import logging
import threading
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import ScalarSelect, exists, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel, col
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import PlainTextResponse, Response

from modelos import (
    Asiento,
    Base,
    Comentario,
    Correo,
    Evento,
    Firma,
    Historia,
    Lectura,
    Nombramiento,
    Perfil,
    Recepcion,
    Sesion,
    Solicitud,
    Usuario,
)
from motor.reloj import Reloj
from motor.usuarios.sesiones import SIN_USO
from panel.peticion import Pide
from panel.textos import _

logger = logging.getLogger(__name__)
rutas = APIRouter()

CADA_S = 2.0
MIRAR_SESIONES_CADA = 5
"""Vueltas del vigía: una sesión cerrada deja de oír en diez segundos."""
LATIDO_S = 20
VOLVER_MS = 5000
POR_PERSONA = 6
EN_TOTAL = 200

_QUE_SOLO_CRECE: tuple[type[SQLModel], ...] = (
    Evento,
    Asiento,
    Solicitud,
    Firma,
    Comentario,
    Historia,
    Recepcion,
    Correo,
    Lectura,
)


class DemasiadosOyentes(Exception):
    """Esa persona ya tiene muchas páginas abiertas, o el panel no da más."""


@dataclass(eq=False)
class Oyente:
    """Una página que escucha. marca: lo último que hay que decirle. acabo: se cerró su sesión; cerrado: el panel."""

    sesion_id: int
    usuario_id: int
    lazo: asyncio.AbstractEventLoop
    marca: str
    toca: asyncio.Event = field(default_factory=asyncio.Event)
    acabo: bool = False
    cerrado: bool = False

    def avisar(self) -> None:
        """Desde cualquier hilo."""
        try:
            self.lazo.call_soon_threadsafe(self.toca.set)
        except RuntimeError:  # su lazo ya se cerró: no queda a quién decírselo
            return


class Vivo:
    def __init__(self, base: Base, reloj: Reloj, *, cada_s: float = CADA_S) -> None:
        self._base = base
        self._reloj = reloj
        self._cada_s = cada_s
        self._oyentes: set[Oyente] = set()
        self._candado = threading.Lock()
        self._vigia: threading.Thread | None = None
        self._despierta = threading.Event()
        self._marca = ""
        self._cerrado = False

    def abrir(self, *, sesion_id: int, usuario_id: int) -> Oyente:
        """Desde el lazo de quien va a escuchar. Lanza DemasiadosOyentes."""
        oyente = Oyente(sesion_id, usuario_id, asyncio.get_running_loop(), "")
        with self._candado:
            suyos = sum(o.usuario_id == usuario_id for o in self._oyentes)
            if self._cerrado or suyos >= POR_PERSONA or len(self._oyentes) >= EN_TOTAL:
                raise DemasiadosOyentes
            oyente.marca = self._marca
            self._oyentes.add(oyente)
            if self._vigia is None:
                self._vigia = threading.Thread(target=self._vigilar, name="vivo", daemon=True)
                self._vigia.start()
        return oyente

    def soltar(self, oyente: Oyente) -> None:
        with self._candado:
            self._oyentes.discard(oyente)
            if not self._oyentes:
                self._despierta.set()  # el vigía no tiene a quién servir

    def cerrar(self) -> None:
        """El panel se detiene: que ninguna conexión lo espere. Las páginas vuelven solas cuando regrese."""
        with self._candado:
            self._cerrado = True
            self._despierta.set()
            for oyente in self._oyentes:
                oyente.cerrado = True
                oyente.avisar()

    async def sucesos(self, oyente: Oyente) -> AsyncIterator[ServerSentEvent]:
        try:
            yield ServerSentEvent(event="hola", data=oyente.marca, retry=VOLVER_MS)
            while True:
                await oyente.toca.wait()
                oyente.toca.clear()
                if oyente.acabo:
                    yield ServerSentEvent(event="fin", data="")
                    return
                if oyente.cerrado:
                    return
                yield ServerSentEvent(event="cambio", data=oyente.marca)
        finally:
            self.soltar(oyente)

    # ── el vigía ──

    def _vigilar(self) -> None:
        vuelta = 0
        while self._sigue():
            try:
                self._mirar(con_sesiones=vuelta % MIRAR_SESIONES_CADA == 0)
            except SQLAlchemyError as error:  # la base no contesta: ya lo dice el demonio
                logger.debug("El vigía del panel no pudo mirar.", exc_info=error)
            vuelta += 1
            self._despierta.wait(self._cada_s)

    def _sigue(self) -> bool:
        """Al quedarse sin oyentes se acaba; el próximo que abra enciende otro."""
        with self._candado:
            if self._cerrado or not self._oyentes:
                self._vigia = None
                return False
            self._despierta.clear()
            return True

    def _mirar(self, *, con_sesiones: bool) -> None:
        marca = marca_de(self._base)
        with self._candado:
            oyentes, self._marca = list(self._oyentes), marca
        valen = self._que_valen({o.sesion_id for o in oyentes}) if con_sesiones else None
        for oyente in oyentes:
            if valen is not None and oyente.sesion_id not in valen:
                oyente.acabo = True
                oyente.avisar()
            elif oyente.marca != marca:
                primera, oyente.marca = not oyente.marca, marca
                if not primera:  # la primera que se sabe no es un cambio
                    oyente.avisar()

    def _que_valen(self, sesiones: Collection[int]) -> set[int]:
        """Las que siguen abiertas y son de alguien que todavía puede ver algo."""
        ahora = self._reloj.ahora()
        orden = (
            select(col(Sesion.id))
            .join(Usuario, col(Usuario.id) == col(Sesion.usuario_id))
            .where(
                col(Sesion.id).in_(sesiones),
                col(Sesion.cerrada_en).is_(None),
                col(Sesion.vence_en) > ahora,
                col(Sesion.vista_en) > ahora - SIN_USO,
                col(Usuario.activo),
                exists().where(col(Nombramiento.usuario_id) == col(Usuario.id)),
            )
        )
        with self._base.leer() as sesion:
            return set(sesion.scalars(orden))


def marca_de(base: Base) -> str:
    """Otra en cuanto cambia algo de lo que se enseña. Barata: puntas de índices, y dos tablas pequeñas."""
    puntas: list[ScalarSelect[Any]] = [
        select(func.max(clase.id)).scalar_subquery()  # type: ignore[attr-defined] # todas tienen id
        for clase in _QUE_SOLO_CRECE
    ]
    abiertas = text("cerrada_en IS NULL")
    puntas += [
        select(func.count()).select_from(Historia).where(abiertas).scalar_subquery(),
        select(func.max(col(Historia.ultima_en))).where(abiertas).scalar_subquery(),
        select(func.max(col(Historia.atendida_en))).where(abiertas).scalar_subquery(),
        select(func.count(col(Perfil.pausado_en))).scalar_subquery(),
        select(func.max(col(Perfil.token_vence_en))).scalar_subquery(),
        select(func.count(col(Perfil.id))).scalar_subquery(),
    ]
    with base.leer() as sesion:
        fila = sesion.execute(select(*puntas)).one()
    return hashlib.sha256(repr(tuple(fila)).encode()).hexdigest()[:16]


def de(app: FastAPI) -> Vivo:
    vivo = app.state.vivo
    assert isinstance(vivo, Vivo)  # noqa: S101 # lo puso `aplicacion.crear`
    return vivo


@rutas.get("/vivo")
async def escuchar(p: Pide) -> Response:
    vivo = de(p.request.app)
    try:
        oyente = vivo.abrir(sesion_id=p.quien.sesion.id, usuario_id=p.usuario.id)
    except DemasiadosOyentes:
        texto = _("Tiene muchas páginas abiertas: ésta no se actualizará sola.")
        return PlainTextResponse(texto, HTTPStatus.TOO_MANY_REQUESTS)
    return EventSourceResponse(vivo.sucesos(oyente), ping=LATIDO_S)
