"""Lo que espera una aprobación, y firmar varias de una vez."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, Response

from motor.aprobaciones.comentarios import SinTexto
from motor.aprobaciones.firmas import NoSePuedeFirmar, firmar
from motor.aprobaciones.pendientes import Cuales, listar
from motor.usuarios.permisos import Accion
from panel.paginas.aprobaciones.consulta import asentar_firma, exigir_verla
from panel.peticion import NoEsta, Peticion, Pide
from panel.textos import _, n_

rutas = APIRouter()


@rutas.get("/aprobaciones")
def aprobaciones(p: Pide, ver: str = Cuales.ESPERAN) -> HTMLResponse:
    if not p.permisos.puede_en_alguno(Accion.VER):
        raise NoEsta
    cuales = Cuales(ver) if ver in set(Cuales) else Cuales.ESPERAN
    with p.entorno.base.leer() as sesion:
        todas = listar(sesion, p.permisos, cuales, ahora=p.ahora, usuario=p.usuario)
    mias = [s for s in todas if s.mia]
    return p.pagina(
        "aprobaciones/lista.html", cuales=cuales, mias=mias, otras=[s for s in todas if not s.mia], todas=todas
    )


@rutas.post("/aprobaciones/varias")
def firmar_varias(p: Pide, firma: Annotated[list[str] | None, Form()] = None) -> Response:
    """firma: «7:huella», una por marcada. Cada una va por su lado: que una no se pueda no detiene a las demás."""
    if not firma:
        return p.volver("/aprobaciones", error=_("Marque al menos una."))
    firmadas, faltas = 0, []
    for marcada in firma:
        numero, _dos, vista = marcada.partition(":")
        try:
            _firmar_una(p, int(numero) if numero.isascii() and numero.isdigit() and len(numero) < 10 else 0, vista)
            firmadas += 1
        except NoEsta:  # las que ya firmó quedan firmadas: hay que decírselo
            faltas.append(_("Una de las que marcó ya no está."))
        except (NoSePuedeFirmar, SinTexto) as error:
            faltas.append(_("La %(n)s no: %(por)s") % {"n": numero, "por": error})
    hecho = n_("Aprobó %(num)d publicación.", "Aprobó %(num)d publicaciones.", firmadas) % {"num": firmadas}
    return p.volver("/aprobaciones", hecho=hecho if firmadas else "", error=" ".join(faltas))


def _firmar_una(p: Peticion, solicitud_id: int, vista: str) -> None:
    with p.entorno.base.escribir() as sesion:
        exigir_verla(sesion, p, solicitud_id)
        caso = firmar(sesion, p.entorno, solicitud_id, p.usuario, aprueba=True, vista=vista, ahora=p.ahora)
        asentar_firma(sesion, p, caso, aprueba=True)
