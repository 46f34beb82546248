"""Qué parte del tiempo se oyó de verdad: lo que separa un cero de un «sin dato». Puro.

Una fuente, vista en el tiempo:

    ──────┬───────────────┬─────────┬─────────────────┬─────────────┬──────────────▶
        desde           laguna    laguna            hasta      hasta + 1 día
     no estaba    oyó     (sorda)     oyó        sorda si va    dada por perdida:
                                              atrasada, y si no   ya no cuenta
                                              simplemente aún no
                                              le toca

Va atrasada la que falla o la que debió preguntar y no ha podido. La lenta por oficio (una que pregunta cada seis horas)
no lo va: lo que traiga tarde se suma a lo pasado, y no se la espera si alguien más ya oyó.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

Tramo = tuple[datetime, datetime]

PERDIDA = timedelta(days=1)
"""Cuánto se tiene por sorda a una fuente caída; después su silencio es lo normal y los demás siguen sin ella."""


@dataclass(frozen=True, slots=True)
class Punto:
    """La cuenta de un intervalo. cuenta: None es «sin dato», nunca cero. parcial: no todos oyeron, o aún no acaba: la
    cuenta es lo menos que hubo.
    """

    inicio: datetime
    cuenta: int | None
    parcial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alcance:
    """Lo que se sabe de una fuente. hasta: lo que ya se tiene de ella. proxima_en: cuándo le toca preguntar."""

    desde: datetime
    hasta: datetime
    proxima_en: datetime
    fallos: int = 0
    lagunas: tuple[Tramo, ...] = ()

    def va_atrasada(self, ahora: datetime, margen: timedelta) -> bool:
        return self.fallos > 0 or self.proxima_en < ahora - margen

    def estaba(self, inicio: datetime) -> bool:
        """Si contaba con ella quien mirara ese intervalo."""
        return self.desde <= inicio < self.hasta + PERDIDA


@dataclass(frozen=True, slots=True)
class Cobertura:
    """oidos: cuándo oyó alguna fuente. sordos: cuándo alguna que debía no oyó."""

    oidos: tuple[Tramo, ...]
    sordos: tuple[Tramo, ...]

    def punto(self, inicio: datetime, fin: datetime, cuenta: int) -> Punto:
        parcial = _toca(self.sordos, inicio, fin) or not _cabe(self.oidos, inicio, fin)
        return Punto(inicio, None if parcial and not cuenta else cuenta, parcial)


def cubrir(alcances: Iterable[Alcance], *, ahora: datetime, margen: timedelta) -> Cobertura:
    """Juntar lo que oyó cada una. margen: lo que una puede retrasarse sin que se la tenga por caída."""
    oidos: list[Tramo] = []
    sordos: list[Tramo] = []
    for a in alcances:
        oidos += _restar((a.desde, a.hasta), a.lagunas)
        sordos += [(max(desde, a.desde), hasta) for desde, hasta in a.lagunas if hasta > a.desde]
        if a.va_atrasada(ahora, margen):
            sordos.append((a.hasta, min(ahora, a.hasta + PERDIDA)))
    return Cobertura(_unir(oidos), _unir(sordos))


def se_puede_decidir(
    alcances: Sequence[Alcance], inicio: datetime, fin: datetime, *, ahora: datetime, limite: datetime
) -> bool:
    """Si un intervalo ya no va a cambiar de lo que hay que esperar: todas lo oyeron, o ya pasó el `limite`.

    A la lenta sólo se la espera si nadie más oyó el intervalo.
    """
    if ahora < fin:
        return False
    presentes = [a for a in alcances if a.estaba(inicio)]
    faltan = [a for a in presentes if a.hasta < fin]
    if not faltan:
        return True
    lentas = [a for a in faltan if a.fallos == 0 and a.proxima_en > max(limite, ahora)]
    if len(lentas) == len(presentes):
        return False
    return ahora >= limite or len(lentas) == len(faltan)


# ── Tramos ───────────────────────────────────────────────────────────────────────────────────────────────────


def _unir(tramos: Iterable[Tramo]) -> tuple[Tramo, ...]:
    """Los mismos, en orden y sin que dos se toquen."""
    unidos: list[Tramo] = []
    for desde, hasta in sorted(t for t in tramos if t[0] < t[1]):
        if unidos and desde <= unidos[-1][1]:
            unidos[-1] = (unidos[-1][0], max(unidos[-1][1], hasta))
        else:
            unidos.append((desde, hasta))
    return tuple(unidos)


def _restar(tramo: Tramo, menos: Iterable[Tramo]) -> list[Tramo]:
    quedan, (desde, hasta) = [], tramo
    for inicio, fin in _unir(menos):
        if inicio < hasta and fin > desde:
            quedan.append((desde, inicio))
            desde = fin
    return [t for t in [*quedan, (desde, hasta)] if t[0] < t[1]]


def _toca(tramos: Sequence[Tramo], desde: datetime, hasta: datetime) -> bool:
    n = bisect_right(tramos, desde, key=lambda t: t[0])
    return (n > 0 and tramos[n - 1][1] > desde) or (n < len(tramos) and tramos[n][0] < hasta)


def _cabe(tramos: Sequence[Tramo], desde: datetime, hasta: datetime) -> bool:
    n = bisect_right(tramos, desde, key=lambda t: t[0])
    return n > 0 and tramos[n - 1][1] >= hasta
