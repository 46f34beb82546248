"""La hemeroteca: lo publicado, tal cual, para enseñarlo dentro de años."""

from fastapi import APIRouter

from panel.paginas.hemeroteca import exportar, lista, pieza

rutas = APIRouter()
rutas.include_router(lista.rutas)
rutas.include_router(exportar.rutas)
rutas.include_router(pieza.rutas)
