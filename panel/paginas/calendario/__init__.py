"""El calendario: mes, semana y lista de lo que sale, con sus huecos y sus choques.

filtros    lo que dice la dirección: qué vista, qué día, qué se deja ver (puro)
consulta   lo que hay en ese tramo, en pocas columnas
cuadros    repartirlo en tarjetas, días y horas (puro)
huecos     días en que a un perfil le falta algo, y las mejores horas libres
rutas      las páginas
"""

from panel.paginas.calendario.rutas import rutas

__all__ = ["rutas"]
