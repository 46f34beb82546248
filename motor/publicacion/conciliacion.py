"""Conciliación: salir de la duda mirando en la red, y barrer lo que dejaron los que murieron."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select, text, update
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
from motor.avisos import textos
from motor.avisos.aviso import avisar
from motor.entorno import Entorno
from motor.legible import retraso_legible
from motor.publicacion.despacho import pieza_de
from motor.publicacion.envio import adoptar, cancelar_resto_del_hilo
from motor.publicacion.reclamo import Reclamo
from motor.publicacion.reintentos import Duda, Mirada, tras_mirar
from motor.publicacion.transiciones import transitar

logger = logging.getLogger(__name__)


# ── el barrido ───────────────────────────────────────────────────────────────────────────────────────────────────


def barrer(entorno: Entorno, *, solos: bool = False) -> int:
    """Recoger lo que dejaron los muertos; cuántas entregas movió.

    Una RECLAMADA sin arriendo no envió nada: vuelve a esperar. Una ENVIANDO pudo salir: EN_DUDA. `solos`: este
    proceso acaba de arrancar y es el único posible (tiene el cerrojo); no hace falta esperar a que venzan.
    """
    ahora = entorno.reloj.ahora()
    vencido = () if solos else (col(Entrega.arriendo_hasta) <= ahora,)
    en_vuelo = (
        select(col(Entrega.id), col(Entrega.estado), col(Entrega.ficha))
        .where(text("estado IN ('reclamada', 'enviando')"), *vencido)
        .limit(500)
    )
    with entorno.base.leer() as sesion:
        huerfanas = sesion.execute(en_vuelo).all()
    movidas = 0
    for entrega_id, estado, ficha in huerfanas:
        with entorno.base.escribir() as sesion:
            if estado is Estado.RECLAMADA:
                movidas += transitar(
                    sesion,
                    entrega_id,
                    de={estado},
                    a=Estado.PROGRAMADA,
                    ahora=ahora,
                    accion="arriendo_vencido",
                    detalle="El trabajador que la tenía murió antes de enviarla.",
                    ficha=ficha,
                    guardas=vencido,
                )
            else:
                movidas += transitar(
                    sesion,
                    entrega_id,
                    de={estado},
                    a=Estado.EN_DUDA,
                    ahora=ahora,
                    accion="entrega_en_duda",
                    detalle="El trabajador que la enviaba murió: pudo salir.",
                    ficha=ficha,
                    guardas=vencido,
                    conciliar_en=ahora,
                    revisiones=0,
                    fallos=0,
                )
    return movidas


def devolver(entorno: Entorno, reclamos: Iterable[Reclamo]) -> None:
    """Soltar lo reclamado que no se empezó, para que otro (o el próximo arranque) lo tome en seguida."""
    for reclamo in reclamos:
        with entorno.base.escribir() as sesion:
            transitar(
                sesion,
                reclamo.entrega_id,
                de={Estado.RECLAMADA},
                a=Estado.PROGRAMADA,
                ahora=entorno.reloj.ahora(),
                accion="entrega_devuelta",
                detalle="Pregonero se detuvo antes de enviarla.",
                ficha=reclamo.ficha,
            )


def vencer(entorno: Entorno) -> int:
    """Apartar lo que ya no debe salir solo: lo vencido, y lo que se pasó de su hora más de lo tolerado."""
    ahora = entorno.reloj.ahora()
    limite = ahora - entorno.reglas.tolerancia
    ya_no_debe_salir = (col(Entrega.vence_en) <= ahora) | (
        (col(Entrega.no_antes_de) < limite) & col(Entrega.aprobada_tarde).is_(False)
    )
    orden = (
        select(Entrega, Perfil)
        .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
        .where(
            text("entrega.estado = 'programada'"),
            col(Entrega.despertar_en) <= ahora,
            ya_no_debe_salir,
        )
        .limit(500)
    )
    with entorno.base.leer() as sesion:
        atrasadas = [(e, p) for e, p in sesion.execute(orden)]
    for entrega, perfil in atrasadas:
        with entorno.base.escribir() as sesion:
            # La guarda se repite: mientras se recorren pueden reprogramarla, o aceptar que salga tarde.
            _apartar(sesion, entorno, entrega, perfil, ahora, guarda=ya_no_debe_salir)
    return len(atrasadas)


def _apartar(
    sesion: Session,
    entorno: Entorno,
    entrega: Entrega,
    perfil: Perfil,
    ahora: datetime,
    *,
    guarda: ColumnElement[bool],
) -> None:
    vencida = entrega.vence_en is not None and entrega.vence_en <= ahora
    retraso = retraso_legible(ahora - entrega.no_antes_de)
    movida = transitar(
        sesion,
        entrega.id,
        de={Estado.PROGRAMADA},
        a=Estado.VENCIDA if vencida else Estado.POR_DECIDIR,
        ahora=ahora,
        accion="entrega_vencida" if vencida else "entrega_tarde",
        detalle="Pasó su vencimiento sin poder salir." if vencida else f"Lleva {retraso} de retraso.",
        guardas=(guarda,),
    )
    if not movida:
        return
    if vencida:
        cancelar_resto_del_hilo(sesion, entrega, ahora=ahora)
    aviso = (
        textos.vencida(entrega, perfil, entorno.reglas.zona)
        if vencida
        else textos.tarde(entrega, perfil, retraso, entorno.reglas.zona)
    )
    avisar(sesion, aviso, para=entorno.reglas.coordinacion, ahora=ahora)


# ── la mirada ────────────────────────────────────────────────────────────────────────────────────────────────────


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
        avisar(sesion, textos.por_decidir(duda.entrega, duda.perfil, mirada.motivo, zona), para=para, ahora=ahora)
    elif mirada.estado is Estado.FALLIDA:
        cancelar_resto_del_hilo(sesion, duda.entrega, ahora=ahora)
        remedio = "cambie el texto: la red no admite repetir el mismo"
        avisar(sesion, textos.fallida(duda.entrega, duda.perfil, mirada.motivo, remedio, zona), para=para, ahora=ahora)
