"""Lo que se hace con una entrega desde la página de su publicación. Las reglas son de `motor.publicacion.mando`."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session
from starlette.responses import Response

from conectores.contrato import ErrorDeRed
from modelos import Entrega, Perfil
from motor.publicacion import mando
from motor.publicacion.mando import NoSePuede, Respuesta
from motor.usuarios.permisos import Accion
from panel.peticion import NoEsta, Peticion, Pide

rutas = APIRouter()

_LARGO_DE_AUTOR = 120
_LARGO_DE_MOTIVO = 500

Texto = Annotated[str, Form()]


@rutas.post("/entrega/{entrega_id}/cancelar")
def cancelar(p: Pide, entrega_id: int, motivo: Texto = "") -> Response:
    return _hacer(
        p,
        entrega_id,
        Accion.REDACTAR,
        "entrega_cancelada",
        lambda sesion, e: mando.cancelar(sesion, e, motivo=motivo[:_LARGO_DE_MOTIVO], autor=_autor(p), ahora=p.ahora),
    )


@rutas.post("/entrega/{entrega_id}/retener")
def retener(p: Pide, entrega_id: int, motivo: Texto = "") -> Response:
    return _hacer(
        p,
        entrega_id,
        Accion.REDACTAR,
        "entrega_retenida",
        lambda sesion, e: mando.retener(sesion, e, motivo=motivo[:_LARGO_DE_MOTIVO], autor=_autor(p), ahora=p.ahora),
    )


@rutas.post("/entrega/{entrega_id}/soltar")
def soltar(p: Pide, entrega_id: int) -> Response:
    return _hacer(
        p,
        entrega_id,
        Accion.REDACTAR,
        "entrega_soltada",
        lambda sesion, e: mando.soltar(sesion, e, autor=_autor(p), ahora=p.ahora),
    )


@rutas.post("/entrega/{entrega_id}/reintentar")
def reintentar(p: Pide, entrega_id: int) -> Response:
    return _hacer(
        p,
        entrega_id,
        Accion.REDACTAR,
        "entrega_reintentada",
        lambda sesion, e: mando.reintentar(sesion, e, autor=_autor(p), ahora=p.ahora),
    )


@rutas.post("/entrega/{entrega_id}/resolver")
def resolver(p: Pide, entrega_id: int, respuesta: Texto = "", enlace: Texto = "") -> Response:
    """respuesta: «salio» (con su enlace), «no_salio» o «no_hace_falta»."""
    if respuesta not in set(Respuesta):
        raise NoEsta
    return _hacer(
        p,
        entrega_id,
        Accion.COORDINAR,
        f"duda_{respuesta}",
        lambda sesion, e: mando.resolver(
            sesion, e, Respuesta(respuesta), enlace=enlace, autor=_autor(p), ahora=p.ahora
        ),
    )


@rutas.post("/entrega/{entrega_id}/borrar")
def borrar(p: Pide, entrega_id: int, seguro: Texto = "") -> Response:
    """De la red, y no vuelve: se pide dos veces. Habla con la red fuera de toda transacción."""
    with p.entorno.base.leer() as sesion:
        entrega, perfil = _suya(sesion, p, entrega_id, Accion.COORDINAR)
    a_donde = f"/publicacion/{entrega.publicacion_id}"
    try:
        mando.exigir_borrable(p.entorno, entrega, perfil)
        if not seguro:
            return p.pagina("publicacion/borrar.html", entrega=entrega, perfil=perfil)
        with p.entorno.base.escribir() as sesion:
            p.asentar(
                sesion,
                "borrado_pedido",
                sobre=f"publicacion:{entrega.publicacion_id}",
                detalle=f"{entrega.id}: {entrega.url}",
            )
        dicho = mando.borrar(p.entorno, entrega, perfil, autor=_autor(p))
    except (NoSePuede, ErrorDeRed) as error:
        return p.volver(a_donde, error=str(error))
    return p.volver(a_donde, hecho=_mayuscula(dicho))


def _hacer(
    p: Peticion, entrega_id: int, accion: Accion, nombre: str, hacer: Callable[[Session, Entrega], str]
) -> Response:
    """Exigir, hacerlo y asentarlo en una transacción; si no procede, decirlo donde estaba."""
    with p.entorno.base.leer() as sesion:
        vista, perfil = _suya(sesion, p, entrega_id, accion)
    a_donde = f"/publicacion/{vista.publicacion_id}"
    try:
        with p.entorno.base.escribir() as sesion:
            dicho = hacer(sesion, sesion.get_one(Entrega, entrega_id))
            p.asentar(sesion, nombre, sobre=f"publicacion:{vista.publicacion_id}", detalle=f"{perfil.nombre}: {dicho}")
    except NoSePuede as error:
        return p.volver(a_donde, error=str(error))
    return p.volver(a_donde, hecho=f"{perfil.titulo or perfil.nombre}: {dicho}")


def _suya(sesion: Session, p: Peticion, entrega_id: int, accion: Accion) -> tuple[Entrega, Perfil]:
    entrega = sesion.get(Entrega, entrega_id)
    if entrega is None:
        raise NoEsta
    p.exigir(accion, entrega.perfil_id)
    return entrega, sesion.get_one(Perfil, entrega.perfil_id)


def _autor(p: Peticion) -> str:
    return p.autor.quien[:_LARGO_DE_AUTOR]


def _mayuscula(texto: str) -> str:
    return texto[:1].upper() + texto[1:]
