"""Subir: un archivo por petición, con su avance; o muchos en un formulario, sin guiones.

Recibe la `Request` cruda: nada se lee antes de saber quién es (`panel.peticion.con_sesion`).
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, JSONResponse, Response

from motor.acervo.galeria import Renglon, olvidar_sugerencias, por_ids
from motor.acervo.ingreso import SinSitio, ingresar, llegando, preparar, rematar
from motor.acervo.medios import MedioInadmisible
from motor.usuarios.permisos import Accion
from panel.direcciones import de_medio
from panel.paginas.acervo.permiso import exigir_en_alguno
from panel.peticion import Peticion, Pide
from panel.textos import _, n_

rutas = APIRouter()

_A_LA_VEZ = anyio.CapacityLimiter(2)
"""Archivos que se abren a la vez: uno grande ocupa cientos de megas ya decodificado."""
_TROZO_BYTES = 1 << 20
_NOMBRE_MAXIMO = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Subido:
    """Qué fue de un archivo. id: 0 si no se aceptó, y `problema` dice por qué."""

    nombre: str
    id: int = 0
    repetido: bool = False
    parecidos: tuple[Renglon, ...] = ()
    problema: str = ""

    def como_json(self) -> dict[str, Any]:
        return {
            "id": self.id or None,
            "nombre": self.nombre,
            "url_mini": de_medio(self.id) if self.id else "",
            "repetido_de": self.id if self.repetido else None,
            "parecidos": [{"id": s.id, "nombre": s.rotulo, "url_mini": de_medio(s.id)} for s in self.parecidos],
            "problema": self.problema,
        }


@rutas.get("/acervo/subir")
def pagina_de_subir(p: Pide) -> HTMLResponse:
    exigir_en_alguno(p, Accion.REDACTAR)
    return p.pagina("acervo/subir.html")


@rutas.post("/acervo/subir")
async def subir(p: Pide) -> Response:
    """El archivo como cuerpo, con su nombre en `X-Nombre`; o un formulario con varios `archivos`."""
    exigir_en_alguno(p, Accion.REDACTAR)
    subidos = await recibidos(p)
    return _en_json(subidos) if p.quiere_json else _de_vuelta(p, subidos)


# ── recibir ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def recibidos(p: Peticion) -> list[Subido]:
    """Lo que trae la petición, venga como cuerpo o en un formulario. Quien llama ya exigió el permiso."""
    if p.request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _de_formulario(p)
    return [await _de_cuerpo(p)]


async def _de_cuerpo(p: Peticion) -> Subido:
    nombre = unquote(p.request.headers.get("x-nombre", ""))[:_NOMBRE_MAXIMO] or "archivo"
    dicho = p.request.headers.get("content-length", "")
    try:
        with llegando(p.entorno.acervo, peso=int(dicho) if dicho.isdecimal() else 0) as (salida, ruta):
            async for trozo in p.request.stream():
                await run_sync(salida.write, trozo)
            await run_sync(salida.flush)
            return await run_sync(_guardado, p, ruta, nombre, limiter=_A_LA_VEZ)
    except SinSitio as error:
        return Subido(nombre=nombre, problema=str(error))
    except ClientDisconnect:
        return Subido(nombre=nombre, problema=_("Se cortó a la mitad."))


async def _de_formulario(p: Peticion) -> list[Subido]:
    formulario = await p.request.form()
    archivos = [a for a in formulario.getlist("archivos") if isinstance(a, UploadFile) and a.filename]
    try:
        return await recibir(p, archivos)
    finally:
        await formulario.close()


async def recibir(p: Peticion, archivos: Sequence[UploadFile]) -> list[Subido]:
    """Guardar los que llegaron en un formulario, éste u otro."""
    return [await run_sync(_copiado, p, archivo, limiter=_A_LA_VEZ) for archivo in archivos]


def _copiado(p: Peticion, archivo: UploadFile) -> Subido:
    nombre = (archivo.filename or "archivo")[:_NOMBRE_MAXIMO]
    try:
        with llegando(p.entorno.acervo, peso=archivo.size or 0) as (salida, ruta):
            archivo.file.seek(0)
            shutil.copyfileobj(archivo.file, salida, _TROZO_BYTES)
            salida.flush()
            return _guardado(p, ruta, nombre)
    except SinSitio as error:
        return Subido(nombre=nombre, problema=str(error))


def _guardado(p: Peticion, ruta: Path, nombre: str) -> Subido:
    try:
        preparado = preparar(p.entorno, ruta, nombre)
    except MedioInadmisible as error:
        return Subido(nombre=nombre, problema=str(error.problema))
    with p.entorno.base.escribir() as sesion:
        ingresado = ingresar(sesion, p.entorno, preparado, quien=p.usuario.correo)
        if not ingresado.repetido:
            p.asentar(sesion, "medio_subido", sobre=f"medio:{ingresado.medio.id}", detalle=preparado.nombre)
    rematar(p.entorno, ingresado.medio)
    olvidar_sugerencias()
    with p.entorno.base.leer() as sesion:
        parecidos = por_ids(sesion, list(ingresado.parecidos), permisos=p.permisos)
    return Subido(
        nombre=preparado.nombre, id=ingresado.medio.id, repetido=ingresado.repetido, parecidos=tuple(parecidos)
    )


# ── contestar ────────────────────────────────────────────────────────────────────────────────────────────────────


def _en_json(subidos: list[Subido]) -> Response:
    """Los campos del primero van también sueltos: quien manda uno no busca en una lista."""
    if not subidos:
        return JSONResponse({"error": _("No llegó ningún archivo."), "medios": []}, 422)
    primero = subidos[0].como_json()
    aceptado = any(s.id for s in subidos)
    error = "" if aceptado else subidos[0].problema
    return JSONResponse(
        {**primero, "error": error, "medios": [s.como_json() for s in subidos]}, 200 if aceptado else 422
    )


def _de_vuelta(p: Peticion, subidos: list[Subido]) -> Response:
    """A escribir la ficha de lo que entró, diciendo qué no entró."""
    problemas = [
        f"{s.nombre}: {s.problema}" if s.nombre not in s.problema else s.problema for s in subidos if s.problema
    ]
    ids = [s.id for s in subidos if s.id]
    if not ids:
        return p.volver("/acervo/subir", error=" ".join(problemas) or _("No llegó ningún archivo."))
    nuevos, repetidos = sum(not s.repetido for s in subidos if s.id), sum(s.repetido for s in subidos)
    hecho = n_("Se guardó %(n)d archivo.", "Se guardaron %(n)d archivos.", nuevos) % {"n": nuevos}
    if repetidos:
        hecho += " " + n_("%(n)d ya estaba.", "%(n)d ya estaban.", repetidos) % {"n": repetidos}
    donde = f"/acervo/{ids[0]}" if len(ids) == 1 else "/acervo/varios?" + urlencode([("id", i) for i in ids[:200]])
    return p.volver(donde, hecho=hecho, error=" ".join(problemas))
