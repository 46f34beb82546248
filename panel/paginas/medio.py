"""Los archivos del acervo, servidos de modo que no puedan correr: tipo conocido, sin adivinar, en un cajón de arena."""

from pathlib import Path

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter
from sqlmodel import Session, col, select
from starlette.responses import FileResponse, Response

from modelos import Medio
from motor.acervo import miniaturas
from motor.acervo.alcance import a_la_vista
from motor.acervo.firmas import MIMES
from motor.acervo.medios import datos_de
from motor.acervo.miniaturas import Tamano
from motor.acervo.nombres import nombre_seguro
from panel.estaticos import CARPETA as ESTATICOS
from panel.peticion import NoEsta, Peticion, Pide

rutas = APIRouter()

_TALLER = anyio.CapacityLimiter(1)
"""Las miniaturas que falten se hacen de una en una: reducir fotos no debe dejar sin hilos a las demás páginas."""

_SEGURAS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=604800",
    "X-Content-Type-Options": "nosniff",
}


@rutas.get("/medio/{medio_id}/{tamano}")
async def medio(p: Pide, medio_id: int, tamano: Tamano) -> Response:
    """estampilla (128 px), mini (320 px), media (1080 px) u original; éste se descarga, no se abre."""
    suyo = await run_sync(_buscado, p, medio_id)
    etiqueta = f'"{suyo.sha256[:32]}-{tamano}"'
    if p.request.headers.get("if-none-match") == etiqueta:
        return Response(status_code=304, headers={**_SEGURAS, "ETag": etiqueta})
    if tamano is Tamano.ORIGINAL:
        return _original(p, suyo, etiqueta)
    ruta = miniaturas.ruta_de(p.entorno.acervo, suyo.sha256, tamano)
    if not ruta.is_file():
        datos = datos_de(suyo, p.entorno.acervo)
        hecha = await run_sync(miniaturas.hacer, p.entorno.acervo, datos, tamano, limiter=_TALLER)
        if hecha is None:
            return FileResponse(_sin_vista(suyo), media_type="image/svg+xml", headers=_SEGURAS)
    return FileResponse(ruta, media_type=miniaturas.MIME, headers={**_SEGURAS, "ETag": etiqueta})


def _buscado(p: Peticion, medio_id: int) -> Medio:
    with p.entorno.base.leer() as sesion:
        return medio_a_la_vista(sesion, p, medio_id)


def medio_a_la_vista(sesion: Session, p: Peticion, medio_id: int) -> Medio:
    """Lanza NoEsta si no existe o no le toca verlo."""
    hallado = sesion.exec(select(Medio).where(col(Medio.id) == medio_id, a_la_vista(p.permisos))).first()
    if hallado is None:
        raise NoEsta
    return hallado


def _original(p: Peticion, suyo: Medio, etiqueta: str) -> Response:
    ruta = p.entorno.acervo / suyo.ruta
    if not ruta.is_file():
        raise NoEsta
    return FileResponse(
        ruta,
        media_type=suyo.mime if suyo.mime in MIMES else "application/octet-stream",
        headers={**_SEGURAS, "ETag": etiqueta},
        filename=nombre_seguro(suyo.nombre, extension=ruta.suffix),
    )


def _sin_vista(suyo: Medio) -> Path:
    return ESTATICOS / ("sin-vista-audio.svg" if suyo.tipo == "audio" else "sin-vista.svg")
