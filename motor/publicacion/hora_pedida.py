"""La hora que pide una persona para una entrega que ya existe: una fija, o la mejor de un plazo."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from modelos import Entrega, Perfil, Publicacion
from motor.acervo import derechos
from motor.entorno import Entorno
from motor.fechas.dias import FechaIlegible
from motor.fechas.escritas import RECIEN, leer_fecha
from motor.fechas.mejor_hora import VentanaLeida, leer_mejor_hora
from motor.horarios.asignacion import Asignada, asignar, vigentes
from motor.legible import instante_legible

CitaPedida = datetime | VentanaLeida
"""Un instante (UTC), o el plazo en que elegir el mejor."""

ADELANTO = timedelta(minutes=5)
"""Cuánto antes de su hora la mira el motor, por si hay algo que preparar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoraDada:
    """en, vence_en: UTC. asignada: por qué ésa, si la eligió Pregonero."""

    en: datetime
    vence_en: datetime | None
    asignada: Asignada | None = None


def leer_cita(sesion: Session, entorno: Entorno, perfil: Perfil, escrita: str, *, ahora: datetime) -> CitaPedida:
    """La hora que se pide, o el plazo en que elegir la mejor. Lanza FechaIlegible si no se entiende o ya pasó."""
    zona = entorno.reglas.zona
    plazo = entorno.horarios().de(perfil.nombre).plazo
    if (leida := leer_mejor_hora(escrita, ahora=ahora, zona=zona, plazo=plazo)) is not None:
        vigentes(sesion, [perfil], ahora=ahora)  # antes de la transacción que elige: la primera vez tarda
        return leida
    instante = leer_fecha(escrita, ahora=ahora, zona=zona).instante
    if instante < ahora - RECIEN:
        raise FechaIlegible(f"la hora {instante_legible(instante, zona)} ya pasó.", "Elija una que no haya pasado.")
    return instante


def dar_hora(
    sesion: Session, entorno: Entorno, entrega: Entrega, perfil: Perfil, cita: CitaPedida, *, ahora: datetime
) -> HoraDada:
    """La hora de esa entrega, en la transacción que la guardará. Lanza SinHueco si no cabe en el plazo."""
    vence_en = entrega.vence_en
    if isinstance(cita, datetime):
        return HoraDada(en=cita, vence_en=None if vence_en and vence_en <= cita else vence_en)
    ventana, publicacion = cita.ventana, sesion.get_one(Publicacion, entrega.publicacion_id)
    for limite in (vence_en, derechos.primero_en_vencer(sesion, publicacion.id)):
        if limite is not None and ventana.desde < limite < ventana.hasta:
            ventana = replace(ventana, hasta=limite)
    asignada = asignar(
        sesion,
        entorno,
        perfiles=[perfil],
        ventana=ventana,
        prioridad=publicacion.prioridad,
        claves={perfil.id: uuid.uuid4().hex[:20]},
        ahora=ahora,
        salvo=publicacion.id,
    )[perfil.id]
    vence_en = ventana.hasta if cita.limite else vence_en
    return HoraDada(
        en=asignada.en, vence_en=None if vence_en and vence_en <= asignada.en else vence_en, asignada=asignada
    )
