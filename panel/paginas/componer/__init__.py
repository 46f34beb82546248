"""Componer: escribir una vez, ver cómo quedará en cada perfil, y decir cuándo.

formulario  lo que llega de la página
permiso     qué borradores y qué perfiles le tocan a cada quien
hoja        lo que enseña la página
vistas      cómo quedará en cada perfil
actos       abrir, revisar, guardar, enviar
imagenes    añadir, ordenar, recortar
borradores  la lista: seguir, repetir, descartar
"""

from fastapi import APIRouter

from panel.paginas.componer.actos import rutas as _de_actos
from panel.paginas.componer.borradores import rutas as _de_borradores
from panel.paginas.componer.imagenes import rutas as _de_imagenes

rutas = APIRouter()
for _suyas in (_de_actos, _de_imagenes, _de_borradores):
    rutas.include_router(_suyas)
