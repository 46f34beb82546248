"""De lo que escribe quien busca a lo que se busca; y de una ficha a las palabras por las que se la halla. Puro."""

import re
from collections.abc import Iterable

from modelos.busqueda import Termino
from motor.letras import sin_acentos

TERMINOS_MAXIMOS = 12
_PALABRA = re.compile(r"[^\W_]+")
_ENTRE_COMILLAS = re.compile(r'["«“]([^"»”]*)["»”]')


def de(buscado: str) -> tuple[Termino, ...]:
    """Todas las palabras deben estar, enteras o por su comienzo; lo que va «entre comillas», seguido y tal cual."""
    frases = [
        Termino(tuple(palabras), comienzo=False) for f in _ENTRE_COMILLAS.findall(buscado) if (palabras := _de(f))
    ]
    sueltas = [Termino((palabra,)) for palabra in _de(_ENTRE_COMILLAS.sub(" ", buscado))]
    return tuple(dict.fromkeys([*frases, *sueltas]))[:TERMINOS_MAXIMOS]


def buscable(partes: Iterable[str]) -> str:
    """Las palabras de esas partes, sin acentos, mayúsculas ni signos."""
    return " ".join(palabra for parte in partes for palabra in _de(parte))


def _de(escrito: str) -> list[str]:
    return _PALABRA.findall(sin_acentos(escrito))
