"""Lo que sale (hoy y mañana) y lo que salió (las últimas 24 horas), una publicación por renglón."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from modelos import Entrega, Estado, Medicion, Medio, MedioDePublicacion, Publicacion, Vista
from motor.fechas.extremos import comienzo

POR_SALIR = (Estado.PROGRAMADA, Estado.RECLAMADA, Estado.ENVIANDO, Estado.RETENIDA)
ENTREGAS_MAXIMAS = 120
RENGLONES = 30
_PALABRAS = 160
_QUE_CUENTA = ("me_gusta", "comentarios", "compartidos")
"""Lo que alguien hizo con ello; verlo pasar no es hacer nada."""


class Suya(NamedTuple):
    """Una entrega. numero: cuántos hicieron algo con ella; None si la red no lo ha dicho."""

    id: int
    publicacion_id: int
    perfil_id: int
    estado: Estado
    en: datetime
    url: str
    numero: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renglon:
    """Una publicación a una hora, en uno o varios perfiles. medio_id: el primero que lleva, si se puede enseñar."""

    publicacion_id: int
    en: datetime
    texto: str
    medio_id: int | None
    es_video: bool
    suyas: tuple[Suya, ...]

    @property
    def numero(self) -> int | None:
        """La suma de lo que se sabe; None si de ninguna se sabe nada."""
        sabidos = [s.numero for s in self.suyas if s.numero is not None]
        return sum(sabidos) if sabidos else None

    @property
    def estado(self) -> Estado | None:
        """El que hay que decir; None si todas van a salir a su hora."""
        suyos = {s.estado for s in self.suyas}
        return next((e for e in (Estado.RETENIDA, Estado.ENVIANDO, Estado.RECLAMADA) if e in suyos), None)


@dataclass(frozen=True, slots=True)
class Dia:
    dia: date
    renglones: tuple[Renglon, ...]


def lo_que_sale(
    sesion: Session, *, perfiles: Collection[int] | None, ahora: datetime, zona: ZoneInfo
) -> tuple[list[Dia], int]:
    """Por día y hora, hasta mañana a medianoche; y cuántos renglones más hay que no se enseñan."""
    filas = _filas(
        sesion,
        perfiles,
        col(Entrega.no_antes_de),
        (
            col(Entrega.no_antes_de) >= ahora - timedelta(hours=12),
            col(Entrega.no_antes_de) < comienzo(ahora.astimezone(zona).date() + timedelta(days=2), zona),
            col(Entrega.estado).in_(POR_SALIR),
        ),
        al_reves=False,
    )
    renglones = _renglones(sesion, [Suya(*f) for f in filas])
    dias = groupby(renglones[:RENGLONES], key=lambda r: r.en.astimezone(zona).date())
    return [Dia(dia, tuple(suyos)) for dia, suyos in dias], max(len(renglones) - RENGLONES, 0)


def lo_que_salio(sesion: Session, *, perfiles: Collection[int] | None, ahora: datetime) -> tuple[list[Renglon], int]:
    """Lo último primero, con lo que la gente ha hecho con ello; y cuántos renglones más hay."""
    filas = _filas(
        sesion,
        perfiles,
        col(Entrega.publicada_en),
        (text("entrega.estado = 'publicada'"), col(Entrega.publicada_en) >= ahora - timedelta(days=1)),
        al_reves=True,
    )
    suyas = [Suya(*f) for f in filas]
    numeros = _numeros(sesion, [s.id for s in suyas])
    renglones = _renglones(sesion, [s._replace(numero=numeros.get(s.id)) for s in suyas], por_minuto=False)
    return renglones[:RENGLONES], max(len(renglones) - RENGLONES, 0)


def _filas(
    sesion: Session, perfiles: Collection[int] | None, cuando: Any, condiciones: Sequence[Any], *, al_reves: bool
) -> Sequence[Any]:
    orden = (
        select(
            col(Entrega.id),
            col(Entrega.publicacion_id),
            col(Entrega.perfil_id),
            col(Entrega.estado),
            cuando,
            col(Entrega.url),
        )
        .where(*condiciones, col(Entrega.parte) == 0)
        .order_by(cuando.desc() if al_reves else cuando, col(Entrega.id))
        .limit(ENTREGAS_MAXIMAS)
    )
    if perfiles is not None:
        # El «+ 0» aparta a SQLite del índice por perfil: el de la hora trae sólo lo de estos días.
        orden = orden.where((col(Entrega.perfil_id) + 0).in_(perfiles))
    return sesion.execute(orden).all()


def _renglones(sesion: Session, suyas: Sequence[Suya], *, por_minuto: bool = True) -> list[Renglon]:
    """Juntas las de una publicación; si van a horas distintas, cada hora en su renglón."""
    grupos: dict[tuple[int, datetime | None], list[Suya]] = {}
    for s in suyas:
        minuto = s.en.replace(second=0, microsecond=0) if por_minuto else None
        grupos.setdefault((s.publicacion_id, minuto), []).append(s)
    rotulos = _rotulos(sesion, {s.publicacion_id for s in suyas})
    hechos = []
    for (publicacion_id, _minuto), juntas in grupos.items():
        texto, medio_id, tipo = rotulos[publicacion_id]
        hechos.append(
            Renglon(
                publicacion_id=publicacion_id,
                en=juntas[0].en,
                texto=" ".join(texto.split()),
                medio_id=medio_id if tipo in ("imagen", "video") else None,
                es_video=tipo == "video",
                suyas=tuple(sorted(juntas, key=lambda s: s.perfil_id)),
            )
        )
    return hechos


def _rotulos(sesion: Session, publicaciones: Collection[int]) -> Mapping[int, tuple[str, int | None, str | None]]:
    orden = (
        select(
            col(Publicacion.id),
            func.substr(col(Publicacion.texto), 1, _PALABRAS),
            col(Medio.id),
            col(Medio.tipo),
        )
        .outerjoin(
            MedioDePublicacion,
            (col(MedioDePublicacion.publicacion_id) == col(Publicacion.id)) & (col(MedioDePublicacion.orden) == 0),
        )
        .outerjoin(Medio, col(Medio.id) == col(MedioDePublicacion.medio_id))
        .where(col(Publicacion.id).in_(publicaciones))
    )
    return {fila[0]: (fila[1], fila[2], fila[3]) for fila in sesion.execute(orden)}


def _numeros(sesion: Session, entregas: Collection[int]) -> Mapping[int, int]:
    """Lo último que dijo la red de cada una, sumado. Las que no ha dicho no aparecen."""
    if not entregas:
        return {}
    ultima = (
        select(
            col(Medicion.vista_id).label("vista_id"),
            col(Medicion.metrica).label("metrica"),
            func.max(col(Medicion.medida_en)).label("medida_en"),
            col(Vista.entrega_id).label("entrega_id"),
        )
        .join(Vista, col(Vista.id) == col(Medicion.vista_id))
        .where(col(Vista.entrega_id).in_(entregas), col(Medicion.metrica).in_(_QUE_CUENTA))
        .group_by(col(Medicion.vista_id), col(Medicion.metrica), col(Vista.entrega_id))
        .subquery()
    )
    orden = (
        select(ultima.c.entrega_id, func.sum(col(Medicion.valor)))
        .join(
            Medicion,
            (col(Medicion.vista_id) == ultima.c.vista_id)
            & (col(Medicion.metrica) == ultima.c.metrica)
            & (col(Medicion.medida_en) == ultima.c.medida_en),
        )
        .group_by(ultima.c.entrega_id)
    )
    return {entrega: int(suma) for entrega, suma in sesion.execute(orden)}
