"""Las tablas de lo que se oye. Viven en su propia base: en SQLite es otro archivo, y así lo que llega en tropel no
retrasa
la intención de publicar; en PostgreSQL son la misma. Lo que hay aquí se puede volver a pedir a las redes; lo que
escriben las personas (monitores) y lo que debe sobrevivir a un apagón (gastos, avisos) está en la base principal.
"""

from modelos.escucha.conteo import Conteo, Laguna
from modelos.escucha.fuente import Fuente
from modelos.escucha.mensaje import Coincidencia, Crudo, Mensaje, Olvidado
from modelos.escucha.pico import Pico, Ritmo
from modelos.escucha.tablas import METADATOS

__all__ = [
    "METADATOS",
    "Coincidencia",
    "Conteo",
    "Crudo",
    "Fuente",
    "Laguna",
    "Mensaje",
    "Olvidado",
    "Pico",
    "Ritmo",
]
