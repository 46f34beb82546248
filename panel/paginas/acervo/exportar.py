"""Llevarse medios en un ZIP con su índice: primero se dice cuánto pesa, después se baja."""

from collections.abc import Iterator

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from motor.acervo.exportacion import MAXIMO, Pieza, indice_csv, piezas
from motor.acervo.galeria import Filtros, ids_de
from motor.paquete import paquete
from motor.usuarios.permisos import Accion
from panel.paginas.acervo.formularios import Elegidos, ElegidosAlEnviar, Filtrado, en_consulta
from panel.paginas.acervo.permiso import exigir_en_alguno
from panel.peticion import Peticion, Pide
from panel.textos import _

rutas = APIRouter()

ZIP = {
    "Content-Type": "application/zip",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Accel-Buffering": "no",
}


@rutas.get("/acervo/exportar")
def elegir(p: Pide, elegidos: Elegidos, filtros: Filtrado) -> Response:
    """Con ids, ésos; sin ninguno, todo lo que cumpla los filtros."""
    exigir_en_alguno(p, Accion.VER)
    suyas = piezas_de(p, elegidos, filtros)
    if not suyas:
        return p.volver("/acervo", error=_("No hay nada que llevarse con esas señas."))
    return p.pagina(
        "acervo/exportar.html",
        cuantas=len(suyas),
        peso=sum(s.medio.peso_bytes for s in suyas),
        elegidos=elegidos,
        consulta=en_consulta(filtros),
        tope=MAXIMO,
    )


@rutas.post("/acervo/exportar.zip")
def bajar(p: Pide, elegidos: ElegidosAlEnviar, filtros: Filtrado) -> Response:
    exigir_en_alguno(p, Accion.VER)
    return empacado(p, piezas_de(p, elegidos, filtros))


def empacado(p: Peticion, suyas: list[Pieza]) -> Response:
    with p.entorno.base.escribir() as sesion:
        p.asentar(sesion, "acervo_exportado", detalle=f"{len(suyas)} archivos")
    archivos = [(s.dentro, p.entorno.acervo / s.medio.ruta) for s in suyas]
    textos = [("index.csv", indice_csv(suyas, p.entorno.reglas.zona)), ("index.html", _indice(p, suyas))]
    dia = f"{p.ahora.astimezone(p.entorno.reglas.zona):%Y-%m-%d}"
    cabeceras = {**ZIP, "Content-Disposition": f'attachment; filename="acervo-{dia}.zip"'}
    return StreamingResponse(paquete(archivos, textos), headers=cabeceras)


def piezas_de(p: Peticion, elegidos: list[int], filtros: Filtros) -> list[Pieza]:
    with p.entorno.base.leer() as sesion:
        ids = elegidos or ids_de(sesion, filtros, permisos=p.permisos, ahora=p.ahora, limite=MAXIMO)
        return piezas(sesion, ids, permisos=p.permisos)


def _indice(p: Peticion, suyas: list[Pieza]) -> Iterator[str]:
    """Se lee sin conexión y no lleva guiones."""
    plantilla = p.panel.plantillas.get_template("acervo/indice.html")
    return plantilla.generate(suyas=suyas, ahora=p.ahora)
