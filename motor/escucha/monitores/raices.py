"""La raíz de una palabra: «baches» y «bache» tienen la misma, y «reportaron» y «reportar» también. Puro.

Es la de Snowball para el español, sobre palabras ya sin acentos (así «inundación» e «inundacion» son la misma). Junta
de más a veces: «puerto» y «puerta», «caso» y «casa». Por eso se pide, y `pregonero monitores probar` enseña qué halló.
"""

import threading
from collections.abc import Sequence

import snowballstemmer  # type: ignore[import-untyped] # no publica anotaciones

_SABIDAS = 50_000
"""Palabras que se recuerdan: unos 7 MB. El habla de un pueblo cabe de sobra, y lo demás son nombres y erratas."""

_snowball = snowballstemmer.stemmer("spanish")
_candado = threading.Lock()  # Snowball guarda la palabra a medias en sí mismo: de una en una


class _Raices(dict[str, str]):
    def __missing__(self, palabra: str) -> str:
        if len(self) >= _SABIDAS:
            self.clear()
        self[palabra] = hallada = _raiz(palabra)
        return hallada


def _raiz(palabra: str) -> str:
    if not palabra.isalpha():  # una etiqueta, una cuenta, un número
        return palabra
    with _candado:
        raiz = str(_snowball.stemWord(palabra))
    return f"{raiz[:-1]}c" if raiz == palabra and raiz.endswith("z") else raiz  # luz, luces


_raices = _Raices()


def raices(linea: str) -> str:
    """La misma línea de `normalizar`, con cada palabra cambiada por su raíz."""
    return f" {' '.join(map(_raices.__getitem__, linea.split()))} "


class Variantes:
    """Unos patrones ya en raíces; cada uno se nombra por su lugar en la lista.

    Aquí un diccionario le gana a otro autómata: las raíces ya se sacan palabra por palabra, y con la más larga de cada
    patrón basta para saber si vale la pena rehacer la línea y buscar la frase entera.
    """

    def __init__(self, patrones: Sequence[str]) -> None:
        self._solas: dict[str, int] = {}
        self._frases: dict[str, list[tuple[str, int]]] = {}
        for numero, patron in enumerate(patrones):
            if " " in patron:
                self._frases.setdefault(max(patron.split(), key=len), []).append((f" {patron} ", numero))
            else:
                self._solas[patron] = numero
        self._esperadas = frozenset(self._solas) | frozenset(self._frases)

    def hallar(self, linea: str) -> list[int]:
        """Los patrones que están en una línea de `normalizar`."""
        if not self._esperadas:
            return []
        presentes = self._esperadas.intersection(map(_raices.__getitem__, linea.split()))
        halladas = [self._solas[raiz] for raiz in presentes if raiz in self._solas]
        if frases := [frase for raiz in presentes for frase in self._frases.get(raiz, ())]:
            entera = raices(linea)
            halladas += [numero for frase, numero in frases if frase in entera]
        return halladas
