"""El único sitio que cambia el estado de una entrega: un UPDATE con guardas, y su evento en la misma transacción."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Update, bindparam, insert, or_, update
from sqlmodel import Session, col

from modelos import Entrega, Estado, Evento, tabla
from modelos.estados import puede_pasar
from motor.aprobaciones.puerta import PUEDE_SALIR

_ENTREGA, _EVENTO = tabla(Entrega), tabla(Evento)

_LARGO_DE_AUTOR = 120
HACIA_LA_RED = frozenset({Estado.RECLAMADA, Estado.ENVIANDO})


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

    Hacia la red (RECLAMADA, ENVIANDO) no pasa, además, lo que no esté aprobado tal como está.

    detalle: lo último que se dice de ella, a una persona; vacío deja lo que decía. guardas: condiciones más, que la
    base comprueba en el mismo UPDATE. cambios: otras columnas.
    """
    _exigir_legal(de, a)
    orden = update(Entrega).where(col(Entrega.id) == entrega_id, col(Entrega.estado).in_(de), *guardas)
    if ficha is not None:
        orden = orden.where(col(Entrega.ficha) == ficha)
    if a in HACIA_LA_RED:
        orden = orden.where(PUEDE_SALIR)
    else:
        cambios.setdefault("arriendo_hasta", None)
    if detalle:
        cambios["detalle"] = detalle
    hecho = sesion.execute(orden.values(estado=a, **cambios).execution_options(synchronize_session=False))
    assert isinstance(hecho, CursorResult)  # noqa: S101 # un UPDATE siempre devuelve un cursor
    if hecho.rowcount != 1:
        return False
    anotar(sesion, accion, ahora=ahora, entrega_id=entrega_id, detalle=detalle, autor=autor)
    return True


@dataclass(frozen=True, slots=True)
class Movimiento:
    """Lo propio de cada entrega en un movimiento de varias. cambios: las mismas columnas en todas."""

    entrega_id: int
    ficha: int
    detalle: str = ""
    cambios: Mapping[str, Any] = field(default_factory=dict)


def transitar_juntas(
    sesion: Session,
    movimientos: Sequence[Movimiento],
    *,
    de: tuple[Estado, ...],
    a: Estado,
    ahora: datetime,
    accion: str,
    arrendada: bool = False,
) -> bool:
    """Como `transitar` para varias, con una orden preparada; False si alguna no se movió.

    arrendada: exigir además que su arriendo siga vigente.
    Con False la transacción debe deshacerse: unas pueden haberse movido y otras no.
    """
    _exigir_legal(de, a)
    columnas = (*movimientos[0].cambios, *(("detalle",) if movimientos[0].detalle else ()))
    orden = _orden_repetida(de, a, columnas, arrendada)
    filas = [
        {
            "_id": m.entrega_id,
            "_ficha": m.ficha,
            "_ahora": ahora,
            "_detalle": m.detalle,
            **{f"_{c}": v for c, v in m.cambios.items()},
        }
        for m in movimientos
    ]
    conexion = sesion.connection()
    if conexion.execute(orden, filas).rowcount != len(filas):
        return False
    comunes = {"ocurrido_en": ahora, "accion": accion, "autor": "motor"}
    conexion.execute(_ANOTAR, [{**comunes, "entrega_id": m.entrega_id, "detalle": m.detalle} for m in movimientos])
    return True


@cache
def _orden_repetida(de: tuple[Estado, ...], a: Estado, columnas: tuple[str, ...], arrendada: bool) -> Update:
    """El UPDATE con guardas, con un hueco por dato; armarlo cuesta más que ejecutarlo."""
    orden = (
        update(_ENTREGA)
        .where(
            _ENTREGA.c.id == bindparam("_id"),
            _ENTREGA.c.ficha == bindparam("_ficha"),
            or_(*(_ENTREGA.c.estado == estado for estado in de)),  # IN no se puede repetir
            *((_ENTREGA.c.arriendo_hasta > bindparam("_ahora"),) if arrendada else ()),
            *((PUEDE_SALIR,) if a in HACIA_LA_RED else ()),
        )
        .values(estado=a, **{c: bindparam(f"_{c}") for c in columnas})
    )
    return orden if a in HACIA_LA_RED else orden.values(arriendo_hasta=None)


_ANOTAR = insert(_EVENTO)


def _exigir_legal(de: Collection[Estado], a: Estado) -> None:
    for estado in de:
        if estado is not a and not puede_pasar(estado, a):
            raise MovimientoIlegal(f"{estado} → {a}")


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
            autor=autor[:_LARGO_DE_AUTOR],
            entrega_id=entrega_id,
            perfil_id=perfil_id,
            detalle=detalle,
        )
    )
