"""Las lecturas de lo que se oye, todas en un sitio. Ninguna escribe, y ninguna enseña lo que ya se borró.

Las ventanas son [desde, hasta): el instante `hasta` no entra. Donde se piden varios monitores, un mensaje que cuentan
dos se da una sola vez.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVarTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select, tuple_
from sqlmodel import Session, col

from modelos.escucha.conteo import Conteo, Laguna
from modelos.escucha.fuente import Fuente
from modelos.escucha.mensaje import Coincidencia, Mensaje

_DIRECTO = "directo"

Columnas = TypeVarTuple("Columnas")


class Cada(StrEnum):
    """De qué largo es cada renglón de una página de conteos, en hora local."""

    HORA = "hora"
    DIA = "dia"
    SEMANA = "semana"  # de lunes a domingo


@dataclass(frozen=True, slots=True)
class Contado:
    """Algo que se repite en una ventana, y en cuántos mensajes."""

    nombre: str
    cuenta: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AutorContado:
    """Quien más habló en una ventana. seguidores: None si la red no lo dijo."""

    red: str
    usuario: str
    nombre: str
    seguidores: int | None
    mensajes: int
    interacciones: int | None


# ── Conteos ──────────────────────────────────────────────────────────────────────────────────────────────────


def conteos(
    sesion: Session, monitor_id: int, *, paso_s: int, desde: datetime, hasta: datetime
) -> list[tuple[datetime, int]]:
    """Los intervalos con algún mensaje, del más antiguo al más nuevo. El que falta es cero, salvo laguna."""
    orden = (
        select(col(Conteo.inicio), col(Conteo.cuenta))
        .where(
            col(Conteo.monitor_id) == monitor_id,
            col(Conteo.paso_s) == paso_s,
            col(Conteo.inicio) >= desde,
            col(Conteo.inicio) < hasta,
        )
        .order_by(col(Conteo.inicio))
    )
    return [(inicio, cuenta) for inicio, cuenta in sesion.execute(orden)]


def cuentas_por(
    sesion: Session, monitor_id: int, *, cada: Cada, desde: datetime, hasta: datetime, zona: ZoneInfo
) -> dict[datetime, int]:
    """Cuántos mensajes en cada hora, día o semana *de la zona*, por el instante (en UTC) en que empieza.

    Un día que cambia de hora dura 23 o 25; los conteos son por hora, así que las zonas de media hora no caben.
    """
    todos = conteos(sesion, monitor_id, paso_s=3600, desde=desde, hasta=hasta)
    if cada is Cada.HORA:
        return dict(todos)
    cuentas: dict[datetime, int] = {}
    renglon = fin = datetime.min.replace(tzinfo=UTC)
    for inicio, cuenta in todos:  # vienen en orden: sólo se mira el calendario al pasar de un renglón a otro
        if inicio >= fin:
            local = comienzo(inicio, cada, zona)
            renglon, fin = local.astimezone(UTC), siguiente(local, cada, zona).astimezone(UTC)
            cuentas[renglon] = 0
        cuentas[renglon] += cuenta
    return cuentas


def comienzo(instante: datetime, cada: Cada, zona: ZoneInfo) -> datetime:
    """Cuándo empezó, en hora local, la hora, el día o la semana de ese instante."""
    local = instante.astimezone(zona).replace(minute=0, second=0, microsecond=0)
    if cada is Cada.HORA:
        return local
    dia = local.replace(hour=0, fold=0)
    return dia - timedelta(days=dia.weekday()) if cada is Cada.SEMANA else dia


def siguiente(renglon: datetime, cada: Cada, zona: ZoneInfo) -> datetime:
    """El comienzo del renglón que sigue. Una hora son 3600 segundos; un día, los que diga el calendario."""
    if cada is Cada.HORA:
        return (renglon.astimezone(UTC) + timedelta(hours=1)).astimezone(zona)
    return renglon + timedelta(days=7 if cada is Cada.SEMANA else 1)


# ── Mensajes de unos monitores ───────────────────────────────────────────────────────────────────────────────


def ultimos(
    sesion: Session,
    monitor_id: int,
    *,
    limite: int = 50,
    antes_de: tuple[datetime, int] | None = None,
    desde: datetime | None = None,
) -> list[Mensaje]:
    """Los mensajes de un monitor, del más nuevo al más antiguo.

    antes_de: (publicado_en, id) del último que ya se enseñó: así la página siguiente no repite ni salta ninguno aunque
    entretanto lleguen más. Los borrados salen vacíos, para decir que estuvieron.
    """
    orden = (
        select(Mensaje)
        .join(Coincidencia, col(Coincidencia.mensaje_id) == col(Mensaje.id))
        .where(col(Coincidencia.monitor_id) == monitor_id)
        .order_by(col(Coincidencia.publicado_en).desc(), col(Coincidencia.mensaje_id).desc())
        .limit(limite)
    )
    if antes_de is not None:
        orden = orden.where(tuple_(col(Coincidencia.publicado_en), col(Coincidencia.mensaje_id)) < antes_de)
    if desde is not None:
        orden = orden.where(col(Coincidencia.publicado_en) >= desde)
    return list(sesion.scalars(orden))


def _suyos(monitor_ids: Collection[int], desde: datetime, hasta: datetime) -> Select[int]:
    """Los identificadores de los mensajes que cuentan unos monitores en una ventana, cada uno una vez."""
    return (
        select(col(Coincidencia.mensaje_id))
        .where(
            col(Coincidencia.monitor_id).in_(monitor_ids),
            col(Coincidencia.publicado_en) >= desde,
            col(Coincidencia.publicado_en) < hasta,
        )
        .distinct()
    )


def _de_la_ventana(
    orden: Select[*Columnas], monitor_ids: Collection[int], desde: datetime, hasta: datetime
) -> Select[*Columnas]:
    """Los que se pueden enseñar a otros: ni borrados ni privados."""
    return orden.where(
        col(Mensaje.id).in_(_suyos(monitor_ids, desde, hasta)),
        col(Mensaje.borrado_en).is_(None),
        col(Mensaje.clase) != _DIRECTO,
    )


def cuantos(sesion: Session, monitor_ids: Collection[int], desde: datetime, hasta: datetime) -> int:
    """Cuántos mensajes distintos cuentan unos monitores en una ventana, borrados incluidos."""
    return sesion.scalar(select(func.count()).select_from(_suyos(monitor_ids, desde, hasta).subquery())) or 0


def mas_ruidosos(
    sesion: Session, monitor_ids: Collection[int], desde: datetime, hasta: datetime, limite: int = 5
) -> list[Mensaje]:
    """Los mensajes con más interacciones de una ventana; a iguales, los más nuevos. Los «sin dato», al final.

    Ni borrados ni directos: un correo no debe llevar a otros lo que alguien dijo en privado.
    """
    orden = _de_la_ventana(select(Mensaje), monitor_ids, desde, hasta)
    ruido = col(Mensaje.interacciones).desc().nulls_last()
    return list(sesion.scalars(orden.order_by(ruido, col(Mensaje.publicado_en).desc(), col(Mensaje.id)).limit(limite)))


def textos(
    sesion: Session, monitor_ids: Collection[int], desde: datetime, hasta: datetime, limite: int = 5000
) -> list[str]:
    """Lo que dicen los mensajes de una ventana (título y texto), los más nuevos primero, para contar sus palabras."""
    orden = _de_la_ventana(select(col(Mensaje.titulo), col(Mensaje.texto)), monitor_ids, desde, hasta)
    filas = sesion.execute(orden.order_by(col(Mensaje.publicado_en).desc(), col(Mensaje.id)).limit(limite))
    return [f"{titulo}\n{texto}" if titulo else texto for titulo, texto in filas]


def lugares(
    sesion: Session,
    monitor_ids: Collection[int],
    desde: datetime,
    hasta: datetime,
    limite: int = 10,
    *,
    sin_redes: Collection[str],
) -> list[Contado]:
    """De qué lugares hablan los mensajes de una ventana, y cuántos.

    sin_redes: las que prohíben guardar dónde está la gente aparte de su mensaje (`redes_sin_lugar`): no se suman. El
    lugar que alguien pone en su perfil tampoco: dice de dónde es una persona, no dónde pasa algo.
    """
    cuenta = func.count()
    orden = _de_la_ventana(select(col(Mensaje.lugar), cuenta), monitor_ids, desde, hasta)
    orden = orden.where(col(Mensaje.lugar) != "", col(Mensaje.lugar_por) != "autor")
    if sin_redes:
        orden = orden.where(col(Mensaje.red).not_in(sin_redes))
    orden = orden.group_by(col(Mensaje.lugar)).order_by(cuenta.desc(), col(Mensaje.lugar)).limit(limite)
    return [Contado(lugar, cuantos_) for lugar, cuantos_ in sesion.execute(orden)]


def autores(
    sesion: Session, monitor_ids: Collection[int], desde: datetime, hasta: datetime, limite: int = 10
) -> list[AutorContado]:
    """Quiénes dijeron más en una ventana. Se cuenta la ventana que se pregunta y nada más: no es un expediente."""
    quien = (col(Mensaje.red), col(Mensaje.autor_id), col(Mensaje.autor_usuario))
    cuenta, ruido = func.count(), func.sum(col(Mensaje.interacciones))
    orden = _de_la_ventana(
        select(*quien, func.max(col(Mensaje.autor_nombre)), func.max(col(Mensaje.autor_seguidores)), cuenta, ruido),
        monitor_ids,
        desde,
        hasta,
    )
    orden = orden.where((col(Mensaje.autor_usuario) != "") | (col(Mensaje.autor_nombre) != ""))
    orden = orden.group_by(*quien).order_by(cuenta.desc(), ruido.desc().nulls_last(), *quien).limit(limite)
    return [
        AutorContado(
            red=red,
            usuario=usuario,
            nombre=nombre,
            seguidores=seguidores,
            mensajes=mensajes,
            interacciones=None if suma is None else int(suma),
        )
        for red, _, usuario, nombre, seguidores, mensajes, suma in sesion.execute(orden)
    ]


def por_red(sesion: Session, monitor_ids: Collection[int], desde: datetime, hasta: datetime) -> list[Contado]:
    """Cuántos mensajes de una ventana vinieron de cada red, de la que más a la que menos."""
    cuenta = func.count()
    orden = select(col(Mensaje.red), cuenta).where(col(Mensaje.id).in_(_suyos(monitor_ids, desde, hasta)))
    orden = orden.group_by(col(Mensaje.red)).order_by(cuenta.desc(), col(Mensaje.red))
    return [Contado(red, cuantos_) for red, cuantos_ in sesion.execute(orden)]


# ── Fuentes y lagunas ────────────────────────────────────────────────────────────────────────────────────────


def fuentes_activas(sesion: Session, *, redes: Collection[str] = (), trabajo: str = "") -> list[Fuente]:
    """Las encendidas; sólo las de esas redes y ese trabajo, si se dicen. Las de «oir» son las que dejan lagunas."""
    orden = select(Fuente).where(col(Fuente.apagada_porque) == "").order_by(col(Fuente.id))
    if redes:
        orden = orden.where(col(Fuente.red).in_(redes))
    if trabajo:
        orden = orden.where(col(Fuente.trabajo) == trabajo)
    return list(sesion.scalars(orden))


def lagunas(
    sesion: Session, fuente_ids: Sequence[int], *, desde: datetime, hasta: datetime
) -> list[tuple[int, datetime, datetime]]:
    """(fuente, desde, hasta) de lo que no se oyó y toca la ventana, en orden."""
    orden = (
        select(col(Laguna.fuente_id), col(Laguna.desde), col(Laguna.hasta))
        .where(col(Laguna.fuente_id).in_(fuente_ids), col(Laguna.desde) < hasta, col(Laguna.hasta) > desde)
        .order_by(col(Laguna.desde), col(Laguna.id))
    )
    return [(fuente, inicio, fin) for fuente, inicio, fin in sesion.execute(orden)]
