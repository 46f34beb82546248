"""Llevarse en un ZIP, con su índice, los medios o lo publicado. Los mismos filtros que en sus listas."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from motor.acervo import galeria
from motor.hemeroteca.lista import Filtros
from panel.api.acceso import PideApi
from panel.api.errores import CON_CHOQUE, NoProcede
from panel.api.formas import Buscado, Corto, PorPerfil
from panel.api.formas_de_publicar import Id
from panel.api.hemeroteca import dia
from panel.paginas.acervo.exportar import empacado, piezas_de
from panel.paginas.hemeroteca.exportar import empacada, seleccionada
from panel.textos import _

rutas = APIRouter()

_ZIP: dict[int | str, dict[str, Any]] = {
    **CON_CHOQUE,
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}, "description": "El ZIP."},
}


@rutas.get("/medios.zip", summary="Llevarse medios", tags=["medios"], response_class=Response, responses=_ZIP)
def medios(
    p: PideApi,
    ids: Annotated[list[Id] | None, Query(alias="id", max_length=2000, description="Éstos; si no, lo hallado.")] = None,
    q: Buscado = "",
    tipo: Literal["", "imagen", "video", "audio"] = "",
    evento: Corto = "",
    lugar: Corto = "",
    persona: Corto = "",
    etiqueta: Corto = "",
    archivados: bool = False,
) -> Response:
    """Los originales con su ficha en `index.csv`, y un índice que se lee sin conexión."""
    filtros = galeria.Filtros(
        q=q, tipo=tipo, evento=evento, lugar=lugar, persona=persona, etiqueta=etiqueta, archivados=archivados
    )
    suyas = piezas_de(p, ids or [], filtros)
    if not suyas:
        raise NoProcede(_("No hay nada que llevarse con esas señas."))
    return empacado(p, suyas)


@rutas.get(
    "/hemeroteca.zip", summary="Llevarse lo publicado", tags=["hemeroteca"], response_class=Response, responses=_ZIP
)
def hemeroteca(
    p: PideApi,
    q: Buscado = "",
    perfil_id: PorPerfil = None,
    desde: Annotated[date | None, Query(description="Día local; entra.")] = None,
    hasta: Annotated[date | None, Query(description="Día local; entra.")] = None,
    borradas: Annotated[bool, Query(description="Sólo lo que ya no está en la red.")] = False,
) -> Response:
    """Con sus imágenes, lo que contestaron, y un índice que se lee sin conexión."""
    filtros = Filtros(q=q, perfil=perfil_id or 0, desde=dia(desde), hasta=dia(hasta), borradas=borradas)
    suya = seleccionada(p, filtros)
    if not suya.entregas:
        raise NoProcede(_("No hay nada que llevarse con esas señas."))
    return empacada(p, suya)
