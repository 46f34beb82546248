"""Las páginas, una por lo que quiere hacer una persona. Cada una tiene sus `rutas`; aquí se juntan."""

from panel.paginas import acervo, entrar, hoy, mas, medio

RUTAS = (
    acervo.rutas,
    entrar.rutas,
    hoy.rutas,
    mas.rutas,
    medio.rutas,
)
