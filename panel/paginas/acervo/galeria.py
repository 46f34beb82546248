"""La galería, y la misma búsqueda para quien elige una foto desde otra página."""

from dataclasses import asdict, fields
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, JSONResponse, Response

from motor.acervo.galeria import CUENTA_MAXIMA, Filtros, Pagina, Renglon, pagina, sugerencias
from motor.usuarios.permisos import Accion
from panel.direcciones import de_medio
from panel.paginas.acervo.formularios import Filtrado, en_consulta
from panel.paginas.acervo.permiso import exigir_en_alguno
from panel.peticion import Peticion, Pide

rutas = APIRouter()


@rutas.get("/acervo")
def galeria(p: Pide, filtros: Filtrado, antes: Annotated[int, Query(ge=0)] = 0) -> HTMLResponse:
    exigir_en_alguno(p, Accion.VER)
    hallado = _hallado(p, filtros, antes)
    with p.entorno.base.leer() as sesion:
        ya_escrito = sugerencias(sesion)
    return p.pagina(
        "acervo/galeria.html",
        hallado=hallado,
        f=filtros,
        filtrado=any(asdict(filtros).values()),
        mas_filtros=[c.name for c in fields(filtros) if c.name not in ("q", "tipo") and getattr(filtros, c.name)],
        sugeridos=ya_escrito,
        tope=CUENTA_MAXIMA,
        sigue=en_consulta(filtros, antes=hallado.sigue) if hallado.sigue else "",
        todo=en_consulta(filtros),
        puede=p.permisos.puede_en_alguno(Accion.REDACTAR),
        antes=antes,
    )


@rutas.get("/acervo/buscar")
def buscar(p: Pide, filtros: Filtrado, antes: Annotated[int, Query(ge=0)] = 0) -> Response:
    """Lo mismo que la galería, en JSON o en un trozo de página, para elegir una foto sin salir de donde se está."""
    exigir_en_alguno(p, Accion.VER)
    hallado = _hallado(p, filtros, antes)
    if p.quiere_json:
        medios = [como_json(p, renglon) for renglon in hallado.renglones]
        return JSONResponse({"medios": medios, "sigue": hallado.sigue, "cuantos": hallado.cuantos})
    return p.pagina("acervo/hallados.html", hallado=hallado)


def _hallado(p: Peticion, filtros: Filtros, antes: int) -> Pagina:
    with p.entorno.base.leer() as sesion:
        return pagina(sesion, filtros, permisos=p.permisos, ahora=p.ahora, antes=antes)


def como_json(p: Peticion, renglon: Renglon) -> dict[str, Any]:
    return {
        "id": renglon.id,
        "nombre": renglon.nombre,
        "tipo": renglon.tipo,
        "rotulo": renglon.rotulo,
        "descripcion": renglon.descripcion,
        "ancho": renglon.ancho,
        "alto": renglon.alto,
        "dura": renglon.dura,
        "vencido": renglon.vence_en is not None and renglon.vence_en <= p.ahora,
        "vence_en": renglon.vence_en.isoformat() if renglon.vence_en else None,
        "url_mini": de_medio(renglon.id),
        "url_media": de_medio(renglon.id, "media"),
    }
