"""Qué publicación es cada fila de un calendario que vuelve. Puro.

Primero por nuestro id, luego por ser idéntica, lo que queda, por su lugar en la hoja, y al fin, si pide la mejor hora,
por su texto casi igual. Así se puede corregir una
fila, añadir otras en medio o soltar la copia que devolvimos sin que nada se publique dos veces.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from motor.publicacion.cita import Cita

PARECIDO = 0.6
CASI_IGUAL = 0.9
"""Una errata corregida; no dos avisos con la misma plantilla."""


@dataclass(frozen=True, slots=True)
class Conocida:
    """Una publicación que ya tenemos. abierta: todavía no ha salido en ningún perfil. hasta: si pidió la mejor hora,
    hasta cuándo; entonces programada_en es desde cuándo.
    """

    id: int
    huella: str
    fila: int
    programada_en: datetime
    abierta: bool
    texto: str = ""
    de_este_calendario: bool = True
    hasta: datetime | None = None

    @property
    def cita(self) -> Cita:
        return Cita(self.programada_en, self.hasta)


@dataclass(frozen=True, slots=True)
class Llegada:
    """Una fila que llega. programada_en: None si su fecha no se entendió. hasta: como en `Conocida`."""

    numero: int
    huella: str
    id: int | None = None
    programada_en: datetime | None = None
    texto: str = ""
    hasta: datetime | None = None

    @property
    def cita(self) -> Cita | None:
        return Cita(self.programada_en, self.hasta) if self.programada_en else None


@dataclass(frozen=True, slots=True)
class Parejas:
    """por_fila: la publicación de cada fila que ya teníamos. ausentes: las abiertas de este calendario que faltan."""

    por_fila: dict[int, Conocida]
    ausentes: tuple[Conocida, ...]


def emparejar(llegadas: Sequence[Llegada], conocidas: Sequence[Conocida]) -> Parejas:
    libres = {c.id: c for c in conocidas}
    por_fila: dict[int, Conocida] = {}

    def unir(llegada: Llegada, conocida: Conocida | None) -> None:
        if conocida is not None and conocida.id in libres and llegada.numero not in por_fila:
            por_fila[llegada.numero] = libres.pop(conocida.id)

    for llegada in llegadas:
        unir(llegada, libres.get(llegada.id) if llegada.id is not None else None)
    iguales: dict[str, list[Conocida]] = defaultdict(list)
    for conocida in sorted(libres.values(), key=lambda c: c.fila):
        if conocida.de_este_calendario:
            iguales[conocida.huella].append(conocida)
    for llegada in llegadas:
        if llegada.numero not in por_fila:
            unir(llegada, _identica(llegada, [c for c in iguales[llegada.huella] if c.id in libres]))
    por_lugar = {c.fila: c for c in libres.values() if c.de_este_calendario}
    for llegada in llegadas:
        if llegada.numero not in por_fila and llegada.id is None:
            candidata = por_lugar.get(llegada.numero)
            unir(llegada, candidata if candidata is not None and _puede_ser(llegada, candidata) else None)
    for llegada in llegadas:
        if llegada.numero not in por_fila and llegada.id is None:
            unir(llegada, _corrida(llegada, list(libres.values())))
    ausentes = tuple(c for c in libres.values() if c.abierta and c.de_este_calendario)
    return Parejas(por_fila, ausentes)


def _identica(llegada: Llegada, iguales: list[Conocida]) -> Conocida | None:
    """La del mismo lugar si hay varias: dos filas iguales son dos publicaciones."""
    return min(iguales, key=lambda c: (c.fila != llegada.numero, c.fila), default=None)


def _puede_ser(llegada: Llegada, conocida: Conocida) -> bool:
    """Un calendario se reutiliza mes tras mes: en el mismo lugar puede venir otra cosa.

    Es la misma si pide la misma hora; y mientras no haya salido, también si el texto se le parece. De la mejor hora
    ya publicada, si además el texto se le parece y los plazos se tocan: corregir una fila no la publica dos veces.
    """
    if llegada.cita == conocida.cita:
        return True
    se_tocan = llegada.cita is not None and llegada.cita.es_la_misma(conocida.cita)
    return (conocida.abierta or se_tocan) and _se_parecen(llegada.texto, conocida.texto)


def _corrida(llegada: Llegada, libres: list[Conocida]) -> Conocida | None:
    """La misma publicación corregida y en otro renglón, si pide la mejor hora: a una fecha fija ya pasada se la
    rechazaría por eso, pero un plazo que sigue abierto la publicaría otra vez.
    """
    return next(
        (
            c
            for c in sorted(libres, key=lambda c: c.fila)
            if c.de_este_calendario
            and None not in (llegada.hasta, c.hasta)
            and llegada.cita is not None
            and llegada.cita.es_la_misma(c.cita)
            and SequenceMatcher(a=llegada.texto, b=c.texto, autojunk=False).ratio() >= CASI_IGUAL
        ),
        None,
    )


def _se_parecen(uno: str, otro: str) -> bool:
    corto, largo = sorted((uno.strip(), otro.strip()), key=len)
    return bool(corto) and (corto in largo or SequenceMatcher(a=uno, b=otro, autojunk=False).ratio() >= PARECIDO)
