"""Una publicación: todo lo que se sabe de ella, y lo que se puede hacer con ella.

consulta   reunir lo que se enseña, sólo de los perfiles que esa persona puede ver
palabras   la historia y los números, dichos (puro)
rutas      la página
actos      moverla, apartarla, cancelarla, decidirla, borrarla
"""

from panel.paginas.publicacion.rutas import rutas

__all__ = ["rutas"]
