"""Las páginas, una por lo que quiere hacer una persona. Cada una tiene sus `rutas`; aquí se juntan."""

from panel import vivo
from panel.paginas import acervo, aprobaciones, calendario, entrar, flujos, hemeroteca, hoy, mas, medio, publicacion

RUTAS = (
    acervo.rutas,
    aprobaciones.rutas,
    calendario.rutas,
    entrar.rutas,
    flujos.rutas,
    hemeroteca.rutas,
    hoy.rutas,
    mas.rutas,
    medio.rutas,
    publicacion.rutas,
    vivo.rutas,
)
