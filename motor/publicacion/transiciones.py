"""El único sitio que cambia el estado de una entrega: un UPDATE con guardas, y su evento en la misma transacción."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col

from modelos import Entrega, Estado, Evento
from modelos.estados import puede_pasar


class MovimientoIlegal(ValueError):
    """Un movimiento que no está en la tabla de estados: es un error nuestro, no de los datos."""


def transitar(
    sesion: Session,
    entrega_id: int,
    *,
    de: Collection[Estado],
    a: Estado,
    ahora: datetime,
    accion: str,
    detalle: str = "",
    autor: str = "motor",
    ficha: int | None = None,
    guardas: tuple[Any, ...] = (),
    **cambios: Any,
) -> bool:
    """Mover una entrega si todavía está en uno de los estados `de` (y con esa `ficha`); False si ya no.

    detalle: lo último que se dice de ella, a una persona; vacío deja lo que decía. guardas: condiciones más, que la
    base comprueba en el mismo UPDATE. cambios: otras columnas.
    """
    for estado in de:
        if estado is not a and not puede_pasar(estado, a):
            raise MovimientoIlegal(f"{estado} → {a}")
    orden = update(Entrega).where(col(Entrega.id) == entrega_id, col(Entrega.estado).in_(de), *guardas)
    if ficha is not None:
        orden = orden.where(col(Entrega.ficha) == ficha)
    if a not in (Estado.RECLAMADA, Estado.ENVIANDO):
        cambios.setdefault("arriendo_hasta", None)
    if detalle:
        cambios["detalle"] = detalle
    hecho = sesion.execute(orden.values(estado=a, **cambios).execution_options(synchronize_session=False))
    assert isinstance(hecho, CursorResult)  # noqa: S101 # un UPDATE siempre devuelve un cursor
    if hecho.rowcount != 1:
        return False
    anotar(sesion, accion, ahora=ahora, entrega_id=entrega_id, detalle=detalle, autor=autor)
    return True


def anotar(
    sesion: Session,
    accion: str,
    *,
    ahora: datetime,
    entrega_id: int | None = None,
    perfil_id: int | None = None,
    detalle: str = "",
    autor: str = "motor",
) -> None:
    """Añadir un evento a la historia."""
    sesion.add(
        Evento(
            ocurrido_en=ahora,
            accion=accion,
            autor=autor,
            entrega_id=entrega_id,
            perfil_id=perfil_id,
            detalle=detalle,
        )
    )
