"""Lo que hay en un tramo del calendario. Pocas columnas y ningún objeto: puede haber miles."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Integer, Text, bindparam, cast, func, select
from sqlmodel import Session, col

from modelos import Entrega, Estado, Medio, MedioDePublicacion, Perfil, Publicacion
from panel.paginas.calendario.filtros import GRUPOS, Filtros

PRIMERAS_PALABRAS = 140
PLAZO = timedelta(days=7)
"""Lo que pidió la mejor hora se guarda con el principio de su plazo."""


class Fila(NamedTuple):
    """Una entrega (la primera parte, si es un hilo), con lo que hace falta para ponerla en su sitio."""

    id: int
    publicacion_id: int
    perfil_id: int
    estado: Estado
    en: datetime
    huella: str


@dataclass(frozen=True, slots=True)
class Rotulo:
    """Lo que se lee de una publicación en su tarjeta. medio_id: el primero que lleva, si es una imagen o un video."""

    texto: str
    campana: str
    medio_id: int | None = None
    es_video: bool = False


def perfiles_visibles(sesion: Session, permitidos: Collection[int] | None) -> list[Perfil]:
    """permitidos: sus ids; None si puede ver todos."""
    orden = select(Perfil).order_by(col(Perfil.nombre))
    if permitidos is not None:
        orden = orden.where(col(Perfil.id).in_(permitidos))
    return list(sesion.scalars(orden))


@dataclass(frozen=True, slots=True)
class Tramo:
    """Lo que hay entre dos instantes. total: cuántas tarjetas, aunque sólo estén las primeras; None, que son más."""

    filas: Sequence[Fila]
    total: int | None


class Consulta:
    """Las mismas condiciones para muchos tramos: armarlas cuesta más que ejecutarlas.

    Con miles al mes no se leen todas: de cada día, las primeras, y cuántas hay.
    """

    def __init__(self, sesion: Session, filtros: Filtros, perfiles: Collection[int] | None) -> None:
        """perfiles: los ids de los que se ven; None, de todos."""
        self._conexion = sesion.connection()
        donde = _condiciones(filtros, perfiles)
        self._filas = (
            select(
                col(Entrega.id),
                col(Entrega.publicacion_id),
                col(Entrega.perfil_id),
                col(Entrega.estado),
                col(Entrega.no_antes_de),
                col(Entrega.huella),
            )
            .where(*donde)
            .order_by(col(Entrega.no_antes_de), col(Entrega.publicacion_id), col(Entrega.id))
            .limit(bindparam("limite", type_=Integer))
            .offset(bindparam("salto", type_=Integer))
        )
        self._cuantas = select(func.count(func.distinct(col(Entrega.publicacion_id)))).where(*donde)
        if filtros.etiqueta or filtros.campana:
            de_su = col(Publicacion.id) == col(Entrega.publicacion_id)
            self._filas = self._filas.join(Publicacion, de_su).where(*_de_texto(filtros))
            self._cuantas = self._cuantas.join(Publicacion, de_su).where(*_de_texto(filtros))

    def filas(self, desde: datetime, hasta: datetime, *, limite: int, salto: int = 0) -> list[Fila]:
        """Por hora."""
        entre = {"desde": desde, "hasta": hasta, "limite": limite, "salto": salto}
        return [Fila(*fila) for fila in self._conexion.execute(self._filas, entre)]

    def tramo(self, desde: datetime, hasta: datetime, *, limite: int) -> Tramo:
        """limite: de entregas. Lo último puede venir cortado: se piden de más."""
        filas = self.filas(desde, hasta, limite=limite)
        if len(filas) < limite:
            return Tramo(filas, None)
        return Tramo(filas, self._conexion.execute(self._cuantas, {"desde": desde, "hasta": hasta}).scalar_one())


def _condiciones(filtros: Filtros, perfiles: Collection[int] | None) -> list[Any]:
    condiciones = [
        col(Entrega.no_antes_de) >= bindparam("desde"),
        col(Entrega.no_antes_de) < bindparam("hasta"),
        col(Entrega.parte) == 0,
    ]
    if perfiles is not None:
        # El «+ 0» aparta a SQLite del índice por perfil: el de la hora trae sólo lo de estos días.
        condiciones.append((col(Entrega.perfil_id) + 0).in_(perfiles))
    estados = GRUPOS[filtros.estado]
    excluidos = frozenset(Estado) - estados
    condiciones.append(
        col(Entrega.estado).in_(estados) if len(estados) < len(excluidos) else col(Entrega.estado).not_in(excluidos)
    )
    return condiciones


def _de_texto(filtros: Filtros) -> list[Any]:
    condiciones = []
    if filtros.campana:
        condiciones.append(col(Publicacion.campana) == filtros.campana)
    if filtros.etiqueta:
        # La lista se guarda como JSON: se busca tal como quedó escrita.
        escrita = json.dumps(filtros.etiqueta)
        condiciones.append(cast(col(Publicacion.etiquetas), Text).contains(escrita, autoescape=True))
    return condiciones


def rotulos_de(sesion: Session, publicaciones: Collection[int]) -> Mapping[int, Rotulo]:
    """Las primeras palabras y el primer medio de cada una, por su id."""
    if not publicaciones:
        return {}
    orden = (
        select(
            col(Publicacion.id),
            func.substr(col(Publicacion.texto), 1, PRIMERAS_PALABRAS),
            col(Publicacion.campana),
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
    return {
        id_: Rotulo(" ".join(texto.split()), campana, medio if tipo != "audio" else None, tipo == "video")
        for id_, texto, campana, medio, tipo in sesion.execute(orden)
    }


def palabras_entre(
    sesion: Session, *, perfiles: Collection[int] | None, desde: datetime, hasta: datetime
) -> tuple[Sequence[str], Sequence[str]]:
    """Las etiquetas y las campañas de lo que se pidió para esas fechas, para ofrecerlas en los filtros."""
    orden = (
        select(cast(col(Publicacion.etiquetas), Text), col(Publicacion.campana))
        .where(col(Publicacion.programada_en) >= desde - PLAZO, col(Publicacion.programada_en) < hasta)
        .distinct()
        .limit(500)
    )
    if perfiles is not None:
        suya = select(col(Entrega.id)).where(
            col(Entrega.publicacion_id) == col(Publicacion.id), col(Entrega.perfil_id).in_(perfiles)
        )
        orden = orden.where(suya.exists())
    filas = sesion.execute(orden).all()
    etiquetas = {e for escritas in {fila[0] for fila in filas} for e in json.loads(escritas or "[]")}
    return sorted(etiquetas), sorted({campana for _, campana in filas if campana})
