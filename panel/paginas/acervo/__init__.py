"""El acervo: hallar, subir y describir fotos, videos y audios, saber dónde se usaron y llevárselos."""

from fastapi import APIRouter

from panel.paginas.acervo import exportar, ficha, galeria, subir, varios

rutas = APIRouter()
for _suyas in (galeria.rutas, subir.rutas, varios.rutas, exportar.rutas, ficha.rutas):
    rutas.include_router(_suyas)
