"""Publicada: una publicación pasada, como la ve quien aprende las horas. Pura."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicada:
    """local: cuándo salió, hora local sin zona. valor: su respuesta (interacciones, alcance, clics o comentarios),
    medida a la misma edad que las demás de su perfil.

    tipo: qué clase de contenido es, con las palabras de la red («photo», «video»…). largo: caracteres del texto.
    pagado: se promocionó con dinero. peso: de 0 a 1, cuánto se le cree (menos, si su valor se estimó de joven).
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
