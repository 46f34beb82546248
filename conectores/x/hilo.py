"""Partir un texto largo en las partes de un hilo. Puro.

Se corta donde lo haría una persona: entre párrafos, si no entre líneas u oraciones, si no entre palabras; nunca
dentro de un enlace, un emoji, una mención o una etiqueta. Cada parte termina con su número: «(1/3)».
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regex

from conectores.x.capacidades import LARGO_MAXIMO
from conectores.x.largo import buscar_emojis, buscar_enlaces, largo_ponderado

_PARRAFO, _ORACION, _PALABRA, _LETRA = 3, 2, 1, 0

# Un espacio duro existe para no cortar ahí.
_BLANCOS = regex.compile(r"[^\S\u00a0\u202f\u2007]+")
_FIN_DE_ORACION = regex.compile(r"[.!?…][\"'»”’)\]]*$")
_ENTEROS = regex.compile(r"[@#$][\w.]+")


@dataclass(frozen=True, slots=True)
class _Corte:
    """Una parte puede terminar en `fin` y la siguiente empezar en `sigue`; a mayor calidad, mejor lugar."""

    fin: int
    sigue: int
    calidad: int


def partir_texto(texto: str, *, limite: int = LARGO_MAXIMO) -> list[str]:
    """Las partes de un hilo, cada una dentro del límite; una sola y sin número si el texto cabe."""
    texto = unicodedata.normalize("NFC", texto).strip()
    if largo_ponderado(texto) <= limite:
        return [texto]
    cifras = 1
    while True:
        partes = _cortar(texto, limite=limite, sufijo=_numero("9" * cifras, "9" * cifras))
        if len(str(len(partes))) <= cifras:
            return [p + _numero(i, len(partes)) for i, p in enumerate(partes, 1)]
        cifras += 1


def _numero(parte: int | str, total: int | str) -> str:
    return f" ({parte}/{total})"


def _cortar(texto: str, *, limite: int, sufijo: str) -> list[str]:
    cortes, partes, inicio = _cortes(texto), [], 0
    while inicio < len(texto):

        def cabe(corte: _Corte, inicio: int = inicio) -> bool:
            return largo_ponderado(texto[inicio : corte.fin] + sufijo) <= limite

        corte = (
            _mejor(_que_caben([c for c in cortes if c.fin > inicio], cabe), inicio)
            or _ultimo(_que_caben(_entre_letras(texto, inicio), cabe))
            or _ultimo(_que_caben(_en_cualquier_lugar(texto, inicio), cabe))
        )
        if corte is None:
            raise ValueError(f"Nada cabe en {limite}.")
        partes.append(texto[inicio : corte.fin])
        inicio = corte.sigue
    return partes


def _cortes(texto: str) -> list[_Corte]:
    """Los cortes entre palabras, en orden; el último es el final del texto."""
    cortes = [_Corte(m.start(), m.end(), _calidad(texto, m)) for m in _BLANCOS.finditer(texto)]
    return [*cortes, _Corte(len(texto), len(texto), _PARRAFO)]


def _calidad(texto: str, blanco: "regex.Match[str]") -> int:
    saltos = blanco.group().count("\n")
    if saltos > 1:
        return _PARRAFO
    if saltos or _FIN_DE_ORACION.search(texto[max(0, blanco.start() - 8) : blanco.start()]):
        return _ORACION
    return _PALABRA


def _que_caben(cortes: Sequence[_Corte], cabe: Callable[[_Corte], bool]) -> Sequence[_Corte]:
    """Los primeros cortes, hasta el último que cabe. Supone que el peso crece con el texto, y lo comprueba."""
    tope = 32  # pesar un texto entero es lento: se busca primero entre los que están cerca
    while tope < len(cortes) and cabe(cortes[tope - 1]):
        tope *= 2
    cuantos = bisect_left(cortes[:tope], True, key=lambda c: not cabe(c))
    while cuantos and not cabe(cortes[cuantos - 1]):
        cuantos -= 1
    return cortes[:cuantos]


def _mejor(cortes: Sequence[_Corte], inicio: int) -> _Corte | None:
    """El corte de más calidad que no deja la parte a menos de la mitad; entre iguales, el último."""
    if not cortes:
        return None
    mitad = inicio + (cortes[-1].fin - inicio) / 2
    return max((c for c in cortes if c.fin >= mitad), key=lambda c: (c.calidad, c.fin))


def _ultimo(cortes: Sequence[_Corte]) -> _Corte | None:
    return cortes[-1] if cortes else None


def _entre_letras(texto: str, inicio: int) -> list[_Corte]:
    """Dentro de una palabra larguísima: entre letras enteras (grafemas), fuera de lo que no se parte."""
    fin = m.start() if (m := _BLANCOS.search(texto, inicio)) else len(texto)
    enteros = [
        *((a, b) for a, b, _ in buscar_enlaces(texto)),
        *buscar_emojis(texto),
        *(m.span() for m in _ENTEROS.finditer(texto)),
    ]
    prohibidos = {n for a, b in enteros if b > inicio and a < fin for n in range(a + 1, b)}
    letras = [m.end() for m in regex.finditer(r"\X", texto[inicio:fin])]
    return [_Corte(inicio + n, inicio + n, _LETRA) for n in letras if inicio + n not in prohibidos]


def _en_cualquier_lugar(texto: str, inicio: int) -> list[_Corte]:
    """El último recurso: una sola «letra» o una sola etiqueta que no cabe entera."""
    fin = m.start() if (m := _BLANCOS.search(texto, inicio)) else len(texto)
    return [_Corte(n, n, _LETRA) for n in range(inicio + 1, fin + 1)]
