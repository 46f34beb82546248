"""Qué se cuenta como respuesta: una sola definición para todas las publicaciones de un perfil. Puro.

Cada red, y cada vía de una red, da unos números y otros no: la suma de lo que haya mediría en una publicación los me
gusta y en otra también los guardados. Se suma lo que tienen casi todas; la que no lo tiene queda sin dato, no en cero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Numeros = Mapping[str, int]
"""Lo que dio la red en una lectura, por métrica; lo que no dio no está."""

_CASI_TODAS = 0.8
_MUESTRA = 1000
_SUMANDOS: Mapping[str, tuple[str, ...]] = {
    "interacciones": ("me_gusta", "comentarios", "compartidos", "guardados"),
    "alcance": ("alcance",),
    "clics": ("clics",),
    "comentarios": ("comentarios",),
}
_EN_SU_LUGAR: Mapping[str, tuple[str, ...]] = {"interacciones": ("interacciones",), "clics": ("clics_totales",)}
"""Lo que la red da ya sumado, o lo más parecido: sólo si así se conocen más publicaciones."""


@dataclass(frozen=True, slots=True)
class Definicion:
    """sumandos: los números que, juntos, son la respuesta."""

    sumandos: tuple[str, ...]

    def de(self, numeros: Numeros) -> int | None:
        """None si falta alguno."""
        if any(s not in numeros for s in self.sumandos):
            return None
        return sum(numeros[s] for s in self.sumandos)


def se_leen(metrica: str) -> tuple[str, ...]:
    """De qué números depende una métrica de `ReglasDePerfil`; ella misma, si no es de las que se arman."""
    return _SUMANDOS.get(metrica, (metrica,)) + _EN_SU_LUGAR.get(metrica, ())


def definir(metrica: str, lecturas: Iterable[Numeros]) -> Definicion:
    """La que deja comparar más publicaciones. lecturas: los números de cada una, una vez."""
    vistas = list(lecturas)
    vistas = vistas[:: max(len(vistas) // _MUESTRA, 1)]  # de muchas, basta una parte
    candidatas = [
        Definicion(_comunes(_SUMANDOS.get(metrica, (metrica,)), vistas)),
        Definicion(_EN_SU_LUGAR.get(metrica, ())),
    ]
    posibles = [c for c in candidatas if c.sumandos]
    return max(posibles, key=lambda c: sum(c.de(v) is not None for v in vistas))  # a iguales, la primera


def _comunes(sumandos: Sequence[str], vistas: Sequence[Numeros]) -> tuple[str, ...]:
    con_alguno = [v for v in vistas if any(s in v for s in sumandos)]
    comunes = tuple(s for s in sumandos if sum(s in v for v in con_alguno) >= _CASI_TODAS * len(con_alguno))
    return comunes or tuple(sumandos[:1])
