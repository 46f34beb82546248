"""Las páginas, una por lo que quiere hacer una persona. Cada una tiene sus `rutas`; aquí se juntan."""

from panel.paginas import acervo, calendario, entrar, hoy, mas, medio, publicacion

RUTAS = (
    acervo.rutas,
    calendario.rutas,
    entrar.rutas,
    hoy.rutas,
    mas.rutas,
    medio.rutas,
    publicacion.rutas,
)
