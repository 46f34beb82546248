"""Las páginas, una por lo que quiere hacer una persona. Cada una tiene sus `rutas`; aquí se juntan."""

from panel import vivo
from panel.paginas import (
    acervo,
    aparato,
    aprobaciones,
    avisos_al_telefono,
    calendario,
    compartir,
    entrar,
    firmadas,
    flujos,
    hemeroteca,
    hoy,
    ical,
    mas,
    medio,
    perfiles,
    publicacion,
)

RUTAS = (
    acervo.rutas,
    aparato.rutas,
    aprobaciones.rutas,
    avisos_al_telefono.rutas,
    calendario.rutas,
    compartir.rutas,
    entrar.rutas,
    firmadas.rutas,
    flujos.rutas,
    hemeroteca.rutas,
    hoy.rutas,
    ical.rutas,
    mas.rutas,
    medio.rutas,
    perfiles.rutas,
    perfiles.rutas,
    publicacion.rutas,
    vivo.rutas,
)
