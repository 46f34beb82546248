"""Lo que hay en un tramo del calendario. Pocas columnas y ningún objeto: puede haber miles."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Integer, Text, bindparam, cast, func, literal_column, select
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


_COLUMNAS = (
    col(Entrega.id),
    col(Entrega.publicacion_id),
    col(Entrega.perfil_id),
    col(Entrega.estado),
    col(Entrega.no_antes_de),
    col(Entrega.huella),
)
_HORA = func.substr(cast(col(Entrega.no_antes_de), Text), literal_column("1"), literal_column("13"))
"""«2026-11-23 15», en UTC: las horas de la oficina empiezan con las de UTC en todo México."""


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


class Consulta:
    """Las mismas condiciones para muchos tramos: armarlas cuesta más que ejecutarlas.

    Con miles al mes no se leen todas: se cuentan, y se leen las primeras de cada hora que hace falta.
    """

    def __init__(self, sesion: Session, filtros: Filtros, perfiles: Collection[int] | None) -> None:
        """perfiles: los ids de los que se ven; None, de todos."""
        self._conexion = sesion.connection()
        self._donde = _condiciones(filtros, perfiles)
        self._de_su_publicacion = _de_texto(filtros) if filtros.etiqueta or filtros.campana else []
        self._filas = (
            self._limitar(select(*_COLUMNAS))
            .order_by(col(Entrega.no_antes_de), col(Entrega.publicacion_id), col(Entrega.id))
            .limit(bindparam("limite", type_=Integer))
            .offset(bindparam("salto", type_=Integer))
        )

    def filas(self, desde: datetime, hasta: datetime, *, limite: int, salto: int = 0) -> list[Fila]:
        """Por hora."""
        entre = {"desde": desde, "hasta": hasta, "limite": limite, "salto": salto}
        return [Fila(*fila) for fila in self._conexion.execute(self._filas, entre)]

    def cuantas_por_hora(self, desde: datetime, hasta: datetime) -> dict[datetime, int]:
        """Cuántas publicaciones hay en cada hora (su principio, en UTC) que tenga alguna."""
        orden = self._limitar(select(_HORA, func.count(func.distinct(col(Entrega.publicacion_id))))).group_by(_HORA)
        contadas = self._conexion.execute(orden, {"desde": desde, "hasta": hasta})
        return {datetime.fromisoformat(f"{hora}:00:00+00:00"): cuantas for hora, cuantas in contadas}

    def primeras_de_cada_hora(
        self, desde: datetime, hasta: datetime, *, cuantas: int, horas: Collection[datetime] | None = None
    ) -> list[Fila]:
        """Las de las primeras publicaciones de cada hora, por hora. horas: sólo de ésas (su principio, en UTC)."""
        por_hora = (col(Entrega.no_antes_de), col(Entrega.publicacion_id))
        lugar = func.dense_rank().over(partition_by=_HORA, order_by=por_hora)
        suyas = self._limitar(select(*_COLUMNAS, lugar.label("lugar")))
        if horas is not None:
            suyas = suyas.where(_HORA.in_([f"{hora:%Y-%m-%d %H}" for hora in horas]))
        todas = suyas.subquery()
        orden = (
            select(*list(todas.c)[: len(_COLUMNAS)])
            .where(todas.c.lugar <= cuantas)
            .order_by(todas.c.no_antes_de, todas.c.publicacion_id, todas.c.id)
        )
        return [Fila(*fila) for fila in self._conexion.execute(orden, {"desde": desde, "hasta": hasta})]

    def _limitar(self, orden: Any) -> Any:
        if self._de_su_publicacion:
            orden = orden.join(Publicacion, col(Publicacion.id) == col(Entrega.publicacion_id))
        return orden.where(*self._donde, *self._de_su_publicacion)


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
