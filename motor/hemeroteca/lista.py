"""Hallar lo publicado por sus palabras, su fecha y su perfil; lo último primero. Sólo lee."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, text, tuple_
from sqlmodel import Session, col

from modelos import Entrega, MedioDePublicacion, Perfil, Vista
from modelos.busqueda import con_palabras
from motor.acervo import palabras

POR_PAGINA = 50
CUENTA_MAXIMA = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtros:
    """perfil: el id de uno, 0 para todos. desde, hasta: días, hora local, los dos entran. borradas: sólo lo que ya no
    está en la red.
    """

    q: str = ""
    perfil: int = 0
    desde: date | None = None
    hasta: date | None = None
    borradas: bool = False


@dataclass(frozen=True, slots=True)
class Renglon:
    """Una publicación en un perfil. borrada_en: cuándo se quitó de la red, o se notó que no estaba. titulo: cómo le
    dice la oficina al perfil.
    """

    id: int
    publicacion_id: int
    perfil: str
    red: str
    parte: int
    texto: str
    publicada_en: datetime
    url: str
    borrada_en: datetime | None
    titulo: str
    medios: tuple[int, ...] = ()


Marca = tuple[datetime, int]
"""(publicada_en, id) del último que ya se enseñó."""


@dataclass(frozen=True, slots=True)
class Pagina:
    renglones: list[Renglon]
    sigue: Marca | None
    cuantos: int


def pagina(
    sesion: Session,
    filtros: Filtros,
    *,
    perfiles: Collection[int] | None,
    zona: ZoneInfo,
    antes: Marca | None = None,
    limite: int = POR_PAGINA,
) -> Pagina:
    """perfiles: los que esa persona puede ver; None, todos."""
    condiciones = list(condiciones_de(sesion, filtros, perfiles, zona))
    orden = renglones_de(condiciones)
    if antes is not None:
        orden = orden.where(tuple_(col(Entrega.publicada_en), col(Entrega.id)) < tuple_(*antes))
    filas = [Renglon(*fila) for fila in sesion.execute(orden.limit(limite + 1))]
    hallados = select(col(Entrega.id)).where(*condiciones).limit(CUENTA_MAXIMA).subquery()
    cuantos = sesion.scalar(select(func.count()).select_from(hallados)) or 0
    suyos = con_sus_medios(sesion, filas[:limite])
    return Pagina(suyos, (suyos[-1].publicada_en, suyos[-1].id) if len(filas) > limite else None, cuantos)


def renglones_de(condiciones: list[Any]) -> Any:
    """La orden que da `Renglon`es sin sus medios, lo último primero."""
    quitada = select(func.max(col(Vista.borrada_en))).where(col(Vista.entrega_id) == col(Entrega.id)).scalar_subquery()
    return (
        select(
            col(Entrega.id),
            col(Entrega.publicacion_id),
            col(Perfil.nombre),
            col(Perfil.red),
            col(Entrega.parte),
            col(Entrega.texto),
            col(Entrega.publicada_en),
            col(Entrega.url),
            func.coalesce(col(Entrega.borrada_en), quitada),
            func.coalesce(func.nullif(col(Perfil.titulo), ""), col(Perfil.nombre)),
        )
        .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
        .where(*condiciones)
        .order_by(col(Entrega.publicada_en).desc(), col(Entrega.id).desc())
    )


def condiciones_de(sesion: Session, f: Filtros, perfiles: Collection[int] | None, zona: ZoneInfo) -> Iterator[Any]:
    yield text("entrega.estado = 'publicada'")  # literal: así usa SQLite su índice parcial
    yield col(Entrega.publicada_en).is_not(None)
    if perfiles is not None:
        yield col(Entrega.perfil_id).in_(perfiles)
    if f.perfil:
        yield col(Entrega.perfil_id) == f.perfil
    if terminos := palabras.de(f.q):
        yield con_palabras(sesion, Entrega, terminos)
    else:
        yield col(Entrega.parte) == 0
    if f.desde:
        yield col(Entrega.publicada_en) >= datetime.combine(f.desde, time(), zona)
    if f.hasta:
        yield col(Entrega.publicada_en) < datetime.combine(f.hasta + timedelta(days=1), time(), zona)
    if f.borradas:
        quitada = select(col(Vista.id)).where(
            col(Vista.entrega_id) == col(Entrega.id), col(Vista.borrada_en).is_not(None)
        )
        yield or_(col(Entrega.borrada_en).is_not(None), quitada.exists())


def con_sus_medios(sesion: Session, filas: list[Renglon]) -> list[Renglon]:
    publicaciones = {r.publicacion_id for r in filas}
    orden = select(col(MedioDePublicacion.publicacion_id), col(MedioDePublicacion.medio_id)).where(
        col(MedioDePublicacion.publicacion_id).in_(publicaciones)
    )
    suyos: dict[int, list[int]] = {}
    for publicacion_id, medio_id in sesion.execute(
        orden.order_by(col(MedioDePublicacion.publicacion_id), col(MedioDePublicacion.orden))
    ):
        suyos.setdefault(publicacion_id, []).append(medio_id)
    return [_con(r, tuple(suyos.get(r.publicacion_id, ())) if r.parte == 0 else ()) for r in filas]


def _con(renglon: Renglon, medios: tuple[int, ...]) -> Renglon:
    campos = {campo: getattr(renglon, campo) for campo in Renglon.__dataclass_fields__}
    return Renglon(**{**campos, "medios": medios})
