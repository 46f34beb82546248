"""Horarios: cuándo conviene hablar en cada perfil, de qué se aprendió, qué tan seguro es, y qué hora se elegiría.

mapa     la semana dibujada: qué dice y de qué color es cada celda (puro)
sabido   lo que se sabe de un perfil, leído y en palabras
lista    todos los perfiles
uno      la semana de uno; aprender ahora
"""

from fastapi import APIRouter

from panel.paginas.horarios import lista, uno

rutas = APIRouter()
rutas.include_router(lista.rutas)
rutas.include_router(uno.rutas)
