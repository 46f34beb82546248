"""La semana de un perfil, hora por hora; y aprender ahora, sin esperar a la noche."""

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from modelos import Perfil
from motor.horarios.frases import con_signo, hora_de
from motor.horarios.mapa import CURVA_GENERAL, POCAS
from motor.horarios.semana import mejor_ranura
from motor.usuarios.permisos import Accion
from panel.paginas.horarios.mapa import certezas, dibujar
from panel.paginas.horarios.sabido import dias_raros, propuestas, sabidos
from panel.peticion import NoEsta, Peticion, Pide
from panel.textos import _

rutas = APIRouter()

A_LA_VEZ = 12
"""Perfiles de una organización con que se aprende mientras alguien espera: más, y se queda para la noche."""


@rutas.get("/horarios/{perfil_id}")
def uno(p: Pide, perfil_id: int) -> HTMLResponse:
    p.exigir(Accion.VER, perfil_id)
    with p.entorno.base.leer() as sesion:
        perfil = perfil_que_hay(sesion, perfil_id)
        (sabido,) = sabidos(sesion, p.entorno, [perfil], ahora=p.ahora)
        proximas = propuestas(sesion, p.entorno, sabido, ahora=p.ahora)
    zona, mapa = p.entorno.reglas.zona, sabido.vigente.mapa
    return p.pagina(
        "horarios/uno.html",
        s=sabido,
        perfil=perfil,
        mapa=mapa,
        dias=dibujar(sabido.semana),
        certezas=certezas(),
        mejor=hora_de(mejor_ranura(mapa, sabido.reglas.callar), zona),
        proximas=proximas,
        raros=dias_raros(p.entorno, p.ahora),
        con_signo=con_signo,
        hora_de=lambda h: hora_de(h.ranura, zona),
        pocas=POCAS,
        curva="" if mapa.curva == CURVA_GENERAL else mapa.curva,
        zona=zona.key,
        puede_aprender=p.puede(Accion.COORDINAR, perfil_id) and len(sabido.hermanos) < A_LA_VEZ,
        puede_redactar=p.puede(Accion.REDACTAR, perfil_id),
    )


@rutas.post("/horarios/{perfil_id}/aprender")
def aprender(p: Pide, perfil_id: int) -> Response:
    a = f"/horarios/{perfil_id}"
    try:
        return p.volver(a, hecho=aprender_ya(p, perfil_id))
    except NoSeAprendio as error:
        return p.volver(a, error=str(error))


class NoSeAprendio(Exception):
    """El mensaje dice por qué."""


def aprender_ya(p: Peticion, perfil_id: int) -> str:
    """Sin esperar a la noche; lo que resultó, en palabras. Lanza NoSeAprendio."""
    p.exigir(Accion.COORDINAR, perfil_id)
    with p.entorno.base.leer() as sesion:
        perfil = perfil_que_hay(sesion, perfil_id)
        (sabido,) = sabidos(sesion, p.entorno, [perfil], ahora=p.ahora)
    if len(sabido.hermanos) >= A_LA_VEZ:
        raise NoSeAprendio(_("Son muchos perfiles para aprender ahora: esta noche se aprende solo."))
    from motor.horarios.aprendizaje.aprender import aprender_ahora  # carga lo de estimar: sólo si se pide

    hecho = aprender_ahora(p.entorno, perfiles=[perfil.nombre])
    with p.entorno.base.escribir() as sesion:
        p.asentar(sesion, "horario_aprendido", sobre=f"perfil:{perfil_id}", detalle=perfil.nombre)
    if hecho.fallidos:
        raise NoSeAprendio(_("No se pudo aprender. %(por)s") % {"por": next(iter(hecho.fallidos.values()))})
    if suyo := next((x for x in hecho.aprendidos if x.perfil == perfil.nombre), None):
        return _("Aprendido. Su mejor hora: %(mejor)s.") % {"mejor": suyo.mejor}
    if perfil.nombre in hecho.sin_nada:
        return _("Todavía no hay nada medido de este perfil: publique, o importe lo que ya publicó.")
    return _("Nada nuevo que aprender: ya estaba al día.")


def perfil_que_hay(sesion: Session, perfil_id: int) -> Perfil:
    perfil = sesion.get(Perfil, perfil_id)
    if perfil is None:
        raise NoEsta
    return perfil
