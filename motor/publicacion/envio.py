"""Lo que se escribe en la base alrededor de la llamada visible: la intención antes, el desenlace después.

Una muerte entre las dos deja la entrega en ENVIANDO con el arriendo vencido: `conciliacion` la pasa a EN_DUDA,
nunca a PROGRAMADA.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from conectores.contrato import ErrorDeContrato, ErrorDeRed, Publicado
from modelos import Desenlace, Entrega, Estado, Intento, Perfil
from modelos.consultas import enesimo_intento
from motor.avisos.aviso import Aviso, avisar
from motor.avisos.redaccion import tropiezos
from motor.entorno import Entorno
from motor.publicacion.reclamo import Reclamo
from motor.publicacion.reintentos import Decision
from motor.publicacion.transiciones import anotar, transitar
from motor.publicacion.turnos import turno_tras
from motor.reglas import Reglas


@dataclass(frozen=True, slots=True)
class Trabajo:
    """Una entrega reclamada y lo que hace falta para trabajarla.

    dudoso: un intento anterior pudo salir. sigue: es parte de un hilo y le sigue otra, que va sin separación.
    """

    reclamo: Reclamo
    entrega: Entrega
    perfil: Perfil
    dudoso: bool
    sigue: bool = False


# ── antes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def intentar(entorno: Entorno, trabajo: Trabajo, *, preparada: Mapping[str, Any]) -> bool:
    """Escribir la intención y confirmarla; False si el arriendo ya no es nuestro y no se debe enviar nada."""
    entrega, ficha = trabajo.entrega, trabajo.reclamo.ficha
    with entorno.base.escribir() as sesion:
        ahora = entorno.reloj.ahora()
        nuestra = transitar(
            sesion,
            entrega.id,
            de={Estado.RECLAMADA},
            a=Estado.ENVIANDO,
            ahora=ahora,
            accion="entrega_enviando",
            ficha=ficha,
            guardas=(col(Entrega.arriendo_hasta) > ahora,),
            arriendo_hasta=ahora + entorno.reglas.arriendo,
            preparada=dict(preparada),
        )
        if not nuestra:
            return False
        sesion.add(
            Intento(
                entrega_id=entrega.id,
                perfil_id=entrega.perfil_id,
                ficha=ficha,
                huella=entrega.huella,
                iniciado_en=ahora,
            )
        )
        ultimo = None if trabajo.sigue else ahora
        libre = turno_tras(sesion, entorno, trabajo.perfil, ultimo=ultimo, ahora=ahora)
        sesion.execute(update(Perfil).where(col(Perfil.id) == entrega.perfil_id).values(libre_desde=libre))
    return True


def guardar_preparada(
    entorno: Entorno, trabajo: Trabajo, preparada: Mapping[str, Any], *, despertar_en: datetime, detalle: str
) -> None:
    """Soltar una entrega ya preparada (o que la red aún prepara) hasta que toque seguir con ella."""
    with entorno.base.escribir() as sesion:
        transitar(
            sesion,
            trabajo.entrega.id,
            de={Estado.RECLAMADA},
            a=Estado.PROGRAMADA,
            ahora=entorno.reloj.ahora(),
            accion="entrega_preparada",
            detalle=detalle,
            ficha=trabajo.reclamo.ficha,
            preparada=dict(preparada),
            despertar_en=despertar_en,
        )


# ── después ──────────────────────────────────────────────────────────────────────────────────────────────────────


def anotar_publicada(entorno: Entorno, trabajo: Trabajo, publicado: Publicado) -> bool:
    """Escribir que salió.

    Si la ficha es vieja queda como prueba, y se adopta si nadie la está enviando: que está publicada es un hecho.
    False si no se pudo adoptar.
    """
    entrega, ficha = trabajo.entrega, trabajo.reclamo.ficha
    with entorno.base.escribir() as sesion:
        ahora = entorno.reloj.ahora()
        _cerrar_intento(sesion, trabajo, Desenlace.PUBLICADO, ahora, id_externo=publicado.id_externo)
        if adoptar(sesion, entrega.id, publicado, de=(Estado.ENVIANDO, Estado.EN_DUDA), ahora=ahora, ficha=ficha):
            return True
        nadie_la_envia = (Estado.PROGRAMADA, Estado.RECLAMADA, Estado.EN_DUDA, Estado.POR_DECIDIR)
        if adoptar(sesion, entrega.id, publicado, de=nadie_la_envia, ahora=ahora, detalle="Se supo tarde."):
            return True
        anotar(
            sesion,
            "prueba_tardia",
            ahora=ahora,
            entrega_id=entrega.id,
            detalle=f"El intento {ficha} sí publicó: {publicado.url or publicado.id_externo}",
        )
        return False


def adoptar(
    sesion: Session,
    entrega_id: int,
    publicado: Publicado,
    *,
    de: tuple[Estado, ...],
    ahora: datetime,
    ficha: int | None = None,
    detalle: str = "",
    autor: str = "motor",
) -> bool:
    """Pasar a PUBLICADA con el identificador de la red; False si ya no procede, o si es de otra entrega."""
    try:
        with sesion.begin_nested():
            return transitar(
                sesion,
                entrega_id,
                de=de,
                a=Estado.PUBLICADA,
                ahora=ahora,
                accion="entrega_publicada",
                detalle=f"{publicado.url or publicado.id_externo} {detalle}".strip(),
                autor=autor,
                ficha=ficha,
                id_externo=publicado.id_externo,
                url=publicado.url,
                publicada_en=ahora,
            )
    except IntegrityError:  # UNIQUE(perfil_id, id_externo)
        return False


def anotar_fallo(
    entorno: Entorno, trabajo: Trabajo, decision: Decision, error: ErrorDeRed, *, de: tuple[Estado, ...]
) -> bool:
    """Escribir cómo acabó lo que no salió (o no se sabe), y lo decidido. False si la entrega ya no era nuestra."""
    entrega = trabajo.entrega
    with entorno.base.escribir() as sesion:
        ahora = entorno.reloj.ahora()
        seguro_no_salio = decision.desenlace is Desenlace.NO_ENVIADO and Estado.ENVIANDO in de
        antes = _turno(sesion, entorno, trabajo.perfil, ahora) if seguro_no_salio else None
        _cerrar_intento(sesion, trabajo, decision.desenlace, ahora, detalle=error.detalle)
        movida = transitar(
            sesion,
            entrega.id,
            de=de,
            a=decision.estado,
            ahora=ahora,
            accion=f"entrega_{decision.estado}",
            detalle=error.detalle,
            ficha=trabajo.reclamo.ficha,
            **_cuando_volver(decision, entrega, ahora, entorno.reglas),
        )
        if movida:
            _avisar_de(sesion, entorno, trabajo, decision, error, ahora)
        else:
            anotar(sesion, "desenlace_tardio", ahora=ahora, entrega_id=entrega.id, detalle=error.detalle)
        if seguro_no_salio:
            _devolver_turno(sesion, entorno, trabajo.perfil, antes, ahora)
        _sobre_el_perfil(sesion, entorno, trabajo.perfil, decision, error, ahora)
    return movida


def apartar_sin_derechos(entorno: Entorno, trabajo: Trabajo, motivo: str) -> bool:
    """Retener lo que lleva algo que ya no se puede usar, y decirlo. False si ya no era nuestra."""
    entrega = trabajo.entrega
    with entorno.base.escribir() as sesion:
        ahora = entorno.reloj.ahora()
        movida = transitar(
            sesion,
            entrega.id,
            de={Estado.RECLAMADA},
            a=Estado.RETENIDA,
            ahora=ahora,
            accion="sin_derechos",
            detalle=motivo,
            ficha=trabajo.reclamo.ficha,
            preparada=None,
        )
        if movida:
            aviso = tropiezos.sin_derechos(entrega, trabajo.perfil, motivo, entorno.reglas.zona)
            avisar(sesion, aviso, para=entorno.reglas.coordinacion, ahora=ahora)
    return movida


def _turno(sesion: Session, entorno: Entorno, perfil: Perfil, ahora: datetime) -> datetime | None:
    ultimo = enesimo_intento(sesion, perfil.id, n=1, desde=ahora - timedelta(days=31))
    return turno_tras(sesion, entorno, perfil, ultimo=ultimo, ahora=ahora)


def _devolver_turno(sesion: Session, entorno: Entorno, perfil: Perfil, antes: datetime | None, ahora: datetime) -> None:
    """Lo que seguro no salió no gasta cupo ni separación; lo que la red pidió callar (otro instante) se respeta."""
    despues = _turno(sesion, entorno, perfil, ahora)
    suyo = (col(Perfil.id) == perfil.id, col(Perfil.libre_desde) == antes)
    sesion.execute(update(Perfil).where(*suyo).values(libre_desde=despues))


def _cuando_volver(decision: Decision, entrega: Entrega, ahora: datetime, reglas: Reglas) -> dict[str, Any]:
    if decision.estado is Estado.EN_DUDA:
        return {"conciliar_en": ahora + decision.espera, "revisiones": 0, "fallos": 0}
    if decision.estado is Estado.PROGRAMADA:
        despertar_en = min(ahora + decision.espera, _hasta_cuando(entrega, ahora, reglas))
        return {"despertar_en": despertar_en, "fallos": entrega.fallos + 1}
    return {}


def _hasta_cuando(entrega: Entrega, ahora: datetime, reglas: Reglas) -> datetime:
    """Cuándo dejará de poder salir sola: una red puede pedir un día de espera, y hay que avisar antes."""
    limites = [] if entrega.aprobada_tarde else [entrega.no_antes_de + reglas.tolerancia + timedelta(seconds=1)]
    if entrega.vence_en is not None:
        limites.append(entrega.vence_en)
    return min((i for i in limites if i > ahora), default=datetime.max.replace(tzinfo=ahora.tzinfo))


def _avisar_de(
    sesion: Session, entorno: Entorno, trabajo: Trabajo, decision: Decision, error: ErrorDeRed, ahora: datetime
) -> None:
    entrega, perfil, zona = trabajo.entrega, trabajo.perfil, entorno.reglas.zona
    avisos: list[Aviso] = []
    if decision.estado is Estado.FALLIDA:
        avisos.append(tropiezos.fallida(entrega, perfil, error.detalle, error.remedio, zona))
        cancelar_resto_del_hilo(sesion, entrega, ahora=ahora)
    elif decision.estado is Estado.POR_DECIDIR:
        avisos.append(tropiezos.por_decidir(entrega, perfil, error.detalle, zona))
    if isinstance(error, ErrorDeContrato):
        avisos.append(tropiezos.contrato_roto(perfil, error.detalle, ahora.date().isoformat()))
    for aviso in avisos:
        avisar(sesion, aviso, para=entorno.reglas.coordinacion, ahora=ahora)


def cancelar_resto_del_hilo(sesion: Session, entrega: Entrega, *, ahora: datetime) -> None:
    """Sin una parte, las siguientes de un hilo no se dicen."""
    siguientes = select(col(Entrega.id)).where(
        col(Entrega.publicacion_id) == entrega.publicacion_id,
        col(Entrega.perfil_id) == entrega.perfil_id,
        col(Entrega.parte) > entrega.parte,
    )
    for siguiente in sesion.scalars(siguientes).all():
        transitar(
            sesion,
            siguiente,
            de={Estado.PROGRAMADA, Estado.RETENIDA},
            a=Estado.CANCELADA,
            ahora=ahora,
            accion="entrega_cancelada",
            detalle=f"Es parte de un hilo cuya parte {entrega.parte + 1} no salió.",
        )


def _sobre_el_perfil(
    sesion: Session, entorno: Entorno, perfil: Perfil, decision: Decision, error: ErrorDeRed, ahora: datetime
) -> None:
    if decision.espera_de_perfil is not None:
        hasta = ahora + decision.espera_de_perfil
        sesion.execute(
            update(Perfil)
            .where(col(Perfil.id) == perfil.id, col(Perfil.libre_desde).is_(None) | (col(Perfil.libre_desde) < hasta))
            .values(libre_desde=hasta)
        )
    if decision.pausar:
        pausar(sesion, entorno, perfil, error, ahora=ahora)


def pausar(sesion: Session, entorno: Entorno, perfil: Perfil, error: ErrorDeRed, *, ahora: datetime) -> bool:
    """Detener un perfil que no puede actuar, y decirlo una vez; False si ya estaba en pausa."""
    fila = sesion.get(Perfil, perfil.id, with_for_update=True)
    if fila is None or fila.pausado_en is not None:
        return False
    fila.pausado_en, fila.pausado_por, fila.pausa_motivo = ahora, "motor", error.detalle[:1000]
    anotar(sesion, "perfil_en_pausa", ahora=ahora, perfil_id=perfil.id, detalle=error.detalle)
    aviso = tropiezos.perfil_en_pausa(perfil, error.detalle, error.remedio, ahora)
    return avisar(sesion, aviso, para=entorno.reglas.coordinacion, ahora=ahora)


def _cerrar_intento(
    sesion: Session,
    trabajo: Trabajo,
    desenlace: Desenlace,
    ahora: datetime,
    *,
    id_externo: str = "",
    detalle: str = "",
) -> None:
    """Sin efecto si el intento no llegó a escribirse (falló la preparación)."""
    sesion.execute(
        update(Intento)
        .where(
            col(Intento.entrega_id) == trabajo.entrega.id,
            col(Intento.ficha) == trabajo.reclamo.ficha,
            col(Intento.terminado_en).is_(None),
        )
        .values(terminado_en=ahora, desenlace=desenlace, id_externo=id_externo, detalle=detalle)
    )
