"""Vigilar los perfiles: reanudar los que vuelven a poder, y avisar de las credenciales que van a vencer."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from conectores.contrato import ErrorDePerfil, ErrorDeRed, EstadoDePerfil
from conectores.secretos import redactar
from modelos import Perfil
from modelos.consultas import perfiles
from motor.avisos.aviso import avisar
from motor.avisos.redaccion import tropiezos
from motor.entorno import Entorno
from motor.perfiles.comprobada import anotar_comprobada
from motor.publicacion.envio import pausar
from motor.publicacion.transiciones import anotar

logger = logging.getLogger(__name__)

DIAS_DE_AVISO = (7, 1)
CADA = timedelta(hours=6)
CADA_EN_PAUSA = timedelta(minutes=5)


def vigilar(entorno: Entorno) -> int:
    """Comprobar los perfiles a los que les toca; cuántos miró."""
    ahora = entorno.reloj.ahora()
    with entorno.base.leer() as sesion:
        pendientes = [p for p in perfiles(sesion) if le_toca(p, ahora)]
    for perfil in pendientes:
        try:
            comprobar(entorno, perfil)
        except SQLAlchemyError:
            raise
        except Exception as error:  # un perfil que no se puede abrir no debe dejar a los demás sin vigilar
            logger.error(
                "No se pudo comprobar el perfil %s: %s",
                perfil.nombre,
                redactar(f"{type(error).__name__}: {error}"),
                extra={"accion": "perfil_ilegible", "perfil": perfil.nombre},
            )
            _anotar_mirado(entorno, perfil)
    return len(pendientes)


def _anotar_mirado(entorno: Entorno, perfil: Perfil) -> None:
    with entorno.base.escribir() as sesion:
        hecho = update(Perfil).where(col(Perfil.id) == perfil.id).values(revisado_en=entorno.reloj.ahora())
        sesion.execute(hecho)


def le_toca(perfil: Perfil, ahora: datetime) -> bool:
    """Pura. Los que pausó el motor se miran a menudo; los que pausó una persona, nunca."""
    if perfil.pausado_en is not None and perfil.pausado_por != "motor":
        return False
    cada = CADA_EN_PAUSA if perfil.pausado_en is not None else CADA
    return perfil.revisado_en is None or ahora - perfil.revisado_en >= cada


def comprobar(entorno: Entorno, perfil: Perfil) -> EstadoDePerfil | ErrorDeRed:
    """Preguntar a la red por el perfil y anotar lo que conteste: se reanuda, se pausa, o queda igual."""
    try:
        estado: EstadoDePerfil | ErrorDeRed = entorno.abrir(perfil).comprobar()
    except ErrorDeRed as error:
        estado = error
    with entorno.base.escribir() as sesion:
        ahora = entorno.reloj.ahora()
        fila = sesion.get(Perfil, perfil.id, with_for_update=True)
        if fila is None:
            return estado
        fila.revisado_en = ahora
        anotar_comprobada(sesion, fila.id, estado, ahora)
        if isinstance(estado, EstadoDePerfil):
            _anotar_sano(sesion, entorno, fila, estado, ahora)
        elif isinstance(estado, ErrorDePerfil):
            pausar(sesion, entorno, fila, estado, ahora=ahora)
    return estado


def _anotar_sano(sesion: Session, entorno: Entorno, fila: Perfil, estado: EstadoDePerfil, ahora: datetime) -> None:
    para = entorno.reglas.coordinacion
    fila.token_vence_en = estado.vence_en
    fila.id_externo = fila.id_externo or estado.id_externo
    fila.titulo = fila.titulo or estado.nombre
    if fila.pausado_en is not None and fila.pausado_por == "motor":
        fila.pausado_en, fila.pausado_por, fila.pausa_motivo = None, "", ""
        anotar(sesion, "perfil_reanudado", ahora=ahora, perfil_id=fila.id, detalle="La comprobación pasó.")
        avisar(sesion, tropiezos.perfil_recuperado(fila, ahora), para=para, ahora=ahora)
    dias = dias_de_aviso(estado.vence_en, ahora)
    if dias is not None:
        avisar(sesion, tropiezos.token_por_vencer(fila, dias, ahora, entorno.reglas.zona), para=para, ahora=ahora)


def dias_de_aviso(vence_en: datetime | None, ahora: datetime) -> int | None:
    """Cuál de los avisos toca ya (7 días o 1), el más urgente; None si todavía ninguno. Pura."""
    if vence_en is None:
        return None
    tocan = [d for d in DIAS_DE_AVISO if vence_en - ahora <= timedelta(days=d)]
    return min(tocan, default=None)
