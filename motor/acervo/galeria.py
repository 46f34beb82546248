"""Hallar medios en el acervo: por palabras, por lo que dice su ficha, y por si se usaron. Sólo lee."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, and_, cast, exists, func, or_, select
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col

from modelos import Entrega, Medio, MedioDePublicacion, Perfil, Publicacion
from modelos.busqueda import con_palabras
from motor.acervo import palabras
from motor.acervo.alcance import a_la_vista
from motor.usuarios.permisos import Accion, Permisos

POR_PAGINA = 60
CUENTA_MAXIMA = 2000
POR_VENCER = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtros:
    """uso: «usado», «sin usar» o vacío. derechos: «por vencer», «vencidos» o vacío. archivados: sólo los quitados de la
    vista. sin_audio: para elegir qué se publica.
    """

    q: str = ""
    tipo: str = ""
    ano: str = ""
    evento: str = ""
    lugar: str = ""
    persona: str = ""
    etiqueta: str = ""
    uso: str = ""
    derechos: str = ""
    archivados: bool = False
    sin_audio: bool = False


@dataclass(frozen=True, slots=True)
class Renglon:
    """Lo que se enseña de un medio en una galería."""

    id: int
    nombre: str
    tipo: str
    descripcion: str
    evento: str
    tomado: str
    ancho: int
    alto: int
    duracion_s: float | None
    vence_en: datetime | None
    creado_en: datetime

    @property
    def rotulo(self) -> str:
        """Lo que dice de él a quien no lo ve."""
        return self.descripcion or self.evento or self.nombre

    @property
    def dura(self) -> str:
        """«1:05»; vacío si no dura."""
        segundos = round(self.duracion_s or 0)
        return f"{segundos // 60}:{segundos % 60:02d}" if segundos else ""


_COLUMNAS = tuple(getattr(Medio, nombre) for nombre in Renglon.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Pagina:
    """sigue: el `antes` con que se pide la página siguiente; 0 si no hay. cuantos: a lo más `CUENTA_MAXIMA`."""

    renglones: list[Renglon]
    sigue: int
    cuantos: int = 0


def pagina(
    sesion: Session, filtros: Filtros, *, permisos: Permisos, ahora: datetime, antes: int = 0, limite: int = POR_PAGINA
) -> Pagina:
    """Los más nuevos primero. antes: el id del último que ya se enseñó."""
    condiciones = list(_condiciones(sesion, filtros, permisos, ahora))
    orden = select(*_COLUMNAS).where(*condiciones, *([col(Medio.id) < antes] if antes else []))
    filas = [Renglon(*fila) for fila in sesion.execute(orden.order_by(col(Medio.id).desc()).limit(limite + 1))]
    hallados = select(col(Medio.id)).where(*condiciones).limit(CUENTA_MAXIMA).subquery()
    cuantos = sesion.scalar(select(func.count()).select_from(hallados)) or 0
    return Pagina(filas[:limite], filas[limite - 1].id if len(filas) > limite else 0, cuantos)


def ids_de(sesion: Session, filtros: Filtros, *, permisos: Permisos, ahora: datetime, limite: int) -> list[int]:
    """Los ids de todo lo que cumple unos filtros, hasta un límite."""
    orden = select(col(Medio.id)).where(*_condiciones(sesion, filtros, permisos, ahora))
    return list(sesion.scalars(orden.order_by(col(Medio.id).desc()).limit(limite)))


def por_ids(sesion: Session, ids: list[int], *, permisos: Permisos) -> list[Renglon]:
    """Los que se pueden ver de esos, en ese orden."""
    orden = select(*_COLUMNAS).where(col(Medio.id).in_(ids), a_la_vista(permisos))
    hallados = {fila[0]: Renglon(*fila) for fila in sesion.execute(orden)}
    return [hallados[id_] for id_ in ids if id_ in hallados]


def _condiciones(sesion: Session, f: Filtros, permisos: Permisos, ahora: datetime) -> Iterator[Any]:
    yield a_la_vista(permisos)
    yield col(Medio.archivado_en).is_not(None) if f.archivados else col(Medio.archivado_en).is_(None)
    if terminos := palabras.de(f.q):
        yield con_palabras(sesion, Medio, terminos)
    if f.tipo:
        yield col(Medio.tipo) == f.tipo
    if f.sin_audio:
        yield col(Medio.tipo) != "audio"
    if f.ano.isdecimal():
        yield _del_ano(int(f.ano), ahora)
    for columna, dicho in ((Medio.evento, f.evento), (Medio.lugar, f.lugar)):
        if dicho:
            yield col(columna) == dicho
    for en_lista, dicho in ((Medio.personas, f.persona), (Medio.etiquetas, f.etiqueta)):
        if dicho:
            yield cast(col(en_lista), Text).contains(json.dumps(dicho), autoescape=True)
    if f.uso:
        usado = exists().where(col(MedioDePublicacion.medio_id) == col(Medio.id))
        yield usado if f.uso == "usado" else ~usado
    if f.derechos:
        yield _de_derechos(f.derechos, ahora)


def _del_ano(ano: int, ahora: datetime) -> ColumnElement[bool]:
    """El de cuando se tomó o, si no se sabe, el de cuando llegó."""
    if not 1800 < ano < 2200:
        return col(Medio.id) < 0
    principio = ahora.replace(year=ano, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    llego = and_(
        col(Medio.tomado) == "",
        col(Medio.creado_en) >= principio,
        col(Medio.creado_en) < principio.replace(year=ano + 1),
    )
    return or_(col(Medio.tomado).startswith(str(ano)), llego)


def _de_derechos(cuales: str, ahora: datetime) -> ColumnElement[bool]:
    if cuales == "vencidos":
        return and_(col(Medio.vence_en).is_not(None), col(Medio.vence_en) <= ahora)
    return and_(
        col(Medio.vence_en).is_not(None), col(Medio.vence_en) > ahora, col(Medio.vence_en) <= ahora + POR_VENCER
    )


# ── lo que se ofrece en los filtros ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sugerencias:
    """Lo que se ha escrito en las fichas recientes, lo más repetido primero; sólo de lo que es de la oficina."""

    eventos: list[str] = field(default_factory=list)
    lugares: list[str] = field(default_factory=list)
    personas: list[str] = field(default_factory=list)
    etiquetas: list[str] = field(default_factory=list)


SUGERIDAS = 100
RECIENTES = 4000
"""De cuántos medios se sacan: de todos, con 50 000, costaría más que la página."""
_VALEN_S = 120.0
_recordadas: dict[str, tuple[float, Sugerencias]] = {}


def sugerencias(sesion: Session) -> Sugerencias:
    """Se recuerdan dos minutos."""
    llave = str(sesion.get_bind().engine.url)
    guardadas = _recordadas.get(llave)
    if guardadas is None or time.monotonic() - guardadas[0] > _VALEN_S:
        nuevas = Sugerencias(
            _repetidos(sesion, col(Medio.evento)),
            _repetidos(sesion, col(Medio.lugar)),
            _en_listas(sesion, col(Medio.personas)),
            _en_listas(sesion, col(Medio.etiquetas)),
        )
        guardadas = _recordadas[llave] = (time.monotonic(), nuevas)
    return guardadas[1]


def olvidar_sugerencias() -> None:
    """Tras escribir una ficha: lo recién puesto debe ofrecerse en la siguiente."""
    _recordadas.clear()


def _recientes(sesion: Session) -> tuple[ColumnElement[bool], ...]:
    ultimo = sesion.scalar(select(func.max(col(Medio.id)))) or 0
    return col(Medio.id) > ultimo - RECIENTES, col(Medio.subido_por) != ""


def _repetidos(sesion: Session, columna: Any) -> list[str]:
    orden = select(columna).where(columna != "", *_recientes(sesion)).group_by(columna)
    return list(sesion.scalars(orden.order_by(func.count().desc(), columna).limit(SUGERIDAS)))


def _en_listas(sesion: Session, columna: Any) -> list[str]:
    listas = cast(columna, Text)
    orden = select(listas, func.count()).where(listas != "[]", *_recientes(sesion)).group_by(listas)
    cuentas: Counter[str] = Counter()
    for escrita, veces in sesion.execute(orden):
        for una in json.loads(escrita):
            cuentas[una] += veces
    return [una for una, _ in cuentas.most_common(SUGERIDAS)]


# ── dónde se usó ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Uso:
    """Una entrega que lo lleva."""

    publicacion_id: int
    perfil: str
    red: str
    estado: str
    en: datetime
    url: str
    texto: str


def usos(sesion: Session, medio_id: int, *, permisos: Permisos, limite: int = 100) -> list[Uso]:
    """Dónde se publicó o está por publicarse, en los perfiles que esa persona ve; lo último primero."""
    perfiles = permisos.perfiles(Accion.VER)
    en = func.coalesce(col(Entrega.publicada_en), col(Entrega.no_antes_de))
    orden = (
        select(
            col(Publicacion.id),
            col(Perfil.nombre),
            col(Perfil.red),
            col(Entrega.estado),
            en,
            col(Entrega.url),
            col(Entrega.texto),
        )
        .join(MedioDePublicacion, col(MedioDePublicacion.publicacion_id) == col(Publicacion.id))
        .join(Entrega, col(Entrega.publicacion_id) == col(Publicacion.id))
        .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
        .where(col(MedioDePublicacion.medio_id) == medio_id, col(Entrega.parte) == 0)
    )
    if perfiles is not None:
        orden = orden.where(col(Entrega.perfil_id).in_(perfiles))
    filas = sesion.execute(orden.order_by(en.desc(), col(Entrega.id).desc()).limit(limite))
    return [
        Uso(pub, perfil, red, estado.value, cuando, url, texto[:140])
        for pub, perfil, red, estado, cuando, url, texto in filas
    ]
