"""Lo aprendido sobre las horas de cada perfil."""

from fastapi import APIRouter

from modelos import Perfil
from modelos.consultas import ultimos_horarios
from motor.horarios.asignacion import vigentes
from motor.horarios.semana import semana_de
from motor.usuarios.permisos import Accion
from panel.api import formas
from panel.api.acceso import PideApi
from panel.api.formas import Numero
from panel.peticion import NoEsta

rutas = APIRouter(prefix="/horarios", tags=["horarios"])


@rutas.get("/{perfil_id}", summary="Las mejores horas de un perfil")
def uno(p: PideApi, perfil_id: Numero) -> formas.Semana:
    """La semana de un perfil, hora por hora."""
    p.exigir(Accion.VER, perfil_id)
    with p.entorno.base.leer() as sesion:
        perfil = sesion.get(Perfil, perfil_id)
        if perfil is None:
            raise NoEsta
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
