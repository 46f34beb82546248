"""Las consultas de aprender: qué publicó un perfil y qué números tuvo. Ninguna escribe."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, col

from modelos import Entrega, Medicion, Publicacion, Vista
from modelos.base import FechaUTC
from motor.escucha.almacen.granel import entre
from motor.horarios.aprendizaje.respuesta import Numeros


class _Despues(FunctionElement[datetime]):
    """Un instante de la base y unos segundos más: `_Despues(columna, segundos)`."""

    type = FechaUTC()
    name = "despues"
    inherit_cache = True


@compiles(_Despues, "sqlite")
def _en_sqlite(elemento: _Despues, compilador: SQLCompiler, **opciones: Any) -> str:
    """Con la forma en que SQLAlchemy guarda los instantes: se comparan como texto."""
    instante, segundos = (compilador.process(c, **opciones) for c in elemento.clauses)
    return f"strftime('%Y-%m-%d %H:%M:%f000', {instante}, {segundos} || ' seconds')"


@compiles(_Despues, "postgresql")
def _en_postgresql(elemento: _Despues, compilador: SQLCompiler, **opciones: Any) -> str:
    instante, segundos = (compilador.process(c, **opciones) for c in elemento.clauses)
    return f"({instante} + make_interval(secs => {segundos}))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fila:
    """Una publicación de un perfil; lo de su entrega, si la publicó Pregonero."""

    id: int
    publicada_en: datetime
    texto: str
    tipo: str
    promocionada: bool
    borrada_en: datetime | None
    parte: int
    enlace: str
    pedido: str
    etiquetas: Sequence[str]


@dataclass(frozen=True, slots=True)
class Lectura:
    """Los números de una vez que se preguntó por una publicación."""

    vista_id: int
    medida_en: datetime
    numeros: Numeros


def publicaciones(sesion: Session, perfil_id: int, *, desde: datetime, hasta: datetime) -> list[Fila]:
    """Las que se conocían en `hasta`, de la más vieja a la más nueva."""
    de_vista = (Vista.id, Vista.publicada_en, Vista.texto, Vista.tipo, Vista.promocionada, Vista.borrada_en)
    de_entrega = (Entrega.borrada_en, Entrega.parte, Publicacion.enlace, Publicacion.tipo, Publicacion.etiquetas)
    orden = (
        select(*map(col, (*de_vista, *de_entrega)))
        .outerjoin(Entrega, col(Entrega.id) == col(Vista.entrega_id))
        .outerjoin(Publicacion, col(Publicacion.id) == col(Entrega.publicacion_id))
        .where(
            col(Vista.perfil_id) == perfil_id,
            col(Vista.publicada_en) > desde,
            col(Vista.publicada_en) <= hasta,
            col(Vista.vista_en) <= hasta,
        )
    )
    return sorted((_fila(f, hasta) for f in sesion.execute(orden)), key=lambda f: (f.publicada_en, f.id))


def _fila(fila: Row[Any], hasta: datetime) -> Fila:
    """El borrado que todavía no había ocurrido no se sabe."""
    vista_id, publicada_en, texto, tipo, promocionada, borrada, borrada_aqui, parte, enlace, pedido, etiquetas = tuple(
        fila
    )
    borradas = [b for b in (borrada, borrada_aqui) if b is not None and b <= hasta]
    return Fila(
        id=vista_id,
        publicada_en=publicada_en,
        texto=texto,
        tipo=tipo,
        promocionada=promocionada,
        borrada_en=min(borradas, default=None),
        parte=parte or 0,
        enlace=enlace or "",
        pedido=pedido or "",
        etiquetas=etiquetas or (),
    )


def lecturas_a_su_hora(
    sesion: Session,
    perfil_id: int,
    metricas: Sequence[str],
    *,
    edad: timedelta,
    puntual: timedelta,
    desde: datetime,
    hasta: datetime,
) -> list[Lectura]:
    """Las hechas a cierta edad de cada publicación, o poco después: con una basta, y son la doceava parte de todas."""
    publicada_en = col(Vista.publicada_en)
    orden = (
        _numeros(metricas)
        .join(Vista, col(Vista.id) == col(Medicion.vista_id))
        .where(
            col(Vista.perfil_id) == perfil_id,
            publicada_en > desde,
            # Un segundo antes: la hora de publicar se recorta a milésimas al sumarle.
            col(Medicion.medida_en) >= _Despues(publicada_en, int(edad.total_seconds()) - 1),
            col(Medicion.medida_en) <= _Despues(publicada_en, int((edad + puntual).total_seconds())),
            col(Medicion.medida_en) <= hasta,
        )
    )
    return _leidas(sesion, orden, metricas)


def lecturas_de(
    sesion: Session, vista_ids: Collection[int], metricas: Sequence[str], *, hasta: datetime
) -> list[Lectura]:
    """Todas las de unas publicaciones."""
    if not vista_ids:
        return []
    orden = _numeros(metricas).where(
        entre(sesion.connection(), col(Medicion.vista_id), vista_ids), col(Medicion.medida_en) <= hasta
    )
    return _leidas(sesion, orden, metricas)


def _numeros(metricas: Sequence[str]) -> Any:
    """Una fila por lectura, con una columna por métrica: menos filas que traer."""
    columnas = [func.max(case((col(Medicion.metrica) == m, col(Medicion.valor)))) for m in metricas]
    de_cual = (col(Medicion.vista_id), col(Medicion.lectura_id), col(Medicion.medida_en))
    return select(*de_cual, *columnas).where(col(Medicion.metrica).in_(metricas)).group_by(*de_cual)


def _leidas(sesion: Session, orden: Any, metricas: Sequence[str]) -> list[Lectura]:
    """De la más vieja a la más nueva."""
    filas = sorted(sesion.execute(orden).all(), key=lambda f: (f[2], f[1]))
    return [
        Lectura(vista_id, medida_en, {m: v for m, v in zip(metricas, valores, strict=True) if v is not None})
        for vista_id, _, medida_en, *valores in filas
    ]
