"""Monitores: qué se vigila. Hacerlos, probarlos en lo ya oído, y ver lo que cuentan.

formulario   de lo que trae el formulario a una definición, y al revés (puro)
consulta     lo que se lee de muchos a la vez
dibujo       las gráficas (puro)
mapa         dónde vigila, dibujado
lista        todos
editar       crear, cambiar y probar
uno          un monitor: sus conteos, sus alzas y lo que hay detrás
actos        silenciar, presupuesto, contar el pasado, dejar de vigilar
"""

from fastapi import APIRouter

from panel.paginas.monitores.actos import rutas as de_actos
from panel.paginas.monitores.editar import rutas as de_editar
from panel.paginas.monitores.lista import rutas as de_lista
from panel.paginas.monitores.uno import rutas as de_uno

rutas = APIRouter()
rutas.include_router(de_lista)
rutas.include_router(de_editar)
rutas.include_router(de_actos)
rutas.include_router(de_uno)
