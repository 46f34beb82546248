"""Una meta que se atrasa: a media semana se ve si con lo publicado y lo programado se llega."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from modelos import Entrega, Estado, Historia, Perfil
from motor.avisos.historias.contar import contar
from motor.avisos.historias.historia import abiertas, abrir, cerrar
from motor.avisos.historias.mesa import Mesa
from motor.avisos.pedidos.condiciones import Meta
from motor.avisos.redaccion.meta import Avance, CartaDeMeta
from motor.entorno import Entorno

CLASE = "meta"
HORA_DE_MIRAR = 9
"""Hora local a partir de la cual se dice."""
POR_SALIR = (Estado.PROGRAMADA, Estado.RECLAMADA, Estado.ENVIANDO)


def lunes_de(ahora: datetime, zona: ZoneInfo) -> datetime:
    """El comienzo de la semana local de ese instante."""
    local = ahora.astimezone(zona)
    return datetime.combine(local.date() - timedelta(days=local.weekday()), datetime.min.time(), zona)


def va_atrasada(meta: Meta, avance: Avance, ahora: datetime, zona: ZoneInfo) -> bool:
    """Pura. Ya es el día de mirar, y ni con lo programado se llega."""
    local = ahora.astimezone(zona)
    es_hora = (local.weekday(), local.hour) >= (meta.desde_el, HORA_DE_MIRAR)
    return es_hora and avance.publicadas + avance.por_salir < meta.publicaciones


def atender_metas(entorno: Entorno, metas: tuple[Meta, ...], mesa: Mesa) -> int:
    """Avisar de las que van atrasadas, una vez por semana; cuántas avisó. Las de otra semana se cierran."""
    ahora = entorno.reloj.ahora()
    lunes = lunes_de(ahora, mesa.zona)
    avisadas = 0
    with entorno.base.leer() as sesion:
        viejas = [h.id for h in abiertas(sesion, clase=CLASE) if h.abierta_en < lunes]
        avances = {m.clave: avance(sesion, m, lunes) for m in metas}
        ya = {h.clave for h in abiertas(sesion, clase=CLASE)} if metas else set()
    atrasadas = [m for m in metas if va_atrasada(m, avances[m.clave], ahora, mesa.zona)]
    if viejas:
        with entorno.base.escribir() as sesion:
            for historia_id in viejas:
                cerrar(sesion, sesion.get_one(Historia, historia_id), ahora)
    for meta in atrasadas:
        if viejas or f"meta:{meta.clave}" not in ya:
            avisadas += _avisar(entorno, mesa, meta, avances[meta.clave], lunes=lunes)
    return avisadas


def avance(sesion: Session, meta: Meta, lunes: datetime) -> Avance:
    """Publicaciones de la semana: las que ya salieron y las que tienen hora. Un hilo es una sola."""
    hasta = lunes + timedelta(days=7)
    orden = select(func.count(col(Entrega.publicacion_id).distinct()))
    if meta.perfiles:
        orden = orden.join(Perfil, col(Perfil.id) == col(Entrega.perfil_id)).where(
            col(Perfil.nombre).in_(meta.perfiles)
        )
    salieron = orden.where(
        col(Entrega.estado) == Estado.PUBLICADA, col(Entrega.publicada_en) >= lunes, col(Entrega.publicada_en) < hasta
    )
    faltan = orden.where(
        col(Entrega.estado).in_(POR_SALIR), col(Entrega.no_antes_de) >= lunes, col(Entrega.no_antes_de) < hasta
    )
    return Avance(sesion.scalar(salieron) or 0, sesion.scalar(faltan) or 0)


def _avisar(entorno: Entorno, mesa: Mesa, meta: Meta, van: Avance, *, lunes: datetime) -> int:
    ahora = entorno.reloj.ahora()
    carta = CartaDeMeta(meta=meta, avance=van, ahora=ahora, zona=mesa.zona)
    with entorno.base.escribir() as sesion:
        historia = abrir(sesion, clase=CLASE, clave=f"meta:{meta.clave}", asunto=meta.nombre, ahora=ahora)
        historia.detalle = carta.resumen()
        clave = f"meta:{meta.clave}:{lunes.date().isoformat()}"
        return 1 if contar(sesion, mesa, historia, carta, clave=clave, ahora=ahora) is not None else 0
