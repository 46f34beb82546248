"""Publicada: una publicación pasada, como la ve quien aprende las horas. Pura."""

from dataclasses import dataclass
from datetime import datetime

_DOMINGO = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicada:
    """local: cuándo salió, hora local sin zona. valor: su respuesta (interacciones, alcance, clics o comentarios),
    medida a la misma edad que las demás de su perfil.

    tipo: qué clase de contenido es, con las palabras de la red («photo», «video»…). largo: caracteres del texto.
    pagado: se promocionó con dinero. peso: de 0 a 1, cuánto se le cree (menos, si su valor se estimó de joven).
    festivo: salió en un día que la gente vive como domingo.
    """

    local: datetime
    valor: float
    tipo: str = ""
    largo: int = 0
    url: bool = False
    hashtag: bool = False
    mencion: bool = False
    pregunta: bool = False
    pagado: bool = False
    peso: float = 1.0
    festivo: bool = False

    @property
    def ranura(self) -> int:
        """La hora de la semana que enseña, de 0 (lunes, 0 h) a 167; la de un festivo es la del domingo."""
        return (_DOMINGO if self.festivo else self.local.weekday()) * 24 + self.local.hour
