"""Lo que se puede saber de un enlace sin abrirlo en un navegador. Sólo biblioteca estándar: todos pueden importarlo."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tarjeta:
    """Lo que un sitio dice de una de sus páginas, como texto: nada de esto se enseña como código ni se descarga.

    imagen: la dirección que el sitio propone; no se visita.
    """

    titulo: str
    descripcion: str
    dominio: str
    imagen: str = ""


class SinTarjeta(Exception):
    """No se pudo mirar; el mensaje dice por qué, a una persona y sin contar nada de la red interna."""
