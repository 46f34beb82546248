"""Los máximos diarios del puntaje de un monitor: con ellos se mide, para que «raro» valga lo mismo en todos."""

from collections.abc import Sequence
from math import sqrt

MAXIMO_TIPICO, DESVIO_TIPICO = 1.18, 0.68
"""Del puntaje sin medir, en 300 monitores sin picos: lo que se cree mientras no hay historia propia."""
CREDITO = 30.0  # días de historia que vale esa creencia
OLVIDO = 0.5 ** (1 / 60)  # vida media de 60 días
COLA = 2.2  # media + 2.2 desviaciones de un máximo diario de Gumbel: se pasa una vez al mes
DE_PICO = 1.5  # un máximo así de lejos de lo propio es un pico, y no dice cómo es el ruido
_TIPICO = MAXIMO_TIPICO + COLA * DESVIO_TIPICO


class MaximosPropios:
    """factor: cuánto más áspero es este monitor que uno típico; entre él se divide el puntaje."""

    __slots__ = ("_bloque", "bloque_n", "cuadrados", "factor", "maximo", "peso", "suma", "tras_pico", "vistos")

    def __init__(self, bloque: int) -> None:
        self._bloque = bloque
        self.peso = CREDITO
        self.suma = MAXIMO_TIPICO * CREDITO
        self.cuadrados = (MAXIMO_TIPICO**2 + DESVIO_TIPICO**2) * CREDITO
        self.factor = 1.0
        self.bloque_n = self.vistos = self.maximo = self.tras_pico = 0.0

    def anotar(self, crudo: float) -> None:
        self.bloque_n += 1.0
        self.vistos += 1.0
        if crudo > self.maximo:
            self.maximo = crudo
        if self.bloque_n >= self._bloque:
            self._cerrar()

    def saltar(self, pasos: int) -> None:
        self.bloque_n += pasos
        if self.bloque_n >= self._bloque:
            self._cerrar()

    def _cerrar(self) -> None:
        media = self.suma / self.peso
        desvio = sqrt(max(self.cuadrados / self.peso - media * media, 1e-4))
        if self.vistos >= 0.75 * self._bloque:
            if self.tras_pico:
                self.tras_pico = 0.0
            elif self.maximo >= DE_PICO * (media + COLA * desvio):
                self.tras_pico = 1.0
            else:
                self._aprender(min(self.maximo, media + COLA * desvio))
        self.bloque_n = self.vistos = self.maximo = 0.0

    def _aprender(self, maximo: float) -> None:
        self.peso = self.peso * OLVIDO + 1.0
        self.suma = self.suma * OLVIDO + maximo
        self.cuadrados = self.cuadrados * OLVIDO + maximo * maximo
        media = self.suma / self.peso
        desvio = sqrt(max(self.cuadrados / self.peso - media * media, 1e-4))
        self.factor = (media + COLA * desvio) / _TIPICO

    def volcar(self) -> list[float]:
        return [
            *(self.peso, self.suma, self.cuadrados, self.factor),
            *(self.bloque_n, self.vistos, self.maximo, self.tras_pico),
        ]

    def cargar(self, numeros: Sequence[float]) -> None:
        self.peso, self.suma, self.cuadrados, self.factor = numeros[:4]
        self.bloque_n, self.vistos, self.maximo, self.tras_pico = numeros[4:]
