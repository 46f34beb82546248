"""Historia: una conversación de correo por cada cosa que pasa. Leerla, abrirla, atenderla y cerrarla.

Todo ocurre en la base principal y en una transacción con el correo que lo cuenta.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, text
from sqlmodel import Session, col

from modelos import Correo, EstadoDeCorreo, Historia, Suceso
from motor.avisos.correo import GRUPO_DE_CANALES, RESERVA
from motor.publicacion.transiciones import anotar

REABRIR = timedelta(hours=24)
"""Lo que vuelve antes de un día es la misma historia."""
LOS_QUE_CABEN = 100


def abiertas(sesion: Session, *, clase: str = "") -> list[Historia]:
    """Las que no se han cerrado, la más nueva primero."""
    orden = select(Historia).where(text("cerrada_en IS NULL")).order_by(col(Historia.abierta_en).desc())
    return list(sesion.scalars(orden.where(col(Historia.clase) == clase) if clase else orden))


def recientes(sesion: Session, *, clase: str, ahora: datetime) -> list[Historia]:
    """Las abiertas y las que se cerraron hace menos de un día: lo que llegue puede ser suyo."""
    orden = select(Historia).where(
        col(Historia.clase) == clase,
        col(Historia.cerrada_en).is_(None) | (col(Historia.cerrada_en) > ahora - REABRIR),
    )
    return list(sesion.scalars(orden.order_by(col(Historia.id).desc())))


def monitores(historia: Historia) -> list[int]:
    return [int(m) for m in historia.monitores.split(",") if m]


def correos_de(sesion: Session, historia_id: int) -> list[Correo]:
    """Los suyos, del primero al último; sin los de otros canales."""
    orden = select(Correo).where(col(Correo.historia_id) == historia_id, col(Correo.grupo) != GRUPO_DE_CANALES)
    return list(sesion.scalars(orden.order_by(col(Correo.id))))


def primer_correo(sesion: Session, historia_id: int) -> Correo | None:
    orden = select(Correo).where(col(Correo.historia_id) == historia_id, col(Correo.grupo) != GRUPO_DE_CANALES)
    return sesion.scalars(orden.order_by(col(Correo.id)).limit(1)).first()


def esperan(ahora: datetime) -> list[ColumnElement[bool]]:
    """Los que esperan de verdad: ni se han intentado, ni los tiene reservados quien reparte."""
    return [
        col(Correo.estado) == EstadoDeCorreo.PENDIENTE,
        col(Correo.intentos) == 0,
        col(Correo.no_antes_de) > ahora + RESERVA,
    ]


def contados(sesion: Session, claves: Collection[str]) -> set[str]:
    """De estos sucesos, los que ya están en alguna historia."""
    return set(sesion.scalars(select(col(Suceso.clave)).where(col(Suceso.clave).in_(claves))))


def sucesos_de(sesion: Session, historia_id: int) -> list[Suceso]:
    orden = select(Suceso).where(col(Suceso.historia_id) == historia_id)
    return list(sesion.scalars(orden.order_by(col(Suceso.ocurrido_en), col(Suceso.clave))))


def abrir(
    sesion: Session, *, clase: str, clave: str, asunto: str, ahora: datetime, temas: Collection[int] = ()
) -> Historia:
    """La historia abierta con esa clave; si no hay, una nueva."""
    orden = select(Historia).where(col(Historia.clave) == clave, text("cerrada_en IS NULL"))
    historia = sesion.scalars(orden).first()
    if historia is None:
        historia = Historia(clase=clase, clave=clave, asunto=asunto[:300], abierta_en=ahora, ultima_en=ahora)
        sesion.add(historia)
        sumar_monitores(historia, temas)
        sesion.flush()
    return historia


def sumar_monitores(historia: Historia, ids: Iterable[int]) -> None:
    todos = list(dict.fromkeys([*monitores(historia), *ids]))
    historia.monitores = ",".join(str(m) for m in todos[:LOS_QUE_CABEN])


def atender(sesion: Session, historia_id: int, *, quien: str, ahora: datetime) -> Historia | None:
    """Alguien dijo «enterada». La primera vez es la que cuenta; None si no existe."""
    historia = sesion.get(Historia, historia_id, with_for_update=True)
    if historia is not None and historia.atendida_en is None:
        historia.atendida_en, historia.atendida_por = ahora, quien[:200]
        anotar(sesion, "historia_atendida", ahora=ahora, detalle=f"{historia.id}: {historia.asunto}", autor=quien[:120])
    return historia


def cerrar(sesion: Session, historia: Historia, ahora: datetime) -> None:
    historia.cerrada_en = ahora
    sesion.flush()
