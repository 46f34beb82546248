"""Reclamar: que una entrega sea de un solo trabajador, y sólo mientras dure su arriendo.

El motor entrega un id a la vez y no le importa quién se lo pide: el despacho de este proceso, o un transporte
distribuido que llame a `reclamar_una`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, TextClause, bindparam, exists, select, text, update
from sqlmodel import Session, col

from modelos import Base, Entrega, Estado, Perfil, tabla
from modelos.base import FechaUTC
from motor.aprobaciones.puerta import PUEDE_SALIR
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
    """De entrega a perfil, la más atrasada de cada perfil. Los límites se aplican antes de elegir, no después.

    Primero se piden pocas; más, sólo si unos pocos perfiles con mucho atraso tapan a los demás.
    """
    por_perfil: dict[int, int] = {}
    for cuantas in (2 * limite, 16 * limite):
        filas = sesion.execute(_CANDIDATAS, {"ahora": ahora, "desde": ahora - reglas.tolerancia, "cuantas": cuantas})
        leidas = filas.all()
        for entrega_id, perfil_id in leidas:
            por_perfil.setdefault(perfil_id, entrega_id)
        if len(por_perfil) >= limite or len(leidas) < cuantas:
            break
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
    datos = {
        "ids": ids,
        "ahora": ahora,
        "desde": ahora - reglas.tolerancia,
        "hasta": ahora + reglas.arriendo,
        "quien": trabajador,
    }
    return [Reclamo(entrega_id, ficha) for entrega_id, ficha in sesion.execute(_TOMAR, datos)]


_ENTREGA, _PERFIL = tabla(Entrega), tabla(Perfil)


def _reclamable() -> tuple[ColumnElement[bool] | TextClause, ...]:
    """Lo que se exige para reclamar; la base lo comprueba otra vez en el UPDATE.

    Nada sale vencido ni demasiado tarde, ni mientras otra del mismo perfil esté en vuelo, ni mientras haya una
    dudosa con la misma huella (adoptaría la ajena), ni una parte de hilo antes que la anterior, ni nada que espere una
    aprobación.
    """
    otra, dudosa, previa = (_ENTREGA.alias(n) for n in ("otra", "dudosa", "previa"))
    de_tal, ahora = _ENTREGA.c, bindparam("ahora", type_=FechaUTC())
    # Los estados van literales: con parámetros, SQLite no usaría los índices parciales.
    return (
        text("entrega.estado = 'programada'"),
        de_tal.despertar_en <= ahora,
        PUEDE_SALIR,
        de_tal.vence_en.is_(None) | (de_tal.vence_en > ahora),
        de_tal.aprobada_tarde.is_(True) | (de_tal.no_antes_de >= bindparam("desde", type_=FechaUTC())),
        exists().where(
            _PERFIL.c.id == de_tal.perfil_id,
            _PERFIL.c.pausado_en.is_(None),
            _PERFIL.c.libre_desde.is_(None) | (_PERFIL.c.libre_desde <= ahora),
        ),
        ~exists().where(otra.c.perfil_id == de_tal.perfil_id, text("otra.estado IN ('reclamada', 'enviando')")),
        ~exists().where(
            dudosa.c.perfil_id == de_tal.perfil_id,
            dudosa.c.huella == de_tal.huella,
            text("dudosa.estado IN ('en_duda', 'por_decidir')"),
        ),
        (de_tal.parte == 0)
        | exists().where(
            previa.c.publicacion_id == de_tal.publicacion_id,
            previa.c.perfil_id == de_tal.perfil_id,
            previa.c.parte == de_tal.parte - 1,
            previa.c.estado == Estado.PUBLICADA,
        ),
    )


# Armar estas órdenes cuesta más que ejecutarlas: se arman una vez.
_CANDIDATAS = (
    select(_ENTREGA.c.id, _ENTREGA.c.perfil_id)
    .where(*_reclamable())
    .order_by(_ENTREGA.c.despertar_en, _ENTREGA.c.id)
    .limit(bindparam("cuantas", type_=Integer()))
)
_TOMAR = (
    update(_ENTREGA)
    .where(_ENTREGA.c.id.in_(bindparam("ids", expanding=True)), *_reclamable())
    .values(
        estado=Estado.RECLAMADA,
        ficha=_ENTREGA.c.ficha + 1,
        arriendo_hasta=bindparam("hasta"),
        trabajador=bindparam("quien"),
    )
    .returning(_ENTREGA.c.id, _ENTREGA.c.ficha)
)
