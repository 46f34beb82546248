"""Conciliación: salir de la duda mirando en la red."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from conectores.contrato import (
    Ausente,
    Busqueda,
    Conciliacion,
    Conciliador,
    ErrorDeContrato,
    ErrorDeRed,
    Hallada,
    Hallazgo,
    Preparada,
)
from conectores.secretos import redactar
from modelos import Entrega, Estado, Perfil
from modelos.consultas import adoptados, intentos_de
from motor.avisos.aviso import avisar
from motor.avisos.redaccion import tropiezos
from motor.entorno import Entorno
from motor.publicacion.despacho import pieza_de
from motor.publicacion.envio import adoptar, cancelar_resto_del_hilo
from motor.publicacion.reintentos import Duda, Mirada, tras_mirar
from motor.publicacion.transiciones import transitar

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EnDuda:
    """Una entrega en duda que este proceso ha apartado para mirarla."""

    entrega: Entrega
    perfil: Perfil


def apartar_dudas(entorno: Entorno, *, limite: int) -> list[EnDuda]:
    """Las dudas que toca mirar, una vez cada una: mientras dure su arriendo ningún otro proceso las mira."""
    ahora = entorno.reloj.ahora()
    libres = col(Entrega.arriendo_hasta).is_(None) | (col(Entrega.arriendo_hasta) <= ahora)
    candidatas = select(col(Entrega.id)).where(text("estado = 'en_duda'"), col(Entrega.conciliar_en) <= ahora, libres)
    with entorno.base.leer() as sesion:
        ids = sesion.scalars(candidatas.order_by(col(Entrega.conciliar_en)).limit(limite)).all()
    if not ids:
        return []
    tomar = (
        update(Entrega)
        .where(col(Entrega.id).in_(ids), text("estado = 'en_duda'"), libres)
        .values(arriendo_hasta=ahora + entorno.reglas.arriendo)
        .returning(col(Entrega.id))
        .execution_options(synchronize_session=False)
    )
    with entorno.base.escribir() as sesion:
        tomadas = sesion.scalars(tomar).all()
        orden = (
            select(Entrega, Perfil)
            .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
            .where(col(Entrega.id).in_(tomadas))
        )
        return [EnDuda(e, p) for e, p in sesion.execute(orden)]


def conciliar(entorno: Entorno, duda: EnDuda) -> Estado | None:
    """Mirar en la red y decidir. El estado nuevo, o None si sigue en duda."""
    entrega, perfil = duda.entrega, duda.perfil
    with entorno.base.leer() as sesion:
        intentos = intentos_de(sesion, entrega.id)
        ajenas = adoptados(sesion, perfil.id, menos=entrega.id, desde=intentos[0].iniciado_en)
    estado = Duda(
        ultimo_en=intentos[-1].iniciado_en,
        revisiones=entrega.revisiones,
        fallos_de_mirada=entrega.fallos,
        desenlaces=[i.desenlace for i in intentos],
        conciliacion=Conciliacion.LISTA,
        cuarentena=entorno.reglas.cuarentena,
    )
    try:
        conector, pieza = entorno.abrir(perfil), pieza_de(entorno, entrega, perfil)
    except SQLAlchemyError:
        raise
    except Exception as causa:  # un perfil mal configurado o un archivo perdido no deben dejar la duda sin resolver
        mirada = tras_mirar(estado, _como_error(causa, perfil), ahora=entorno.reloj.ahora(), reglas=entorno.reglas)
        return _asentar(entorno, duda, mirada)
    if not isinstance(conector, Conciliador) or conector.capacidades.conciliacion is Conciliacion.CIEGA:
        mirada = Mirada(
            estado=Estado.POR_DECIDIR, motivo="Esta red no deja comprobar si salió, y la respuesta se perdió."
        )
        return _asentar(entorno, duda, mirada)
    busqueda = Busqueda(
        pieza=pieza,
        preparada=Preparada(entrega.preparada or {}),
        huella=entrega.huella,
        clave=entrega.clave,
        desde=intentos[0].iniciado_en - entorno.reglas.desfase_de_reloj,
        ya_adoptados=ajenas,
    )
    hallazgo = _mirar(conector, busqueda, perfil)
    capacidades = entorno.capacidades_de(perfil.red)
    estado = replace(
        estado,
        conciliacion=capacidades.conciliacion,
        cuarentena=max(capacidades.cuarentena, entorno.reglas.cuarentena),
    )
    if isinstance(hallazgo, Hallada):
        if _adoptar(entorno, duda, hallazgo):
            return Estado.PUBLICADA
        hallazgo = Ausente()  # lo hallado es de otra entrega
    mirada = tras_mirar(estado, hallazgo, ahora=entorno.reloj.ahora(), reglas=entorno.reglas)
    return _asentar(entorno, duda, mirada)


def _mirar(conector: Conciliador, busqueda: Busqueda, perfil: Perfil) -> Hallazgo | ErrorDeRed:
    try:
        return conector.conciliar(busqueda)
    except Exception as causa:  # un conector defectuoso no debe dejar la duda sin resolver
        return _como_error(causa, perfil)


def _como_error(causa: Exception, perfil: Perfil) -> ErrorDeRed:
    if isinstance(causa, ErrorDeRed):
        return causa
    detalle = redactar(f"{type(causa).__name__}: {causa}")
    logger.error(
        "Fallo inesperado al conciliar en %s: %s",
        perfil.red,
        detalle,
        extra={"accion": "conector_defectuoso", "red": perfil.red},
    )
    return ErrorDeContrato(f"Fallo inesperado. {detalle}")


def _adoptar(entorno: Entorno, duda: EnDuda, hallada: Hallada) -> bool:
    with entorno.base.escribir() as sesion:
        return adoptar(
            sesion,
            duda.entrega.id,
            hallada.publicado,
            de=(Estado.EN_DUDA,),
            ahora=entorno.reloj.ahora(),
            ficha=duda.entrega.ficha,
            detalle="Se halló en la red.",
        )


def _asentar(entorno: Entorno, duda: EnDuda, mirada: Mirada) -> Estado | None:
    """Escribir lo decidido, si nadie lo resolvió entre tanto."""
    entrega, ahora = duda.entrega, entorno.reloj.ahora()
    with entorno.base.escribir() as sesion:
        if mirada.estado is None:
            sesion.execute(
                update(Entrega)
                .where(col(Entrega.id) == entrega.id, text("estado = 'en_duda'"), col(Entrega.ficha) == entrega.ficha)
                .values(
                    arriendo_hasta=None,
                    conciliar_en=ahora + mirada.espera,
                    revisiones=mirada.revisiones,
                    fallos=mirada.fallos_de_mirada,
                    detalle=mirada.motivo,
                )
            )
            return None
        movida = transitar(
            sesion,
            entrega.id,
            de={Estado.EN_DUDA},
            a=mirada.estado,
            ahora=ahora,
            accion=f"entrega_{mirada.estado}",
            detalle=mirada.motivo,
            ficha=entrega.ficha,
            conciliar_en=None,
            revisiones=0,
            fallos=0,
            despertar_en=ahora,
        )
        if movida:
            _avisar_de(sesion, entorno, duda, mirada, ahora)
    return mirada.estado


def _avisar_de(sesion: Session, entorno: Entorno, duda: EnDuda, mirada: Mirada, ahora: datetime) -> None:
    zona, para = entorno.reglas.zona, entorno.reglas.coordinacion
    if mirada.estado is Estado.POR_DECIDIR:
        avisar(sesion, tropiezos.por_decidir(duda.entrega, duda.perfil, mirada.motivo, zona), para=para, ahora=ahora)
    elif mirada.estado is Estado.FALLIDA:
        cancelar_resto_del_hilo(sesion, duda.entrega, ahora=ahora)
        remedio = "cambie el texto: la red no admite repetir el mismo"
        avisar(
            sesion, tropiezos.fallida(duda.entrega, duda.perfil, mirada.motivo, remedio, zona), para=para, ahora=ahora
        )
