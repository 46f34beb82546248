"""Una solicitud: cómo se verá en cada perfil, qué cambió, lo que se ha dicho, y decidir."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from modelos import EstadoDeSolicitud
from motor.usuarios.permisos import Accion
from panel.paginas.aprobaciones.consulta import Pedida, pedida
from panel.peticion import Peticion, Pide

rutas = APIRouter()

_ESTADO = EstadoDeSolicitud


@rutas.get("/aprobaciones/{solicitud_id}")
def una(p: Pide, solicitud_id: int, desde: int | None = None) -> Response:
    with p.entorno.base.leer() as sesion:
        suya = pedida(sesion, p, solicitud_id, desde=desde)
    if suya.caso.solicitud.estado is _ESTADO.ANULADA and suya.vigente is not None:
        return RedirectResponse(f"/aprobaciones/{suya.vigente}", status_code=303)
    return _pagina(p, suya)


def _pagina(p: Peticion, suya: Pedida) -> HTMLResponse:
    perfiles = [s.perfil.id for s in suya.perfiles]
    redacta = not suya.ocultos and all(p.puede(Accion.REDACTAR, i) for i in perfiles)
    estado = suya.caso.solicitud.estado
    return p.pagina(
        "aprobaciones/una.html",
        s=suya,
        caso=suya.caso,
        publicacion=suya.caso.publicacion,
        solicitud=suya.caso.solicitud,
        como=estado.value,
        puede_cambiar=redacta,
        puede_rehacer=(p.puede(Accion.ADMINISTRAR) and estado is _ESTADO.PENDIENTE)
        or (redacta and estado is _ESTADO.RECHAZADA),
        tarde=any(e.hora + p.entorno.reglas.tolerancia < p.ahora for e in suya.perfiles),
        pasada=any(e.hora < p.ahora for e in suya.perfiles),
    )
