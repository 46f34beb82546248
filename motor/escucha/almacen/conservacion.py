"""Qué mensajes se guardan más que los demás: los comentarios públicos a lo que publicamos, donde su red lo permite.

Son parte de lo publicado, y se enseñan con ello en la hemeroteca. Al cumplir el tiempo de los demás se quedan en lo
que hace falta para leerlos: qué se dijo, cuándo, quién y su enlace. El lugar, los seguidores, qué monitores lo contaron
y lo que mandó la red sin tocar se van entonces. Quien pide que se borre lo suyo lo borra igual (`privacidad`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlmodel import Session, col

from conectores.contrato_escucha import Clase
from modelos import Base, Entrega, Perfil, Vista, tabla
from modelos.escucha import Coincidencia, Crudo, Mensaje
from motor.escucha.almacen.granel import entre
from motor.escucha.entorno import EntornoDeEscucha

_MENSAJE = tabla(Mensaje)

SOBRA = {
    "autor_seguidores": None,
    "latitud": None,
    "longitud": None,
    "lugar": "",
    "lugar_por": "",
    "lugar_confianza": None,
    "lugar_radio_km": None,
}


@dataclass(frozen=True, slots=True)
class Viejo:
    """Un mensaje que cumplió el tiempo de los demás."""

    id: int
    red: str
    id_externo: str
    clase: str
    en_respuesta_a: str
    publicado_en: datetime
    vaciado: bool


COLUMNAS_DE_VIEJO = (
    col(Mensaje.id),
    col(Mensaje.red),
    col(Mensaje.id_externo),
    col(Mensaje.clase),
    col(Mensaje.en_respuesta_a),
    col(Mensaje.publicado_en),
    case((col(Mensaje.borrado_en).is_not(None), True), else_=False),
)


def que_se_conservan(
    escucha: EntornoDeEscucha, sesion: Session, viejos: Collection[Viejo], *, ahora: datetime
) -> Mapping[int, datetime]:
    """De esos mensajes, los que se conservan y hasta cuándo. sesion: la de la base de lo que se oye."""
    vida = escucha.reglas.escucha.vida_de_respuestas
    posibles = [
        v
        for v in viejos
        if v.clase == Clase.COMENTARIO
        and v.en_respuesta_a
        and not v.vaciado
        and v.publicado_en + vida > ahora
        and se_conservan_en(escucha, v.red)
    ]
    if not posibles:
        return {}
    a_que = {(v.red, v.en_respuesta_a) for v in posibles}
    nuestro = a_que & _publicado(escucha.principal.base, {id_ for _, id_ in a_que})
    nuestro |= a_que & _ya_conservado(sesion, {id_ for _, id_ in a_que - nuestro})
    nuestro |= {
        (v.red, v.id_externo) for v in posibles if (v.red, v.en_respuesta_a) in nuestro
    }  # y lo que les contestan
    return {v.id: v.publicado_en + vida for v in posibles if (v.red, v.en_respuesta_a) in nuestro}


def se_conservan_en(escucha: EntornoDeEscucha, red: str) -> bool:
    """Donde hay que borrar aquí lo que se borre allá no se conserva: a los años ya no se comprueba."""
    hechos = escucha.hechos_de(red)
    return hechos is not None and hechos.conserva_respuestas and hechos.purga is None


def _publicado(principal: Base, ids: Collection[str]) -> set[tuple[str, str]]:
    """De esos identificadores, los de algo que publicó Pregonero, con su red."""
    with principal.leer() as sesion:
        de_entrega = select(col(Perfil.red), col(Entrega.id_externo)).join(
            Entrega, col(Entrega.perfil_id) == col(Perfil.id)
        )
        de_vista = select(col(Perfil.red), col(Vista.id_externo)).join(Vista, col(Vista.perfil_id) == col(Perfil.id))
        ordenes = (
            de_entrega.where(col(Entrega.id_externo).in_(ids)),
            de_vista.where(col(Vista.id_externo).in_(ids), col(Vista.entrega_id).is_not(None)),
        )
        return {(red, str(id_)) for orden in ordenes for red, id_ in sesion.execute(orden)}


def _ya_conservado(sesion: Session, ids: Collection[str]) -> set[tuple[str, str]]:
    """Los comentarios que ya se conservan: lo que les contestaron va con ellos."""
    orden = select(col(Mensaje.red), col(Mensaje.id_externo)).where(
        entre(sesion.connection(), col(Mensaje.id_externo), sorted(ids)), col(Mensaje.conservar_hasta).is_not(None)
    )
    return {(red, id_) for red, id_ in sesion.execute(orden)} if ids else set()


def conservar(sesion: Session, hasta: Mapping[int, datetime]) -> None:
    """Dejar esos mensajes en lo que hace falta para leerlos, y apuntar hasta cuándo."""
    if not hasta:
        return
    conexion, ids = sesion.connection(), sorted(hasta)
    sesion.execute(delete(Crudo).where(entre(conexion, col(Crudo.mensaje_id), ids)))
    sesion.execute(delete(Coincidencia).where(entre(conexion, col(Coincidencia.mensaje_id), ids)))
    for fin in set(hasta.values()):
        suyos = [id_ for id_ in ids if hasta[id_] == fin]
        cambio = update(_MENSAJE).where(entre(conexion, _MENSAJE.c.id, suyos))
        sesion.execute(cambio.values(conservar_hasta=fin, **SOBRA))
