"""Las mejores horas: lo que el pasado de la oficina enseña sobre cuándo hablar, y el hueco que se elige con ello.

publicada → modelo (aprende) → mapa (168 horas de la semana) → huecos (elige) → prueba (lo que valió elegir).
"""
