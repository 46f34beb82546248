"""La respuesta de cada publicación a la misma edad, se haya medido cuando se haya medido. Puro.

De la misma respuesta hay cifras a muchas edades; de lo importado, una sola, meses después. Comparar la de ayer con la
de hace un año diría que lo nuevo gusta menos. Todas se llevan a los cuatro días: entre dos medidas, por el camino de la
curva con que crecen las de ese perfil; si es más joven, por lo que suele faltarle; si es más vieja, quitando lo que
suele sobrar.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

REFERENCIA = timedelta(days=4)
"""A qué edad se comparan. Días enteros, para que a todas las haya visto el público de cada hora del día.

En un público de mentira que duerme, a las 8 horas la respuesta dice sobre todo cuánto faltaba para la noche: su
logaritmo se desvía de una hora a otra 0.16 a 0.45, y lo que se busca mide 0.18. Al día, 0.03 a 0.05; a los dos, 0.014 a
0.034; a los cuatro, 0.006 a 0.018. A los ocho ya casi nada, y se tardaría el doble en aprender de lo nuevo.
"""
MINIMA = timedelta(days=1)
"""Más joven que esto no dice nada: todavía no la han visto los de cada hora."""
RUIDO = 0.9
"""Desviación, en logaritmos, entre publicaciones de un perfil a la misma hora: contra ella pesa lo que se estima."""

_UN_DIA = timedelta(days=1)
_NUDOS = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0, 120.0, 240.0, 365.0)
"""Edades, en días, entre las que se aprende el crecimiento: las de `cadencia.EDADES` desde el primer día."""
_CRECE = (0.05, 0.025, 0.013, 0.008, 0.005, 0.004, 0.003, 0.003, 0.002)
"""Lo que crece en general de un nudo al siguiente (logaritmo), entre una red de horas y una de días. Es un punto de
partida: con diez publicaciones medidas de un perfil manda lo suyo.
"""
_DESVIACION = (0.10, 0.06, 0.04, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03)
_VALE_POR = 5.0
"""Por cuántas publicaciones (de muchas respuestas) cuenta lo general."""
_CERCA = (0.97, 1.25)
"""Una medida vale por la de un nudo si su edad, entre la del nudo, cae aquí."""
_A_SU_HORA = 0.1
"""Días que puede retrasarse la medida de la edad de referencia sin que haya nada que corregir."""
_MEDIA = 0.5
"""Se suma antes del logaritmo: hay publicaciones a las que nadie contesta."""


@dataclass(frozen=True, slots=True)
class Medida:
    """edad: en días."""

    edad: float
    valor: float


@dataclass(frozen=True, slots=True)
class Respuesta:
    """valor: a la edad de referencia. peso: de 0 a 1; 1 si no hubo que estimar nada."""

    valor: float
    peso: float


@dataclass(frozen=True, slots=True)
class Crecimiento:
    """crece, variancia: de cada nudo al siguiente, del logaritmo de la respuesta."""

    crece: tuple[float, ...] = _CRECE
    variancia: tuple[float, ...] = tuple(d * d for d in _DESVIACION)

    def entre(self, desde: float, hasta: float) -> float:
        """Lo que crece el logaritmo entre dos edades, en días."""
        return _acumulado(self.crece, hasta) - _acumulado(self.crece, desde)

    def variancia_entre(self, desde: float, hasta: float) -> float:
        return _acumulado(self.variancia, hasta) - _acumulado(self.variancia, desde)


GENERAL = Crecimiento()


def _acumulado(tramos: Sequence[float], edad: float) -> float:
    """Hasta esa edad, derecho en el logaritmo de la edad dentro de cada tramo; desde el año ya no crece."""
    edad = min(max(edad, _NUDOS[0]), _NUDOS[-1])
    en = min(bisect_right(_NUDOS, edad) - 1, len(tramos) - 1)
    parte = math.log(edad / _NUDOS[en]) / math.log(_NUDOS[en + 1] / _NUDOS[en])
    return sum(tramos[:en]) + parte * tramos[en]


def edad_de(transcurrido: timedelta) -> float:
    return transcurrido / _UN_DIA


# ── la curva de un perfil ────────────────────────────────────────────────────────────────────────────────────────


def crecimiento_de(series: Iterable[Sequence[Medida]]) -> Crecimiento:
    """Cómo crecen las de un perfil, por tramos: así enseñan también las que todavía no acaban.

    series: de cada publicación, sus medidas de la más joven a la más vieja. Donde hay pocas manda lo general; una de
    dos respuestas enseña menos que una de doscientas.
    """
    tramos: list[list[tuple[float, float]]] = [[] for _ in _CRECE]
    for medidas in series:
        en_nudos = _en_nudos(medidas)
        for tramo, (antes, despues) in enumerate(pairwise(en_nudos)):
            if antes is not None and despues is not None:
                tramos[tramo].append(_crecio(antes, despues, tramo))
    juntos = [_encogido(*args) for args in zip(tramos, GENERAL.crece, GENERAL.variancia, strict=True)]
    return Crecimiento(tuple(c for c, _ in juntos), tuple(v for _, v in juntos))


def _en_nudos(medidas: Sequence[Medida]) -> list[Medida | None]:
    """La medida de cada nudo; None si ninguna cae cerca."""
    halladas: list[Medida | None] = []
    desde = 0
    for nudo in _NUDOS:
        while desde < len(medidas) and medidas[desde].edad < nudo * _CERCA[0]:
            desde += 1
        hay = desde < len(medidas) and medidas[desde].edad <= nudo * _CERCA[1]
        halladas.append(medidas[desde] if hay else None)
    return halladas


def _crecio(antes: Medida, despues: Medida, tramo: int) -> tuple[float, float]:
    """(cuánto, con qué peso), llevado al largo del tramo."""
    largo = math.log(_NUDOS[tramo + 1] / _NUDOS[tramo]) / math.log(despues.edad / antes.edad)
    return (_log(despues.valor) - _log(antes.valor)) * largo, antes.valor / (antes.valor + 10)


def _encogido(vistos: Sequence[tuple[float, float]], general: float, variancia: float) -> tuple[float, float]:
    peso = _VALE_POR + sum(w for _, w in vistos)
    crece = (_VALE_POR * general + sum(c * w for c, w in vistos)) / peso
    desvios = _VALE_POR * variancia + sum(w * (c - crece) ** 2 for c, w in vistos)
    return crece, desvios / peso


# ── a la edad de referencia ──────────────────────────────────────────────────────────────────────────────────────


def a_la_referencia(medidas: Sequence[Medida], crecimiento: Crecimiento, *, borrada: bool = False) -> Respuesta | None:
    """La respuesta a los cuatro días; None si es demasiado joven.

    medidas: de la más joven a la más vieja. borrada: ya no está en la red; sólo vale si llegó a medirse a esa edad, que
    lo que habría crecido no se sabe.
    """
    a_los = edad_de(REFERENCIA)
    despues = next((m for m in medidas if m.edad >= a_los), None)
    if despues is not None and despues.edad < a_los + _A_SU_HORA:
        return Respuesta(despues.valor, 1.0)
    antes = next((m for m in reversed(medidas) if edad_de(MINIMA) <= m.edad < a_los), None)
    if antes is not None and despues is not None:
        return _interpolada(antes, despues, crecimiento, a_los)
    if despues is not None:
        sobra = crecimiento.entre(a_los, despues.edad)
        return _estimada(despues.valor * math.exp(-sobra), crecimiento.variancia_entre(a_los, despues.edad))
    if antes is not None and not borrada:
        falta = crecimiento.entre(antes.edad, a_los)
        return _estimada(antes.valor * math.exp(falta), crecimiento.variancia_entre(antes.edad, a_los))
    return None


def _interpolada(antes: Medida, despues: Medida, crecimiento: Crecimiento, a_los: float) -> Respuesta:
    """El camino entre las dos es el de la curva: del día al año no se crece parejo."""
    todo = crecimiento.entre(antes.edad, despues.edad)
    if todo > 0:
        parte = min(max(crecimiento.entre(antes.edad, a_los) / todo, 0.0), 1.0)
    else:
        parte = math.log(a_los / antes.edad) / math.log(despues.edad / antes.edad)
    valor = math.exp(_log(antes.valor) + parte * (_log(despues.valor) - _log(antes.valor))) - _MEDIA
    adelante, atras = crecimiento.variancia_entre(antes.edad, a_los), crecimiento.variancia_entre(a_los, despues.edad)
    return _estimada(valor, adelante * atras / max(adelante + atras, 1e-12))


def _estimada(valor: float, variancia: float) -> Respuesta:
    """Dos decimales: la misma base da lo mismo en cualquier máquina."""
    return Respuesta(round(max(valor, 0.0), 2), round(RUIDO**2 / (RUIDO**2 + variancia), 4))


def _log(valor: float) -> float:
    return math.log(valor + _MEDIA)
