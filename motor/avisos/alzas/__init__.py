"""Avisar de un alza que notó el detector.

picos      de un pico a su historia y su correo; cerrar la que ya pasó
averiguar  leer de la base qué, cuánto, dónde y quién lo dice
parecido   cuándo lo que ven dos monitores es una misma historia (puro)
palabras   las que se dicen ahora y antes no (puro)
"""
