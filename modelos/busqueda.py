"""Buscar palabras en los índices de texto que puso la migración: FTS5 en SQLite, `tsvector` en PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import TextClause, text
from sqlmodel import Session

from modelos.entrega import Entrega
from modelos.publicacion import Medio

_SIN_ACENTOS = (
    "regexp_replace(translate(lower(entrega.texto), 'áàâäãåéèêëíìîïóòôöõúùûüñç', 'aaaaaaeeeeiiiiooooouuuunc'), "
    "'[^a-z0-9]+', ' ', 'g')"
)
"""La del índice de la migración, letra por letra: si no, PostgreSQL no lo usa."""

_INDICES = {
    Medio: ("medio", "to_tsvector('simple', medio.buscable)"),
    Entrega: ("entrega", f"to_tsvector('simple', {_SIN_ACENTOS})"),
}


@dataclass(frozen=True, slots=True)
class Termino:
    """Unas palabras seguidas, ya sin acentos ni signos. comienzo: la última puede estar a medio escribir."""

    palabras: tuple[str, ...]
    comienzo: bool = True


def con_palabras(sesion: Session, clase: type[Medio] | type[Entrega], terminos: Sequence[Termino]) -> TextClause:
    """La condición de que esa fila tenga todos los términos. Las palabras son sólo letras y cifras (`palabras.de`)."""
    tabla, vector = _INDICES[clase]
    if sesion.get_bind().dialect.name == "sqlite":
        orden = text(f"{tabla}.id IN (SELECT rowid FROM {tabla}_fts WHERE {tabla}_fts MATCH :buscado)")  # noqa: S608 # constantes
        return orden.bindparams(buscado=" AND ".join(map(_fts5, terminos)))
    orden = text(f"{vector} @@ to_tsquery('simple', :buscado)")
    return orden.bindparams(buscado=" & ".join(map(_tsquery, terminos)))


def _fts5(termino: Termino) -> str:
    return f'"{" ".join(termino.palabras)}"' + ("*" if termino.comienzo else "")


def _tsquery(termino: Termino) -> str:
    return f"({' <-> '.join(termino.palabras)}{':*' if termino.comienzo else ''})"
