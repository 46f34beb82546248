"""El calendario en el calendario de cada quien: una dirección secreta que sólo lee (iCalendar, RFC 5545).

eventos    lo que sale, como eventos (puro)
rutas      la dirección que se suscribe, y la página donde se pide, se cambia y se quita
"""

from panel.paginas.ical.rutas import rutas

__all__ = ["rutas"]
