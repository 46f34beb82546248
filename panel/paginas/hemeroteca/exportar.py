"""Llevarse lo publicado en un ZIP: todo lo hallado, con sus imágenes, lo que contestaron y su índice."""

from collections.abc import Iterator

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from motor.hemeroteca.exportacion import MAXIMO, Seleccion, dentro, enteras, indice_csv, seleccion
from motor.hemeroteca.lista import Filtros
from motor.paquete import paquete
from motor.usuarios.permisos import Accion
from panel.paginas.acervo.exportar import ZIP
from panel.paginas.hemeroteca.filtros import Filtrado, en_consulta
from panel.peticion import NoEsta, Peticion, Pide
from panel.textos import _

rutas = APIRouter()


@rutas.get("/hemeroteca/exportar")
def elegir(p: Pide, filtros: Filtrado) -> Response:
    suya = seleccionada(p, filtros)
    if not suya.entregas:
        return p.volver("/hemeroteca", error=_("No hay nada que llevarse con esas señas."))
    return p.pagina("hemeroteca/exportar.html", suya=suya, consulta=en_consulta(filtros), tope=MAXIMO)


@rutas.post("/hemeroteca/exportar.zip")
def bajar(p: Pide, filtros: Filtrado) -> Response:
    return empacada(p, seleccionada(p, filtros))


def empacada(p: Peticion, suya: Seleccion) -> Response:
    with p.entorno.base.escribir() as sesion:
        p.asentar(sesion, "hemeroteca_exportada", detalle=f"{len(suya.entregas)} publicaciones")
    archivos = [(nombre, p.entorno.acervo / ruta) for nombre, ruta in suya.medios]
    textos = [("index.csv", indice_csv(p.entorno, suya.entregas)), ("index.html", _indice(p, suya))]
    dia = f"{p.ahora.astimezone(p.entorno.reglas.zona):%Y-%m-%d}"
    cabeceras = {**ZIP, "Content-Disposition": f'attachment; filename="hemeroteca-{dia}.zip"'}
    return StreamingResponse(paquete(archivos, textos), headers=cabeceras)


def seleccionada(p: Peticion, filtros: Filtros) -> Seleccion:
    if not p.permisos.puede_en_alguno(Accion.VER):
        raise NoEsta
    with p.entorno.base.leer() as sesion:
        return seleccion(sesion, p.entorno, filtros, perfiles=p.permisos.perfiles(Accion.VER))


def _indice(p: Peticion, suya: Seleccion) -> Iterator[str]:
    plantilla = p.panel.plantillas.get_template("hemeroteca/indice.html")
    todas = enteras(p.entorno, p.escucha, suya.entregas)
    return plantilla.generate(todas=todas, cuantas=len(suya.entregas), ahora=p.ahora, dentro=dentro)
