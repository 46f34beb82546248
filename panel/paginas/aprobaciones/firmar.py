"""Lo que se hace con una solicitud: firmarla, comentarla, pedirla otra vez."""

from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session
from starlette.responses import Response

from modelos import EstadoDeSolicitud, Publicacion, Solicitud
from motor.aprobaciones.comentarios import SinTexto, comentar
from motor.aprobaciones.firmas import CambioEntretanto, NoSePuedeFirmar, firmar
from motor.aprobaciones.solicitudes import Caso, pedir_otra_vez
from motor.usuarios.permisos import Accion
from panel.paginas.aprobaciones.consulta import asentar_firma, exigir_verla, perfiles_de
from panel.peticion import NoPermitido, Peticion, Pide
from panel.textos import _

rutas = APIRouter()

Texto = Annotated[str, Form()]


@rutas.post("/aprobaciones/{solicitud_id}/firmar")
def firmar_una(
    p: Pide, solicitud_id: int, decision: Texto = "", comentario: Texto = "", vista: Texto = "", version: Texto = ""
) -> Response:
    """vista, version: lo que tenía en la pantalla; si ya es otra cosa, no se firma y se le enseña qué cambió."""
    camino = f"/aprobaciones/{solicitud_id}"
    aprueba = decision == "aprobar"
    try:
        with p.entorno.base.escribir() as sesion:
            exigir_verla(sesion, p, solicitud_id)
            if decision not in ("aprobar", "cambios"):
                return p.volver(camino, error=_("Diga si la aprueba o si pide cambios."))
            caso = firmar(
                sesion,
                p.entorno,
                solicitud_id,
                p.usuario,
                aprueba=aprueba,
                vista=vista,
                comentario=comentario,
                ahora=p.ahora,
            )
            asentar_firma(sesion, p, caso, aprueba=aprueba)
    except CambioEntretanto as error:
        ancla = f"?desde={version}#cambios" if version.isdigit() else ""
        return p.volver(f"{camino}{ancla}", error=str(error))
    except (NoSePuedeFirmar, SinTexto) as error:
        return p.volver(camino, error=str(error))
    return p.volver("/aprobaciones" if aprueba else camino, hecho=_dicho(caso))


def _dicho(caso: Caso) -> str:
    match caso.solicitud.estado:
        case EstadoDeSolicitud.APROBADA:
            return _("Aprobada. Sale a su hora.")
        case EstadoDeSolicitud.RECHAZADA:
            return _("Se pidieron los cambios. No saldrá hasta que la corrijan y se apruebe.")
        case _otro:
            return _("Su firma quedó. %(espera)s") % {"espera": caso.dicho}


@rutas.post("/aprobaciones/{solicitud_id}/comentar")
def comentar_una(p: Pide, solicitud_id: int, texto: Texto = "") -> Response:
    camino = f"/aprobaciones/{solicitud_id}"
    try:
        with p.entorno.base.escribir() as sesion:
            suya = exigir_verla(sesion, p, solicitud_id)
            _exigir_voz(sesion, p, suya)
            publicacion = sesion.get_one(Publicacion, suya.publicacion_id)
            comentar(sesion, publicacion, p.usuario, texto, ahora=p.ahora)
            p.asentar(sesion, "comentario", sobre=f"publicacion:{publicacion.id}")
    except SinTexto as error:
        return p.volver(camino, error=str(error))
    return p.volver(f"{camino}#conversacion", hecho=_("Su comentario quedó."))


def _exigir_voz(sesion: Session, p: Peticion, suya: Solicitud) -> None:
    """Comenta quien escribe o aprueba en alguno de sus perfiles; quien sólo mira, no."""
    perfiles = perfiles_de(sesion, suya)
    if not any(p.puede(accion, i) for i in perfiles for accion in (Accion.REDACTAR, Accion.APROBAR)):
        raise NoPermitido(_("Su cuenta sólo mira: no puede comentar."))


@rutas.post("/aprobaciones/{solicitud_id}/otra-vez")
def otra_vez(p: Pide, solicitud_id: int) -> Response:
    """Pedirla otra vez tal como está, con los flujos de hoy: quien administra, o quien escribe si la rechazaron."""
    with p.entorno.base.escribir() as sesion:
        suya = exigir_verla(sesion, p, solicitud_id)
        _exigir_rehacer(sesion, p, suya)
        if suya.estado not in (EstadoDeSolicitud.PENDIENTE, EstadoDeSolicitud.RECHAZADA):
            return p.volver(f"/aprobaciones/{solicitud_id}", error=_("Ya no espera nada."))
        espera = pedir_otra_vez(
            sesion,
            p.entorno,
            suya,
            por=p.usuario.nombre,
            ahora=p.ahora,
            levantar=p.puede(Accion.ADMINISTRAR),
        )
        p.asentar(sesion, "aprobacion_pedida_otra_vez", sobre=f"publicacion:{suya.publicacion_id}")
    if espera:
        return p.volver("/aprobaciones", hecho=_("Se pidió otra vez, con los flujos de hoy."))
    return p.volver("/aprobaciones", hecho=_("Ningún flujo de hoy la exige: sale a su hora."))


def _exigir_rehacer(sesion: Session, p: Peticion, suya: Solicitud) -> None:
    if suya.estado is EstadoDeSolicitud.RECHAZADA:
        for perfil_id in perfiles_de(sesion, suya):
            p.exigir(Accion.REDACTAR, perfil_id)
        return
    if not p.puede(Accion.ADMINISTRAR):
        raise NoPermitido(_("Sólo quien administra puede cambiar a quién se le pide."))
