"""Aprobaciones: lo que espera, lo que pedí y lo resuelto; y una, con todo lo que hace falta para decidir.

lista     lo que espera, y firmar varias a la vez
una       una solicitud: cómo se verá, qué cambió, lo que se ha dicho
firmar    decir que sí o pedir cambios, comentar, pedirla otra vez
consulta  lo que enseñan
"""

from fastapi import APIRouter

from panel.paginas.aprobaciones import firmar, lista, una

rutas = APIRouter()
rutas.include_router(lista.rutas)
rutas.include_router(una.rutas)
rutas.include_router(firmar.rutas)
