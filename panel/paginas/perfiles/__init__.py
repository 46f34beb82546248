"""Los perfiles: conectarlos paso a paso, ver cómo van, detenerlos.

lista          todos los que esa persona puede ver
nuevo          los dos primeros pasos: qué red, y sus datos
uno            cómo va uno, y detenerlo, reanudarlo o quitarlo
datos          lo que se escribe de él, y su ritmo
credenciales   con qué entra a su red; se ponen y no se vuelven a enseñar
comprobar      preguntarle a la red ahora, y qué falta pedirle
palabras       cómo se dice su estado (puro)
suyo           el perfil que se pide, si esa persona puede
"""

from fastapi import APIRouter

from panel.paginas.perfiles import comprobar, credenciales, datos, lista, nuevo, uno

rutas = APIRouter()
for _parte in (lista, nuevo, uno, datos, credenciales, comprobar):  # «nuevo» antes que los que llevan número
    rutas.include_router(_parte.rutas)
