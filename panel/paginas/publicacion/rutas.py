"""La página de una publicación."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from modelos import Estado
from modelos.estados import EDITABLES
from motor.publicacion.mando import PENDIENTES, espera_aprobacion
from motor.usuarios.permisos import Accion
from panel.paginas.publicacion import actos, mover, palabras
from panel.paginas.publicacion.consulta import EnPerfil, ficha_de
from panel.peticion import Peticion, Pide

rutas = APIRouter()
rutas.include_router(mover.rutas)
rutas.include_router(actos.rutas)


@rutas.get("/publicacion/{publicacion_id}")
def publicacion(p: Pide, publicacion_id: int) -> HTMLResponse:
    with p.entorno.base.leer() as sesion:
        ficha = ficha_de(sesion, p, publicacion_id)
    puede = {suyo.perfil.id: _actos(p, suyo) for suyo in ficha.perfiles}
    redacta = all(p.puede(Accion.REDACTAR, suyo.perfil.id) for suyo in ficha.perfiles) and not ficha.ocultos
    estados = {e.estado for suyo in ficha.perfiles for e in suyo.partes}
    return p.pagina(
        "publicacion/publicacion.html",
        ficha=ficha,
        puede=puede,
        puede_editar=redacta and estados <= EDITABLES,
        puede_duplicar=p.permisos.puede_en_alguno(Accion.REDACTAR),
        movibles=[s for s in ficha.perfiles if "mover" in puede[s.perfil.id] and s.primera.estado in PENDIENTES],
        palabras=palabras,
        zona=p.entorno.reglas.zona,
    )


def _actos(p: Peticion, suyo: EnPerfil) -> frozenset[str]:
    """Lo que esa persona puede hacer ahora con lo de ese perfil."""
    estado, perfil_id = suyo.primera.estado, suyo.perfil.id
    actos_: set[str] = set()
    if p.puede(Accion.REDACTAR, perfil_id):
        if estado in EDITABLES or (estado is Estado.POR_DECIDIR and not suyo.dudosa):
            actos_.add("mover")
        if estado in EDITABLES - {Estado.CANCELADA}:
            actos_.add("cancelar")
        actos_ |= {Estado.PROGRAMADA: {"retener"}, Estado.FALLIDA: {"reintentar"}}.get(estado, set())
        if estado is Estado.RETENIDA and not espera_aprobacion(suyo.primera):
            actos_.add("soltar")
    if p.puede(Accion.COORDINAR, perfil_id):
        if estado is Estado.POR_DECIDIR:
            actos_.add("resolver")
        if estado is Estado.PUBLICADA and suyo.primera.borrada_en is None:
            actos_.add("borrar")
    return frozenset(actos_)
