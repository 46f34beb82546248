"""En qué letras de un mensaje están los términos de un monitor, para marcarlas. Puro.

Lo que decide si cuenta es el vigía, sobre la línea de `normalizar`; aquí sólo se vuelve de esa línea al texto.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from motor.escucha.monitores.definicion import Termino
from motor.escucha.monitores.normalizar import normalizar, partir, plegar_etiqueta
from motor.escucha.monitores.raices import raices

_PEDAZO = re.compile(
    r"(?P<direccion>(?:https?://|\bwww\.)\S+)|(?P<etiqueta>[#＃]\w+)|(?P<cuenta>(?<![\w.])[@＠]\w(?:[\w.\-]*\w)?)|\w+",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Trozo:
    """Un tramo del texto; hallado: si es de un término."""

    texto: str
    hallado: bool = False


@dataclass(frozen=True, slots=True)
class _Palabra:
    """Una palabra como se compara, y de qué letras del texto salió."""

    dicha: str
    desde: int
    hasta: int


def senalar(texto: str, terminos: Iterable[Termino]) -> tuple[Trozo, ...]:
    """El texto en trozos seguidos, con los de algún término señalados."""
    palabras = list(_palabras(texto))
    literales = [p.dicha for p in palabras]
    flexionadas = [raices(f" {d} ").strip() if d and d[0] not in "#@" else d for d in literales]
    marcas = sorted(
        (palabras[n].desde, palabras[n + cuantas - 1].hasta)
        for t in terminos
        for n, cuantas in _donde(t.patron.split(), flexionadas if t.flexion else literales)
    )
    return tuple(_cortado(texto, marcas))


def _palabras(texto: str) -> Iterator[_Palabra]:
    """Una etiqueta es ella entera y también las palabras que la forman, todas en las mismas letras."""
    for hallado in _PEDAZO.finditer(texto):
        dicho, desde, hasta = hallado[0], hallado.start(), hallado.end()
        if hallado["direccion"]:
            yield _Palabra("", desde, hasta)
        elif hallado["etiqueta"]:
            yield _Palabra(f"#{plegar_etiqueta(dicho[1:])}", desde, hasta)
            for parte in normalizar(partir(dicho[1:])).split():
                yield _Palabra(parte, desde, hasta)
        elif hallado["cuenta"]:
            yield _Palabra(f"@{plegar_etiqueta(dicho[1:])}", desde, hasta)
        else:
            for parte in normalizar(dicho).split():
                yield _Palabra(parte, desde, hasta)


def _donde(patron: Sequence[str], palabras: Sequence[str]) -> Iterator[tuple[int, int]]:
    cuantas = len(patron)
    for n in range(len(palabras) - cuantas + 1):
        if palabras[n] == patron[0] and list(palabras[n : n + cuantas]) == list(patron):
            yield n, cuantas


def _cortado(texto: str, marcas: Sequence[tuple[int, int]]) -> Iterator[Trozo]:
    va = 0
    for desde, hasta in _sin_encimar(marcas):
        if desde > va:
            yield Trozo(texto[va:desde])
        yield Trozo(texto[desde:hasta], hallado=True)
        va = hasta
    if va < len(texto):
        yield Trozo(texto[va:])


def _sin_encimar(marcas: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    juntas: list[tuple[int, int]] = []
    for desde, hasta in marcas:
        if juntas and desde <= juntas[-1][1]:
            juntas[-1] = juntas[-1][0], max(hasta, juntas[-1][1])
        else:
            juntas.append((desde, hasta))
    yield from juntas
