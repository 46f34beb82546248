"""Lo aprendido sobre las horas de cada perfil."""

from fastapi import APIRouter

from modelos.consultas import perfiles, ultimos_horarios
from motor.horarios.asignacion import vigentes
from motor.horarios.frases import hora_de
from motor.horarios.semana import mejor_ranura, semana_de
from motor.usuarios.permisos import Accion
from panel.api import formas
from panel.api.acceso import PideApi
from panel.api.errores import CON_CHOQUE, NoProcede
from panel.api.formas import Numero
from panel.paginas.horarios.sabido import propuestas, sabidos
from panel.paginas.horarios.uno import NoSeAprendio, aprender_ya, perfil_que_hay
from panel.peticion import NoEsta

rutas = APIRouter(prefix="/horarios", tags=["horarios"])


@rutas.get("", summary="La mejor hora de cada perfil")
def lista(p: PideApi) -> list[formas.Aprendido]:
    """De los que su dueño puede ver."""
    if not p.permisos.puede_en_alguno(Accion.VER):
        raise NoEsta
    with p.entorno.base.leer() as sesion:
        suyos = [x for x in perfiles(sesion) if p.puede(Accion.VER, x.id)]
        todos = sabidos(sesion, p.entorno, suyos, ahora=p.ahora)
    return [
        formas.Aprendido(
            perfil_id=s.perfil.id,
            perfil=s.perfil.nombre,
            publicaciones=s.aprendido.publicaciones if s.aprendido else 0,
            aprendido_en=s.aprendido.aprendido_en if s.aprendido else None,
            mejor=hora_de(mejor_ranura(s.vigente.mapa, s.reglas.callar), p.entorno.reglas.zona),
            evidencia=s.evidencia,
        )
        for s in todos
    ]


@rutas.get("/{perfil_id}/proximas", summary="Qué hora se elegiría cada día de los que vienen, y por qué")
def proximas(p: PideApi, perfil_id: Numero) -> list[formas.HoraPropuesta]:
    p.exigir(Accion.VER, perfil_id)
    with p.entorno.base.leer() as sesion:
        (sabido,) = sabidos(sesion, p.entorno, [perfil_que_hay(sesion, perfil_id)], ahora=p.ahora)
        suyas = propuestas(sesion, p.entorno, sabido, ahora=p.ahora)
    return [formas.HoraPropuesta(en=h.en, ganancia=round(h.ganancia, 1), porque=h.frase, mejor=h.mejor) for h in suyas]


@rutas.post("/{perfil_id}/aprender", summary="Aprender ahora, sin esperar a la noche", responses=CON_CHOQUE)
def aprender(p: PideApi, perfil_id: Numero) -> formas.Hecho:
    """Tarda unos segundos. Sólo quien coordina."""
    try:
        return formas.Hecho(hecho=aprender_ya(p, perfil_id))
    except NoSeAprendio as error:
        raise NoProcede(str(error)) from None


@rutas.get("/{perfil_id}", summary="Las mejores horas de un perfil")
def uno(p: PideApi, perfil_id: Numero) -> formas.Semana:
    """La semana de un perfil, hora por hora."""
    p.exigir(Accion.VER, perfil_id)
    with p.entorno.base.leer() as sesion:
        perfil = perfil_que_hay(sesion, perfil_id)
        vigente = vigentes(sesion, [perfil], ahora=p.ahora)[perfil.id]
        aprendido = ultimos_horarios(sesion, [perfil.id], ahora=p.ahora).get(perfil.id)
    semana = semana_de(vigente.mapa, p.entorno.horarios().de(perfil.nombre).callar)
    return formas.Semana(
        perfil_id=perfil.id,
        publicaciones=aprendido.publicaciones if aprendido else 0,
        aprendido_en=aprendido.aprendido_en if aprendido else None,
        horas=[
            formas.Hora(
                dia=h.dia,
                hora=h.hora,
                ganancia=round(h.ganancia, 1),
                inferior=round(h.inferior, 1),
                superior=round(h.superior, 1),
                vale=h.vale.value,
                callada=h.callada,
            )
            for h in semana.horas
        ],
    )
