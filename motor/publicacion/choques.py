"""Lo que estorba a una hora: otra publicación demasiado cerca, un cupo lleno, lo mismo dos veces, un vencimiento.

Casi nada de esto impide publicar: el despacho espacia lo que se amontona. Se dice antes, y lo decide una persona.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from conectores.contrato import Cupo
from modelos import Entrega, Estado, Perfil
from modelos.consultas import instantes_ocupados
from motor.acervo.derechos import SinDerechos, exigir_en
from motor.entorno import Entorno
from motor.legible import instante_legible, retraso_legible
from motor.publicacion.turnos import cupos_de, separacion_de

REPETIDO = timedelta(days=7)
"""Lo mismo en un perfil, con menos tiempo que éste entre las dos, parece un descuido."""

_NO_SALDRAN = (Estado.CANCELADA, Estado.VENCIDA, Estado.FALLIDA)


class Choque(StrEnum):
    CERCA = "cerca"  # otra del mismo perfil, a menos de su separación
    REPETIDA = "repetida"  # lo mismo en el mismo perfil


@dataclass(frozen=True, slots=True)
class Puesta:
    """Lo que hace falta saber de una entrega con hora para ver si choca. en: segundos UTC. pendiente: todavía se puede
    arreglar.
    """

    entrega_id: int
    publicacion_id: int
    perfil_id: int
    en: float
    huella: str
    pendiente: bool


def choques_entre(puestas: Iterable[Puesta], separaciones: Mapping[int, timedelta]) -> dict[int, Choque]:
    """Lo pendiente que choca con algo de otra publicación, por el id de la entrega. Pura.

    puestas: en orden de hora. separaciones: por el id del perfil.
    """
    hallados: dict[int, Choque] = {}
    anteriores: dict[int, Puesta] = {}
    vistas: dict[tuple[int, str], Puesta] = {}
    for esta in puestas:
        igual, previa = vistas.get((esta.perfil_id, esta.huella)), anteriores.get(esta.perfil_id)
        vistas[esta.perfil_id, esta.huella] = anteriores[esta.perfil_id] = esta
        if igual is not None and _chocan(igual, esta, REPETIDO):
            _senalar(hallados, (igual, esta), Choque.REPETIDA)
        if previa is not None and _chocan(previa, esta, separaciones[esta.perfil_id]):
            _senalar(hallados, (previa, esta), Choque.CERCA)
    return hallados


def _chocan(una: Puesta, otra: Puesta, alcance: timedelta) -> bool:
    return una.publicacion_id != otra.publicacion_id and otra.en - una.en < alcance.total_seconds()


def _senalar(hallados: dict[int, Choque], puestas: tuple[Puesta, Puesta], choque: Choque) -> None:
    hallados.update({p.entrega_id: choque for p in puestas if p.pendiente})


def estorbos(sesion: Session, entorno: Entorno, entrega: Entrega, perfil: Perfil, en: datetime) -> list[str]:
    """Lo que conviene saber antes de dar esa hora a esa entrega; vacía si nada estorba."""
    return [
        *_de_vencimiento(entorno, entrega, en),
        *_de_derechos(sesion, entorno, entrega, en),
        *_de_separacion(sesion, entorno, entrega, perfil, en),
        *_de_cupo(sesion, entorno, entrega, perfil, en),
        *_de_repeticion(sesion, entorno, entrega, perfil, en),
    ]


def _de_vencimiento(entorno: Entorno, entrega: Entrega, en: datetime) -> Iterator[str]:
    if entrega.vence_en is not None and entrega.vence_en <= en:
        cuando = instante_legible(entrega.vence_en, entorno.reglas.zona)
        yield f"Vence el {cuando}, antes de esa hora: si la mueve, se le quita el vencimiento."


def _de_derechos(sesion: Session, entorno: Entorno, entrega: Entrega, en: datetime) -> Iterator[str]:
    try:
        exigir_en(sesion, [entrega], sale=en, zona=entorno.reglas.zona)
    except SinDerechos as error:
        yield str(error)


def _de_separacion(sesion: Session, entorno: Entorno, entrega: Entrega, perfil: Perfil, en: datetime) -> Iterator[str]:
    separacion = separacion_de(entorno, perfil)
    cerca = _ocupados(sesion, entrega, en, separacion)
    if otra := next((o for o in cerca if abs(o - en) < separacion), None):
        cuando = instante_legible(otra, entorno.reglas.zona)
        yield (
            f"{perfil.titulo or perfil.nombre} ya tiene otra el {cuando}, y entre dos deja "
            f"{retraso_legible(separacion)}: la segunda esperará."
        )


def _de_cupo(sesion: Session, entorno: Entorno, entrega: Entrega, perfil: Perfil, en: datetime) -> Iterator[str]:
    for cupo in cupos_de(entorno, perfil):
        if _llena(cupo, _ocupados(sesion, entrega, en, cupo.ventana), en):
            yield (
                f"{perfil.titulo or perfil.nombre} admite {_publicaciones(cupo.maximo)} cada "
                f"{retraso_legible(cupo.ventana)} y a esa hora no queda sitio: saldrá cuando lo haya."
            )
            return


def _publicaciones(cuantas: int) -> str:
    return "una publicación" if cuantas == 1 else f"{cuantas} publicaciones"


def _llena(cupo: Cupo, ocupados: Sequence[datetime], en: datetime) -> bool:
    """Si con ésta habría más de las que caben en alguna ventana. Pura."""
    todos = sorted([*ocupados, en])
    return any(
        todos[i + cupo.maximo] - todos[i] < cupo.ventana
        for i in range(len(todos) - cupo.maximo)
        if todos[i] <= en <= todos[i + cupo.maximo]
    )


def _ocupados(sesion: Session, entrega: Entrega, en: datetime, alcance: timedelta) -> list[datetime]:
    suyos = instantes_ocupados(
        sesion, [entrega.perfil_id], desde=en - alcance, hasta=en + alcance, salvo=entrega.publicacion_id
    )
    return sorted(suyos.get(entrega.perfil_id, []))


def _de_repeticion(sesion: Session, entorno: Entorno, entrega: Entrega, perfil: Perfil, en: datetime) -> Iterator[str]:
    orden = (
        select(col(Entrega.no_antes_de))
        .where(
            col(Entrega.no_antes_de).between(en - REPETIDO, en + REPETIDO),
            col(Entrega.perfil_id) == entrega.perfil_id,
            col(Entrega.huella) == entrega.huella,
            col(Entrega.publicacion_id) != entrega.publicacion_id,
            col(Entrega.estado).not_in(_NO_SALDRAN),
        )
        .limit(1)
    )
    if otra := sesion.exec(orden).first():
        cuando = instante_legible(otra, entorno.reglas.zona)
        yield f"{perfil.titulo or perfil.nombre} dice lo mismo el {cuando}."
