"""Reclamar: que una entrega sea de un solo trabajador, y sólo mientras dure su arriendo.

El motor entrega un id a la vez y no le importa quién se lo pide: el despacho de este proceso, o un transporte
distribuido que llame a `reclamar_una`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, TextClause, and_, exists, select, text, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from modelos import Base, Entrega, Estado, Perfil
from motor.reglas import Reglas


@dataclass(frozen=True, slots=True)
class Reclamo:
    """El derecho a trabajar en una entrega: vale mientras su `ficha` sea la de la fila."""

    entrega_id: int
    ficha: int


def reclamar(base: Base, *, ahora: datetime, reglas: Reglas, trabajador: str, limite: int) -> list[Reclamo]:
    """Hasta `limite` entregas que toca mirar ya, a lo más una por perfil, de la más atrasada a la menos."""
    with base.escribir() as sesion:
        elegidas = _candidatas(sesion, ahora, reglas, limite)
        if not base.es_sqlite:
            elegidas = _de_perfiles_libres(sesion, elegidas)
        ids = list(elegidas)[:limite]
        return _tomar(sesion, ids, ahora=ahora, reglas=reglas, trabajador=trabajador) if ids else []


def reclamar_una(base: Base, entrega_id: int, *, ahora: datetime, reglas: Reglas, trabajador: str) -> Reclamo | None:
    """Esa entrega, o None si ya no toca o es de otro."""
    with base.escribir() as sesion:
        if not base.es_sqlite and not _de_perfiles_libres(sesion, _perfil_de(sesion, entrega_id)):
            return None
        tomadas = _tomar(sesion, [entrega_id], ahora=ahora, reglas=reglas, trabajador=trabajador)
    return tomadas[0] if tomadas else None


def _perfil_de(sesion: Session, entrega_id: int) -> dict[int, int]:
    orden = select(col(Entrega.id), col(Entrega.perfil_id)).where(col(Entrega.id) == entrega_id)
    return {entrega: perfil for entrega, perfil in sesion.execute(orden)}


def _candidatas(sesion: Session, ahora: datetime, reglas: Reglas, limite: int) -> dict[int, int]:
    """De entrega a perfil, la más atrasada de cada perfil. Los límites se aplican antes de elegir, no después."""
    orden = (
        select(col(Entrega.id), col(Entrega.perfil_id))
        .where(*_reclamable(ahora, reglas))
        .order_by(col(Entrega.despertar_en), col(Entrega.id))
        .limit(8 * limite)
    )
    por_perfil: dict[int, int] = {}
    for entrega_id, perfil_id in sesion.execute(orden):
        por_perfil.setdefault(perfil_id, entrega_id)
    return {entrega_id: perfil_id for perfil_id, entrega_id in por_perfil.items()}


def _de_perfiles_libres(sesion: Session, elegidas: dict[int, int]) -> dict[int, int]:
    """Las de perfiles que ningún otro proceso está reclamando en este instante (PostgreSQL).

    Con `FOR NO KEY UPDATE`: dar de alta una entrega toca su perfil con la clave ajena, y eso no debe apartarlo.
    """
    orden = (
        select(col(Perfil.id))
        .where(col(Perfil.id).in_(elegidas.values()))
        .order_by(col(Perfil.id))
        .with_for_update(skip_locked=True, key_share=True)
    )
    libres = set(sesion.scalars(orden))
    return {entrega_id: perfil_id for entrega_id, perfil_id in elegidas.items() if perfil_id in libres}


def _tomar(sesion: Session, ids: list[int], *, ahora: datetime, reglas: Reglas, trabajador: str) -> list[Reclamo]:
    orden = (
        update(Entrega)
        .where(col(Entrega.id).in_(ids), *_reclamable(ahora, reglas))
        .values(
            estado=Estado.RECLAMADA,
            ficha=col(Entrega.ficha) + 1,
            arriendo_hasta=ahora + reglas.arriendo,
            trabajador=trabajador,
        )
        .returning(col(Entrega.id), col(Entrega.ficha))
        .execution_options(synchronize_session=False)
    )
    return [Reclamo(entrega_id, ficha) for entrega_id, ficha in sesion.execute(orden)]


def _reclamable(ahora: datetime, reglas: Reglas) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """Lo que se exige para reclamar; la base lo comprueba otra vez en el UPDATE.

    Nada sale vencido ni demasiado tarde, ni mientras otra del mismo perfil esté en vuelo, ni mientras haya una
    dudosa con la misma huella (adoptaría la ajena), ni una parte de hilo antes que la anterior.
    """
    otra, dudosa, previa = (aliased(Entrega, name=n) for n in ("otra", "dudosa", "previa"))
    # Los estados van literales: con parámetros, SQLite no usaría los índices parciales.
    return (
        text("entrega.estado = 'programada'"),
        col(Entrega.despertar_en) <= ahora,
        col(Entrega.vence_en).is_(None) | (col(Entrega.vence_en) > ahora),
        col(Entrega.aprobada_tarde).is_(True) | (col(Entrega.no_antes_de) >= ahora - reglas.tolerancia),
        exists().where(
            col(Perfil.id) == col(Entrega.perfil_id),
            col(Perfil.pausado_en).is_(None),
            col(Perfil.libre_desde).is_(None) | (col(Perfil.libre_desde) <= ahora),
        ),
        ~exists().where(
            col(otra.perfil_id) == col(Entrega.perfil_id), text("otra.estado IN ('reclamada', 'enviando')")
        ),
        ~exists().where(
            col(dudosa.perfil_id) == col(Entrega.perfil_id),
            col(dudosa.huella) == col(Entrega.huella),
            text("dudosa.estado IN ('en_duda', 'por_decidir')"),
        ),
        (col(Entrega.parte) == 0)
        | exists().where(
            and_(
                col(previa.publicacion_id) == col(Entrega.publicacion_id),
                col(previa.perfil_id) == col(Entrega.perfil_id),
                col(previa.parte) == col(Entrega.parte) - 1,
                col(previa.estado) == Estado.PUBLICADA,
            )
        ),
    )
