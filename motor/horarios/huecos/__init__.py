"""Elegir el hueco de una publicación: entre los libres de su ventana, el de más ganancia. Puro.

pedido    lo que se pide y lo que se contesta
rejilla   los cuartos de hora entre los que se elige
agenda    lo libre de un perfil, y lo que vale
sorteo    la de cada diez que prueba una hora cualquiera
explicar  por qué no hubo
elegir    por turnos, a cada una el mejor
"""

from motor.horarios.huecos.elegir import elegir
from motor.horarios.huecos.pedido import Hueco, Pedido, SinHueco

__all__ = ["Hueco", "Pedido", "SinHueco", "elegir"]
