"""Llevarse lo publicado: cada publicación entera, leída de la base según se va escribiendo el paquete."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Entrega, Medio, MedioDePublicacion
from motor.acervo.nombres import nombre_seguro
from motor.entorno import Entorno
from motor.escucha.entorno import EntornoDeEscucha
from motor.hemeroteca.lista import Filtros, condiciones_de
from motor.hemeroteca.pieza import Pieza, Respuesta, identificadores, pieza, respuestas
from motor.paquete import renglones_csv

MAXIMO = 2000

CABECERA = ("salió", "red", "perfil", "título", "texto", "enlace", "dirección", "identificador", "ya no está desde")


@dataclass(frozen=True, slots=True)
class Seleccion:
    """Las entregas que se llevan, sus archivos por su nombre dentro, y cuánto pesan."""

    entregas: tuple[int, ...]
    medios: tuple[tuple[str, str], ...]
    peso_bytes: int


def seleccion(sesion: Session, entorno: Entorno, filtros: Filtros, *, perfiles: Collection[int] | None) -> Seleccion:
    condiciones = list(condiciones_de(sesion, filtros, perfiles, entorno.reglas.zona))
    orden = (
        select(col(Entrega.id)).where(*condiciones).order_by(col(Entrega.publicada_en).desc(), col(Entrega.id).desc())
    )
    suyas = orden.limit(MAXIMO).subquery()
    medios = (
        select(col(Medio.id), col(Medio.nombre), col(Medio.ruta), col(Medio.peso_bytes))
        .join(MedioDePublicacion, col(MedioDePublicacion.medio_id) == col(Medio.id))
        .join(Entrega, col(Entrega.publicacion_id) == col(MedioDePublicacion.publicacion_id))
        .where(col(Entrega.id).in_(select(suyas.c.id)))
        .distinct()
        .order_by(col(Medio.id))
    )
    filas = sesion.execute(medios).all()
    return Seleccion(
        entregas=tuple(sesion.scalars(orden.limit(MAXIMO))),
        medios=tuple((dentro(id_, nombre, ruta), ruta) for id_, nombre, ruta, _ in filas),
        peso_bytes=sum(peso for *_, peso in filas),
    )


def dentro(medio_id: int, nombre: str, ruta: str) -> str:
    """Cómo se llama dentro del paquete: con su número delante, que dos fotos se llaman igual muchas veces."""
    return f"medios/{medio_id:06d} {nombre_seguro(nombre, extension=Path(ruta).suffix)}"


def enteras(
    entorno: Entorno, escucha: EntornoDeEscucha, entregas: Collection[int]
) -> Iterator[tuple[Pieza, list[Respuesta]]]:
    """Cada una con lo que le contestaron, de una en una: no caben todas en la memoria."""
    for entrega_id in entregas:
        with entorno.base.leer() as sesion:
            hallada = pieza(sesion, entrega_id)
            if hallada is None:
                continue
            suyos = identificadores(sesion, [e.id for e in hallada.partes])
        with escucha.base.leer() as sesion:
            dichas = respuestas(sesion, hallada.perfil.red, suyos)
        yield hallada, dichas


def indice_csv(entorno: Entorno, entregas: Collection[int]) -> Iterator[str]:
    return renglones_csv(CABECERA, _filas(entorno, entregas))


def _filas(entorno: Entorno, entregas: Collection[int]) -> Iterator[tuple[object, ...]]:
    zona = entorno.reglas.zona
    for entrega_id in entregas:
        with entorno.base.leer() as sesion:
            p = pieza(sesion, entrega_id)
        if p is None or p.entrega.publicada_en is None:
            continue
        yield (
            f"{p.entrega.publicada_en.astimezone(zona):%Y-%m-%d %H:%M:%S}",
            entorno.capacidades_de(p.perfil.red).nombre,
            p.perfil.nombre,
            p.publicacion.titulo,
            "\n\n".join(e.texto for e in p.partes),
            p.publicacion.enlace,
            p.entrega.url,
            p.entrega.id_externo,
            f"{p.borrada_en.astimezone(zona):%Y-%m-%d %H:%M}" if p.borrada_en else "",
        )
