"""Todo lo que se guarda de algo publicado: qué se dijo, con qué, dónde quedó, qué le contestaron y sus números."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from conectores.contrato_escucha import METRICAS, Clase
from modelos import Entrega, Estado, Medicion, Medio, Perfil, Publicacion, Vista
from modelos.consultas import entregas_de, medios_de
from modelos.escucha import Mensaje

RESPUESTAS_MAXIMAS = 500
HONDURA = 4
"""Hasta cuántas veces se sigue una conversación: respuestas a respuestas."""


@dataclass(frozen=True, slots=True)
class Numero:
    """El último valor que dio la red."""

    metrica: str
    valor: int
    medida_en: datetime

    @property
    def nombre(self) -> str:
        return METRICAS.get(self.metrica, self.metrica)


@dataclass(frozen=True, slots=True)
class Respuesta:
    """nivel: 0 si contesta a lo publicado, 1 si contesta a eso… texto: vacío si ya se borró o se pidió borrar."""

    id_externo: str
    en_respuesta_a: str
    texto: str
    usuario: str
    nombre: str
    url: str
    publicado_en: datetime
    nivel: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieza:
    """partes: lo que se dijo, entero y en orden (una sola, salvo en un hilo). borrada_en: cuándo dejó de estar allá."""

    entrega: Entrega
    perfil: Perfil
    publicacion: Publicacion
    partes: list[Entrega]
    medios: list[tuple[Medio, str]]
    numeros: list[Numero] = field(default_factory=list)
    borrada_en: datetime | None = None


def pieza(sesion: Session, entrega_id: int) -> Pieza | None:
    """None si no existe o no se publicó."""
    entrega = sesion.get(Entrega, entrega_id)
    if entrega is None or entrega.estado is not Estado.PUBLICADA:
        return None
    partes = [e for e in entregas_de(sesion, entrega.publicacion_id) if e.perfil_id == entrega.perfil_id]
    publicadas = [e for e in partes if e.estado is Estado.PUBLICADA]
    quitada = sesion.scalar(select(func.max(col(Vista.borrada_en))).where(col(Vista.entrega_id) == entrega.id))
    return Pieza(
        entrega=entrega,
        perfil=sesion.get_one(Perfil, entrega.perfil_id),
        publicacion=sesion.get_one(Publicacion, entrega.publicacion_id),
        partes=publicadas,
        medios=medios_de(sesion, entrega.publicacion_id),
        numeros=_numeros(sesion, [e.id for e in publicadas]),
        borrada_en=entrega.borrada_en or quitada,
    )


def _numeros(sesion: Session, entregas: Collection[int]) -> list[Numero]:
    """El último de cada métrica, de la primera parte que la tenga."""
    ultima = (
        select(col(Medicion.vista_id), col(Medicion.metrica), func.max(col(Medicion.medida_en)).label("en"))
        .join(Vista, col(Vista.id) == col(Medicion.vista_id))
        .where(col(Vista.entrega_id).in_(entregas))
        .group_by(col(Medicion.vista_id), col(Medicion.metrica))
        .subquery()
    )
    orden = (
        select(col(Medicion.metrica), col(Medicion.valor), col(Medicion.medida_en))
        .join(
            ultima,
            (ultima.c.vista_id == col(Medicion.vista_id))
            & (ultima.c.metrica == col(Medicion.metrica))
            & (ultima.c.en == col(Medicion.medida_en)),
        )
        .order_by(col(Medicion.vista_id), col(Medicion.id))
    )
    numeros = {fila[0]: Numero(*fila) for fila in reversed(sesion.execute(orden).all())}
    return [numeros[m] for m in METRICAS if m in numeros]


# ── lo que contestaron ───────────────────────────────────────────────────────────────────────────────────────────


def identificadores(sesion: Session, entregas: Collection[int]) -> list[str]:
    """Cómo llama la red a esas entregas: el que dio al publicarlas y el que da al medirlas."""
    suyos = select(col(Entrega.id_externo)).where(col(Entrega.id).in_(entregas), col(Entrega.id_externo).is_not(None))
    vistos = select(col(Vista.id_externo)).where(col(Vista.entrega_id).in_(entregas))
    return sorted({str(i) for orden in (suyos, vistos) for i in sesion.scalars(orden)})


def respuestas(sesion: Session, red: str, a: Collection[str], *, limite: int = RESPUESTAS_MAXIMAS) -> list[Respuesta]:
    """Lo que se contestó en público a esas publicaciones, y a lo contestado, en el orden en que se lee.

    sesion: la de la base de lo que se oye.
    """
    halladas: dict[str, Respuesta] = {}
    buscar = list(a)
    for nivel in range(HONDURA):
        nuevas = [r for r in _directas(sesion, red, buscar, nivel, limite) if r.id_externo not in halladas]
        halladas |= {r.id_externo: r for r in nuevas}
        buscar = [r.id_externo for r in nuevas]
        if not buscar or len(halladas) >= limite:
            break
    return _en_orden(list(halladas.values()))[:limite]


def _directas(sesion: Session, red: str, a: Collection[str], nivel: int, limite: int) -> list[Respuesta]:
    if not a:
        return []
    orden = select(
        col(Mensaje.id_externo),
        col(Mensaje.en_respuesta_a),
        col(Mensaje.texto),
        col(Mensaje.autor_usuario),
        col(Mensaje.autor_nombre),
        col(Mensaje.url),
        col(Mensaje.publicado_en),
    ).where(
        # Con la condición del índice parcial, letra por letra.
        col(Mensaje.en_respuesta_a) != "",
        col(Mensaje.en_respuesta_a).in_(list(a)[:limite]),
        col(Mensaje.red) == red,
        col(Mensaje.clase) != Clase.DIRECTO.value,
    )
    filas = sesion.execute(orden.order_by(col(Mensaje.publicado_en)).limit(limite))
    return [replace(Respuesta(*fila), nivel=nivel) for fila in filas]


def _en_orden(todas: list[Respuesta]) -> list[Respuesta]:
    """Cada una seguida de lo que le contestaron."""
    hijas: dict[str, list[Respuesta]] = {}
    for una in todas:
        hijas.setdefault(una.en_respuesta_a, []).append(una)
    pendientes = [r for r in reversed(todas) if r.nivel == 0]
    en_orden = []
    while pendientes:
        una = pendientes.pop()
        en_orden.append(una)
        pendientes += [h for h in reversed(hijas.get(una.id_externo, [])) if h.nivel == una.nivel + 1]
    return en_orden
