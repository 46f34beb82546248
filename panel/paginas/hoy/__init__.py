"""Hoy: lo primero que ve quien coordina. Qué la necesita, qué se alza, qué sale y qué salió.

asuntos    lo que necesita a una persona, con lo que hay que mirar y el botón que lo resuelve
alzas      las alzas en curso, con su gráfica
salidas    lo que sale y lo que salió
dibujo     las medidas de una gráfica de barras (puro)
reunir     todo junto, sólo de lo que esa persona puede ver
rutas      la página, y sus bloques solos para cambiarlos sin recargarla
"""

from panel.paginas.hoy.rutas import rutas

__all__ = ["rutas"]
