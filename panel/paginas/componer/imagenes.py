"""Las imágenes de lo que se escribe: del acervo o de la cámara, en orden, y recortadas a lo que admiten las redes.

Cada botón sirve sin guiones: guarda el borrador, hace lo suyo y vuelve a él.
"""

import math
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response

from motor.acervo import recorte
from motor.acervo.ingreso import Ingresado, rematar
from motor.acervo.recorte import RAZONES, NoSeRecorta, Recuadro
from motor.borradores.contenido import Contenido, Elegido, agregar, cambiar_medio, mover, quitar
from panel.direcciones import de_medio
from panel.paginas.acervo.subir import recibir
from panel.paginas.componer.actos import guardar_escrito
from panel.paginas.componer.formulario import AlEscribir, Escrito
from panel.paginas.componer.permiso import exigir_que_escriba
from panel.paginas.medio import medio_a_la_vista
from panel.peticion import NoEsta, Peticion, Pide
from panel.textos import _

rutas = APIRouter()


@rutas.post("/componer/medios")
def medios(p: Pide, escrito: AlEscribir) -> Response:
    """hacer: «adelante:12», «atras:12», «quitar:12», «recortar:12:4:5», «agregar» o «buscar»."""
    exigir_que_escriba(p)
    acto, _sep, resto = escrito.hacer.partition(":")
    escrita, _sep, razon = resto.partition(":")
    medio_id = int(escrita) if escrita.isascii() and escrita.isdecimal() and len(escrita) <= 9 else 0
    error, contenido = "", escrito.contenido
    match acto:
        case "atras" | "adelante":
            contenido = mover(contenido, medio_id, -1 if acto == "atras" else 1)
        case "quitar":
            contenido = quitar(contenido, medio_id)
        case "agregar":
            contenido = agregar(contenido, _del_acervo(p, escrito))
        case "recortar":
            contenido, error = _recortado(p, contenido, medio_id, razon)
        case "buscar":
            pass
        case _:
            raise NoEsta
    return _de_vuelta(p, replace(escrito, contenido=contenido), error=error, buscando=acto == "buscar")


@rutas.post("/componer/subir")
async def subir(p: Pide, escrito: AlEscribir) -> Response:
    """Los archivos que vienen en el mismo formulario, al final de lo que ya llevaba."""
    exigir_que_escriba(p)
    formulario = await p.request.form()
    archivos = [a for a in formulario.getlist("archivos") if isinstance(a, UploadFile) and a.filename]
    try:
        subidos = await recibir(p, archivos)
    finally:
        await formulario.close()
    nuevos = [Elegido(s.id) for s in subidos if s.id]
    error = " ".join(s.problema for s in subidos if s.problema) or ("" if subidos else _("No llegó ningún archivo."))
    completo = replace(escrito, contenido=agregar(escrito.contenido, nuevos))
    return await run_sync(lambda: _de_vuelta(p, completo, error=error))


@rutas.post("/componer/recortar")
def recortar(
    p: Pide,
    medio: Annotated[int, Form()],
    x: Annotated[float, Form()],
    y: Annotated[float, Form()],
    ancho: Annotated[float, Form()],
    alto: Annotated[float, Form()],
) -> Response:
    """El recorte que se hizo con guiones, en partes de la imagen. Contesta con el medio nuevo."""
    exigir_que_escriba(p)
    if not all(map(math.isfinite, (x, y, ancho, alto))):
        return JSONResponse({"error": _("Ese recorte no se entiende.")}, 422)
    try:
        hecho = _cortar(p, medio, Recuadro(x, y, ancho, alto))
    except NoSeRecorta as error:
        return JSONResponse({"error": str(error)}, 422)
    suyo = hecho.medio
    return JSONResponse({"id": suyo.id, "ancho": suyo.ancho, "alto": suyo.alto, "url_mini": de_medio(suyo.id)})


def _cortar(p: Peticion, medio_id: int, recuadro: Recuadro | float) -> Ingresado:
    """recuadro: o la proporción, y se toma del centro. Lanza NoSeRecorta."""
    with p.entorno.base.leer() as sesion:
        original = medio_a_la_vista(sesion, p, medio_id)
    suyo = recorte.al_centro(original, recuadro) if isinstance(recuadro, float) else recuadro
    preparado = recorte.cortar(p.entorno, original, suyo)
    with p.entorno.base.escribir() as sesion:
        hecho = recorte.guardar(sesion, p.entorno, original, preparado, quien=p.usuario.correo)
        if not hecho.repetido:
            p.asentar(sesion, "medio_recortado", sobre=f"medio:{hecho.medio.id}", detalle=f"de medio:{medio_id}")
    rematar(p.entorno, hecho.medio)
    return hecho


def _recortado(p: Peticion, contenido: Contenido, medio_id: int, dicha: str) -> tuple[Contenido, str]:
    razon = next((r.valor for r in RAZONES if r.dicha == dicha), None)
    if razon is None:
        raise NoEsta
    try:
        hecho = _cortar(p, medio_id, razon)
    except NoSeRecorta as error:
        return contenido, str(error)
    return cambiar_medio(contenido, medio_id, hecho.medio.id), ""


def _del_acervo(p: Peticion, escrito: Escrito) -> list[Elegido]:
    """Lo marcado, con lo que su ficha dice que se ve."""
    with p.entorno.base.leer() as sesion:
        return [Elegido(m.id, m.descripcion) for i in escrito.elegidos if (m := medio_a_la_vista(sesion, p, i))]


def _de_vuelta(p: Peticion, escrito: Escrito, *, error: str = "", buscando: bool = False) -> Response:
    guardado = guardar_escrito(p, escrito, aunque_vacio=True)
    assert guardado is not None  # noqa: S101 # se pidió guardarlo aunque esté vacío
    busca = f"&buscar={quote(escrito.buscar)}" if buscando else ""
    ir = f"/componer?borrador={guardado.borrador.clave}{busca}#medios"
    return p.volver(ir, error=error, clave=guardado.borrador.clave, revision=guardado.borrador.revision)
