"""La raíz de una palabra: «baches» y «bache» tienen la misma, y «reportaron» y «reportar» también. Puro.

Es la de Snowball para el español, sobre palabras ya sin acentos (así «inundación» e «inundacion» son la misma). Junta
de más a veces: «puerto» y «puerta», «caso» y «casa». Por eso se pide, y `pregonero monitores probar` enseña qué halló.
"""

import threading

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
    return f" {' '.join([_raices[palabra] for palabra in linea.split()])} "
