"""Conectar un perfil: qué red, y sus datos. Lo crea quien administra toda la oficina."""

from collections import defaultdict
from collections.abc import Mapping

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from modelos import Perfil
from modelos.consultas import perfiles
from motor.entorno import RedConectable
from motor.perfiles.datos import DatoMalo, DatosDePerfil, Ritmo, nombre_sugerido
from motor.perfiles.mando import agregar
from motor.usuarios.permisos import Accion
from panel.paginas.perfiles import palabras
from panel.paginas.perfiles.suyo import Campos, camino, pasos
from panel.peticion import NoEsta, Peticion, Pide
from panel.textos import _

rutas = APIRouter()


@rutas.get("/perfiles/nuevo")
def nuevo(p: Pide, red: str = "") -> HTMLResponse:
    p.exigir(Accion.ADMINISTRAR)
    if red:
        return _formulario(p, _conectable(p, red), {})
    return p.pagina("perfiles/redes.html", redes=list(conectables(p).values()), pasos=pasos(1))


@rutas.post("/perfiles/nuevo")
def conectar(p: Pide, campos: Campos) -> Response:
    p.exigir(Accion.ADMINISTRAR)
    red = _conectable(p, campos.get("red", ""))
    try:
        perfil = dar_de_alta(p, red, leer_datos(red, campos), nombre=campos.get("nombre", "").strip())
    except DatoMalo as error:
        return _formulario(p, red, campos, error=error)
    return p.volver(camino(perfil.id, "credenciales"), hecho=_("Guardado. Ahora, con qué entra Pregonero a su red."))


def dar_de_alta(p: Peticion, red: RedConectable, datos: DatosDePerfil, *, nombre: str = "") -> Perfil:
    """Nace detenido: nada sale por él hasta que la red diga que sí. Sin nombre, se le hace uno. Lanza DatoMalo."""
    if not datos.titulo.strip():
        raise DatoMalo("titulo", _("Diga cómo llamarlo: «Ayuntamiento», «DIF municipal»…"))
    exigir_cuenta(red, datos)
    with p.entorno.base.escribir() as sesion:
        usados = [x.nombre for x in perfiles(sesion)]
        perfil = agregar(
            sesion,
            p.entorno,
            nombre=nombre or nombre_sugerido(red.slug, datos.titulo, usados),
            red=red.slug,
            datos=datos,
            ritmo=Ritmo(),
            ahora=p.ahora,
            autor=p.autor.quien[:120],
            conectando=True,
        )
        p.asentar(sesion, "perfil_agregado", sobre=f"perfil:{perfil.id}", detalle=perfil.nombre)
    return perfil


def leer_datos(red: RedConectable, campos: Mapping[str, str]) -> DatosDePerfil:
    """Sólo lo que esa red declara: lo demás que venga en el formulario no se mira."""
    opciones = red.conexion.opciones if red.conexion is not None else ()
    return DatosDePerfil(
        titulo=campos.get("titulo", ""),
        id_externo=campos.get("id_externo", ""),
        opciones={o.nombre: campos.get(f"opcion_{o.nombre}", "") for o in opciones},
    )


def exigir_cuenta(red: RedConectable, datos: DatosDePerfil) -> None:
    """Lanza DatoMalo si falta algo sin lo que esa red no se puede usar."""
    if red.conexion is None:
        return
    pedidos = [(red.conexion.id_externo, datos.id_externo)] if red.conexion.id_externo is not None else []
    for dato, valor in [*pedidos, *((o, datos.opciones.get(o.nombre, "")) for o in red.conexion.opciones)]:
        if dato is not None and dato.obligatorio and not valor.strip():
            raise DatoMalo(dato.nombre, _("Falta: %(dato)s.") % {"dato": dato.titulo})


def _formulario(
    p: Peticion, red: RedConectable, campos: Mapping[str, str], *, error: DatoMalo | None = None
) -> HTMLResponse:
    return p.pagina(
        "perfiles/nuevo.html",
        estado=422 if error else 200,
        red=red,
        escrito=defaultdict(str, campos),
        error=error,
        pasos=pasos(2),
        palabras=palabras,
    )


def conectables(p: Peticion) -> Mapping[str, RedConectable]:
    return {slug: red for slug, red in p.entorno.redes().items() if red.conexion is not None}


def _conectable(p: Peticion, slug: str) -> RedConectable:
    red = conectables(p).get(slug)
    if red is None:
        raise NoEsta
    return red
