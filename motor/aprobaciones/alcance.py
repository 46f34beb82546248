"""Un flujo nuevo y lo que ya estaba programado: no le alcanza, salvo que quien administra lo pida."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Entrega, Flujo, Perfil, Publicacion
from modelos.estados import Estado
from motor.aprobaciones import cerrojo, flujos, solicitudes, versiones
from motor.entorno import Entorno


def alcanzables(sesion: Session, flujo: Flujo) -> list[int]:
    """Los ids de las publicaciones ya programadas a las que hoy tocaría ese flujo, y que salen sin firma."""
    activos = flujos.activos(sesion)
    orden = (
        select(Publicacion, Perfil)
        .join(Entrega, col(Entrega.publicacion_id) == col(Publicacion.id))
        .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
        .where(col(Entrega.estado) == Estado.PROGRAMADA, col(Entrega.exige_aprobacion).is_(False))
        .order_by(col(Publicacion.programada_en))
    )
    tocadas = []
    for publicacion, perfil in sesion.execute(orden):
        suyo = flujos.que_toca(activos, publicacion, perfil)
        if suyo is not None and suyo.id == flujo.id:
            tocadas.append(publicacion.id)
    return list(dict.fromkeys(tocadas))


def alcanzar(entorno: Entorno, flujo: Flujo) -> int:
    """Pedir la aprobación de lo ya programado que le toca; cuántas publicaciones retuvo. Lo que está saliendo, sale."""
    with entorno.base.leer() as sesion:
        ids = alcanzables(sesion, flujo)
    retenidas = 0
    for publicacion_id in ids:
        with entorno.base.escribir() as sesion:  # una por una: quien publica no espera a que acaben todas
            retenidas += _alcanzar_una(sesion, entorno, publicacion_id, flujo.id, entorno.reloj.ahora())
    return retenidas


def _alcanzar_una(sesion: Session, entorno: Entorno, publicacion_id: int, flujo_id: int, ahora: datetime) -> bool:
    publicacion = solicitudes.tomar(sesion, publicacion_id)
    cerrojo.poner_contenido(sesion, entorno, publicacion, solo_las_libres=True)
    activos = flujos.activos(sesion)
    vivas = solicitudes.entregas_vivas(sesion, publicacion_id)
    perfiles = {p.id: p for p in sesion.scalars(select(Perfil).where(col(Perfil.id).in_({e.perfil_id for e in vivas})))}
    suyas = []
    for e in vivas:
        flujo = flujos.que_toca(activos, publicacion, perfiles[e.perfil_id])
        if not e.exige_aprobacion and e.estado is Estado.PROGRAMADA and flujo is not None and flujo.id == flujo_id:
            suyas.append(e)
    if not suyas:
        return False
    suyo = sesion.get_one(Flujo, flujo_id)
    juntas = solicitudes.anular_pendiente(sesion, publicacion_id, flujo_id, vivas, ahora=ahora)
    autor = versiones.ultimo_autor(sesion, publicacion)
    solicitudes.pedir(sesion, entorno, publicacion, suyo, [*juntas, *suyas], por=autor, ahora=ahora)
    return True
