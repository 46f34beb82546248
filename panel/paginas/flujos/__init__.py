"""Flujos: quién aprueba qué. Los compone quien administra.

lista       los que hay, en orden y en palabras
componer    crear y cambiar uno, y ver a qué tocaría
formulario  de lo que trae el formulario a un flujo, y al revés
"""

from fastapi import APIRouter

from panel.paginas.flujos import componer, lista

rutas = APIRouter()
rutas.include_router(lista.rutas)
rutas.include_router(componer.rutas)
