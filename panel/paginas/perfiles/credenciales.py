"""Con qué entra Pregonero a la red de un perfil. Se escriben, se sustituyen y se quitan; nunca se enseñan."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, Response

from conectores.contrato import Clave
from modelos import Perfil
from motor import credenciales
from motor.credenciales import CredencialIlegible, Origen
from motor.usuarios.permisos import Accion
from panel.paginas.perfiles import palabras
from panel.paginas.perfiles.suyo import Campos, PerfilId, camino, leer_perfil, pasos, perfil_de, red_de, se_conecta
from panel.peticion import NoEsta, NoPermitido, Peticion, Pide
from panel.textos import _

rutas = APIRouter()


@rutas.get("/perfiles/{perfil_id}/credenciales")
def ver(p: Pide, perfil_id: PerfilId) -> HTMLResponse:
    return _pagina(p, leer_perfil(p, perfil_id, Accion.ADMINISTRAR), {})


@rutas.post("/perfiles/{perfil_id}/credenciales")
def poner(p: Pide, perfil_id: PerfilId, campos: Campos) -> Response:
    """Las buenas se guardan aunque otra esté mal: lo escrito no se puede volver a enseñar para corregirlo."""
    perfil = leer_perfil(p, perfil_id, Accion.ADMINISTRAR)
    escritas = {c.nombre: campos.get(f"clave_{c.nombre}", "") for c in _claves(p, perfil)}
    buenas, faltas = _separadas(escritas)
    with p.entorno.base.escribir() as sesion:
        perfil = perfil_de(sesion, p, perfil_id, Accion.ADMINISTRAR)
        llavero = p.panel.oficina.llavero
        puestas = credenciales.poner(sesion, llavero, perfil, buenas, autor=p.autor, ahora=p.ahora)
    if faltas:
        return _pagina(p, perfil, faltas, guardadas=puestas)
    if not puestas and not se_conecta(perfil):
        return p.volver(camino(perfil_id, "credenciales"), hecho=_("No escribió ninguna: siguen las que estaban."))
    hecho = _("Guardadas y cifradas. Compruebe ahora que sirven.") if puestas else ""
    return p.volver(camino(perfil_id, "comprobar"), hecho=hecho)


@rutas.post("/perfiles/{perfil_id}/credenciales/quitar")
def quitar(p: Pide, perfil_id: PerfilId, nombre: Annotated[str, Form(max_length=80)]) -> Response:
    _exigir_quitable(p, leer_perfil(p, perfil_id, Accion.ADMINISTRAR), nombre)
    with p.entorno.base.escribir() as sesion:
        perfil = perfil_de(sesion, p, perfil_id, Accion.ADMINISTRAR)
        if not credenciales.quitar(sesion, perfil, nombre, autor=p.autor, ahora=p.ahora):
            raise NoEsta
    return p.volver(camino(perfil_id, "credenciales"), hecho=_("Quitada."))


def _exigir_quitable(p: Peticion, perfil: Perfil, nombre: str) -> None:
    """Si debajo hay una de toda la red, quitarla es empezar a usar la de todos, quizá en otra cuenta.

    Lanza NoPermitido.
    """
    sin_guardar = Perfil(nombre=perfil.nombre, red=perfil.red, creado_en=perfil.creado_en)
    if p.entorno.origenes_de(sin_guardar).get(nombre) is Origen.RED and not p.puede(Accion.ADMINISTRAR):
        raise NoPermitido(
            _("Sin ella, este perfil usaría la que comparten todos los de su red. Eso lo decide quien administra todo.")
        )


def _separadas(escritas: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """(las que se pueden guardar, qué tiene de malo cada una de las otras). Pura."""
    buenas, faltas = {}, {}
    for nombre, valor in escritas.items():
        try:
            buenas[nombre] = credenciales.limpia(nombre, valor)
        except CredencialIlegible as error:
            faltas[nombre] = str(error)
    return buenas, faltas


def _claves(p: Peticion, perfil: Perfil) -> tuple[Clave, ...]:
    red = red_de(p, perfil.red)
    return red.claves if red is not None else ()


def _pagina(p: Peticion, perfil: Perfil, faltas: dict[str, str], *, guardadas: list[str] | None = None) -> HTMLResponse:
    with p.entorno.base.leer() as sesion:
        puestas = credenciales.puestas(sesion, perfil.id)
    red = red_de(p, perfil.red)
    return p.pagina(
        "perfiles/credenciales.html",
        estado=422 if faltas else 200,
        perfil=perfil,
        red=red,
        claves=_claves(p, perfil),
        puestas=puestas,
        origenes=p.entorno.origenes_de(perfil),
        faltas=faltas,
        guardadas=guardadas or [],
        pasos=pasos(3) if se_conecta(perfil) else [],
        hoja="credenciales",
        palabras=palabras,
    )
