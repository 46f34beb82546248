"""Una serie de renglones (instante, valor), tal como vienen en un archivo, decidida renglón por renglón."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from motor.escucha.picos.detector import PASO_MAXIMO_S, PASO_MINIMO_S, Estado, Lectura, nuevo, observar
from motor.escucha.picos.instantes import ErrorDePicos, segundos

TANTEO = 48
"""Con tantos renglones como mucho se averigua el paso; el detector está mudo más tiempo que eso."""
PASOS_COMUNES_S = (120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400)
_HOLGURA = 0.1


class Renglon(NamedTuple):
    instante: datetime
    valor: float | None


class Serie:
    """Decide cada renglón al llegar. El paso es la menor separación vista en los primeros renglones; si aparece una
    menor (el archivo empezaba con una laguna), el detector se vuelve a armar con lo ya leído.
    """

    def __init__(self, *, falsas_al_mes: float) -> None:
        self._presupuesto = falsas_al_mes
        self._tanteo: list[Renglon] = []
        self._paso_s = 0
        self._estado: Estado | None = None

    def decidir(self, instante: str, valor: str) -> Lectura | None:
        """La lectura de este renglón; None si aún no se sabe cada cuánto viene la serie (el primer renglón)."""
        renglon = Renglon(_instante(instante), _valor(valor))
        if len(self._tanteo) < TANTEO:
            self._tantear(renglon)
        if self._estado is None:
            return None
        return self._observar(self._estado, renglon)

    def _tantear(self, renglon: Renglon) -> None:
        anteriores = self._tanteo
        if anteriores:
            separacion = segundos(renglon.instante) - segundos(anteriores[-1].instante)
            if separacion > 0 and (self._estado is None or separacion < self._paso_s * (1 - _HOLGURA)):
                self._paso_s = _paso(separacion)
                self._estado = nuevo(self._paso_s)
                for pasado in anteriores:
                    self._observar(self._estado, pasado)
        anteriores.append(renglon)

    def _observar(self, estado: Estado, renglon: Renglon) -> Lectura:
        return observar(estado, renglon.instante, renglon.valor, falsas_al_mes=self._presupuesto)


def _paso(separacion: int) -> int:
    """La separación, redondeada al paso común más cercano si está a un décimo (los relojes bailan)."""
    cercano = min(PASOS_COMUNES_S, key=lambda p: abs(p - separacion))
    paso = cercano if abs(cercano - separacion) <= _HOLGURA * cercano else separacion
    if paso < PASO_MINIMO_S:
        raise ErrorDePicos(
            f"Hay dos renglones separados {separacion} s; el intervalo más corto es de {PASO_MINIMO_S // 60} minutos: "
            "sume los conteos por intervalos de cinco minutos o de una hora."
        )
    return min(paso, PASO_MAXIMO_S)


def _instante(texto: str) -> datetime:
    try:
        return datetime.fromisoformat(texto.strip())
    except ValueError:
        raise ErrorDePicos(
            f"«{texto}» no es una fecha: escríbala como 2026-11-22 15:00:00, en la columna «timestamp»."
        ) from None


def _valor(texto: str) -> float | None:
    """None si la celda está vacía: sin dato."""
    if not texto.strip():
        return None
    try:
        return float(texto)
    except ValueError:
        raise ErrorDePicos(
            f"«{texto}» no es un número: escriba el conteo con cifras en la columna «value», o déjela vacía si no hay "
            "dato."
        ) from None


def numerados(renglones: Iterator[tuple[int, str, str]], *, falsas_al_mes: float) -> Iterator[tuple[float, bool]]:
    """(puntaje, alerta) de cada (número de renglón, instante, valor); ErrorDePicos dice en qué renglón."""
    serie = Serie(falsas_al_mes=falsas_al_mes)
    for numero, instante, valor in renglones:
        try:
            lectura = serie.decidir(instante, valor)
        except ErrorDePicos as error:
            raise ErrorDePicos(f"Renglón {numero}: {error}") from None
        yield (lectura.puntaje, lectura.alerta) if lectura is not None else (0.0, False)
