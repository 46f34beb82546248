"""Alertas: las historias que se avisan. Primero las abiertas; después lo que ya pasó.

consulta   lo que se lee de cada historia
lista      todas, lo silenciado y lo que cuesta escuchar
una        una historia, con su gráfica y lo que hay detrás
actos      enterada, silenciar, volver a avisar
gastos     dólares por red: usados y límite
"""

from fastapi import APIRouter

from panel.paginas.alertas import actos, lista, una

rutas = APIRouter()
rutas.include_router(lista.rutas)
rutas.include_router(actos.rutas)
rutas.include_router(una.rutas)
