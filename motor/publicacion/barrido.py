"""El barrido: recoger lo que dejaron los que murieron, y apartar lo que ya no debe salir solo."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select, text
from sqlmodel import Session, col

from modelos import Entrega, Estado, Perfil
from motor.avisos.aviso import avisar
from motor.avisos.redaccion import tropiezos
from motor.entorno import Entorno
from motor.legible import retraso_legible
from motor.publicacion.envio import cancelar_resto_del_hilo
from motor.publicacion.reclamo import Reclamo
from motor.publicacion.transiciones import transitar


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
        tropiezos.vencida(entrega, perfil, entorno.reglas.zona)
        if vencida
        else tropiezos.tarde(entrega, perfil, retraso, entorno.reglas.zona)
    )
    avisar(sesion, aviso, para=entorno.reglas.coordinacion, ahora=ahora)
