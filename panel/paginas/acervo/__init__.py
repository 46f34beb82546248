"""El acervo: hallar, subir y describir fotos, videos y audios, saber dónde se usaron y llevárselos."""

from fastapi import APIRouter

from panel.paginas.acervo import ficha, galeria, subir, varios

rutas = APIRouter()
for _suyas in (galeria.rutas, subir.rutas, varios.rutas, ficha.rutas):  # la ficha, al final: su camino es un número
    rutas.include_router(_suyas)
