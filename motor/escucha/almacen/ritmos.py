"""Lo que recuerdan los detectores y los picos que notaron, leído y guardado por tandas de monitores.

Todo lo de aquí busca por `monitor_id`, que es por donde empieza la clave de `conteo`: sin él se leería la tabla entera.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, text
from sqlmodel import Session, col, delete

from modelos import tabla
from modelos.escucha import Conteo, Pico, Ritmo

Cuentas = dict[int, dict[datetime, int]]
"""De cada monitor, lo contado en cada intervalo; el que no está es cero, o laguna."""

_RITMO = tabla(Ritmo)
_PONER = (
    _RITMO.update()
    .where(_RITMO.c.monitor_id == bindparam("de"), _RITMO.c.paso_s == bindparam("cada"))
    .values(version=bindparam("version_"), estado=bindparam("estado_"), hasta=bindparam("hasta_"))
)
_OLVIDAR = _RITMO.delete().where(
    _RITMO.c.monitor_id == bindparam("de"), _RITMO.c.paso_s == bindparam("cada"), _RITMO.c.hasta > bindparam("cuando")
)
_EMPEZAR = text(
    "INSERT INTO ritmo (monitor_id, paso_s, version, estado, hasta) "
    "VALUES (:monitor_id, :paso_s, 0, :estado, :hasta) ON CONFLICT DO NOTHING"
).bindparams(bindparam("estado", type_=_RITMO.c.estado.type), bindparam("hasta", type_=_RITMO.c.hasta.type))


@dataclass(frozen=True, slots=True)
class Avance:
    """Por dónde va un detector."""

    version: int
    hasta: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Aprendido:
    """Lo que hay que guardar de un detector. antes: hasta dónde llegaba cuando se leyó; None si era nuevo."""

    monitor_id: int
    antes: datetime | None
    desde: datetime
    hasta: datetime
    version: int
    estado: bytes


# ── Leer ─────────────────────────────────────────────────────────────────────────────────────────────────────


def avances(sesion: Session, ids: Collection[int]) -> dict[tuple[int, int], Avance]:
    """Por (monitor, paso): sin sus estados, que pesan."""
    orden = select(col(Ritmo.monitor_id), col(Ritmo.paso_s), col(Ritmo.version), col(Ritmo.hasta))
    filas = sesion.execute(orden.where(col(Ritmo.monitor_id).in_(ids)))
    return {(monitor, paso_s): Avance(version, hasta) for monitor, paso_s, version, hasta in filas}


def ritmos(sesion: Session, ids: Collection[int], paso_s: int) -> dict[int, tuple[Avance, bytes]]:
    orden = select(col(Ritmo.monitor_id), col(Ritmo.version), col(Ritmo.hasta), col(Ritmo.estado)).where(
        col(Ritmo.monitor_id).in_(ids), col(Ritmo.paso_s) == paso_s
    )
    return {monitor: (Avance(version, hasta), estado) for monitor, version, hasta, estado in sesion.execute(orden)}


def contado(sesion: Session, ids: Collection[int], paso_s: int, *, desde: datetime, hasta: datetime) -> Cuentas:
    """Lo de los intervalos que empiezan en [desde, hasta)."""
    orden = select(col(Conteo.monitor_id), col(Conteo.inicio), col(Conteo.cuenta)).where(
        col(Conteo.monitor_id).in_(ids),
        col(Conteo.paso_s) == paso_s,
        col(Conteo.inicio) >= desde,
        col(Conteo.inicio) < hasta,
    )
    cuentas: Cuentas = {}
    for monitor, inicio, cuenta in sesion.execute(orden):
        cuentas.setdefault(monitor, {})[inicio] = cuenta
    return cuentas


def sumado(sesion: Session, ids: Collection[int], paso_s: int, *, desde: datetime, hasta: datetime) -> dict[int, int]:
    """Cuánto lleva cada monitor en los intervalos que empiezan en [desde, hasta)."""
    orden = (
        select(col(Conteo.monitor_id), func.sum(col(Conteo.cuenta)))
        .where(
            col(Conteo.monitor_id).in_(ids),
            col(Conteo.paso_s) == paso_s,
            col(Conteo.inicio) >= desde,
            col(Conteo.inicio) < hasta,
        )
        .group_by(col(Conteo.monitor_id))
    )
    return {monitor: int(suma) for monitor, suma in sesion.execute(orden)}


def picos_desde(sesion: Session, ids: Collection[int], desde: datetime) -> dict[int, list[Pico]]:
    """Los anotados de cada monitor que empezaron en ese instante o después, y los que siguen."""
    orden = select(Pico).where(col(Pico.monitor_id).in_(ids), (col(Pico.desde) >= desde) | col(Pico.hasta).is_(None))
    suyos: dict[int, list[Pico]] = {}
    for pico in sesion.scalars(orden.order_by(col(Pico.desde), col(Pico.id))):
        suyos.setdefault(pico.monitor_id, []).append(pico)
    return suyos


# ── Guardar ──────────────────────────────────────────────────────────────────────────────────────────────────


def guardar_ritmos(sesion: Session, paso_s: int, todos: Sequence[Aprendido]) -> set[int]:
    """Los monitores cuyo detector quedó guardado: los que nadie movió (ni hizo olvidar) desde que se leyeron.

    Los renglones quedan tomados, en orden, hasta que acabe la transacción: dos procesos no notan el mismo pico.
    """
    nuevos = [
        {"monitor_id": a.monitor_id, "paso_s": paso_s, "estado": b"", "hasta": a.desde}
        for a in todos
        if a.antes is None
    ]
    if nuevos:
        sesion.connection().execute(_EMPEZAR, nuevos)
    tomados = _tomar(sesion, [a.monitor_id for a in todos], paso_s)
    suyos = [a for a in todos if tomados.get(a.monitor_id) == (a.desde if a.antes is None else a.antes)]
    if suyos:
        sesion.connection().execute(
            _PONER,
            [
                {"de": a.monitor_id, "cada": paso_s, "version_": a.version, "estado_": a.estado, "hasta_": a.hasta}
                for a in suyos
            ],
        )
    return {a.monitor_id for a in suyos}


def _tomar(sesion: Session, ids: Collection[int], paso_s: int) -> Mapping[int, datetime]:
    orden = (
        select(col(Ritmo.monitor_id), col(Ritmo.hasta))
        .where(col(Ritmo.monitor_id).in_(ids), col(Ritmo.paso_s) == paso_s)
        .order_by(col(Ritmo.monitor_id))
        .with_for_update()
    )
    return {monitor: hasta for monitor, hasta in sesion.execute(orden)}


CAMBIO_QUE_IMPORTA = 3
"""Con menos mensajes en un intervalo no hay alza que notar (`mirada`): no vale la pena volver a aprender."""


def olvidar_lo_que_cambio(sesion: Session, suma: Mapping[tuple[int, int, datetime], int]) -> None:
    """Lo que llega tarde (una red caída que vuelve) puede ser un alza en un intervalo ya decidido: se aprende otra vez.

    suma: cuánto cambia cada (monitor, paso, intervalo). Los picos ya avisados no se repiten.
    """
    primeros: dict[tuple[int, int], datetime] = {}
    for (monitor, paso_s, inicio), cuanto in suma.items():
        if cuanto >= CAMBIO_QUE_IMPORTA:
            primeros[monitor, paso_s] = min(inicio, primeros.get((monitor, paso_s), inicio))
    if primeros:
        filas = [{"de": m, "cada": p, "cuando": inicio} for (m, p), inicio in sorted(primeros.items())]
        sesion.connection().execute(_OLVIDAR, filas)


def olvidar(sesion: Session, ids: Collection[int], paso_s: int) -> None:
    """Que el detector vuelva a aprender de los conteos."""
    sesion.execute(delete(Ritmo).where(col(Ritmo.monitor_id).in_(ids), col(Ritmo.paso_s) == paso_s))
