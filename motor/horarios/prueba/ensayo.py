"""Ensayo: una publicación cuya hora eligió el motor, y lo que respondió la gente. Puro."""

from dataclasses import dataclass

_NADA = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensayo:
    """valor: la respuesta, a la misma edad que las demás del perfil; nunca lo que el modelo esperaba.

    probabilidad: la de que le tocara su hora. candidatas: entre cuántas horas. la_mejor: le tocó la que se habría
    elegido sin sorteo.
    antes, tipo, largo: lo que se sabía antes de elegir. antes: la media del logaritmo de la respuesta de lo que el
    perfil llevaba publicado; None si nada.
    """

    perfil: str
    valor: float
    probabilidad: float
    candidatas: int
    la_mejor: bool
    antes: float | None = None
    tipo: str = ""
    largo: int = 0

    @property
    def azar(self) -> float:
        """Con qué probabilidad se iba a sortear su hora: de la mejor, p = 1 - azar + azar/k; de otra, p = azar/k."""
        if self.candidatas < 2:
            return 0.0
        if self.la_mejor:
            return (1 - self.probabilidad) * self.candidatas / (self.candidatas - 1)
        return self.probabilidad * self.candidatas

    @property
    def en_juego(self) -> bool:
        """Le pudo tocar otra hora. Si no, no dice nada de lo que valió elegir."""
        return self.azar > _NADA and self.probabilidad > _NADA
