"""Lo que la oficina pide saber en `avisos.toml`.

condiciones  lo que dice el archivo, y si un mensaje lo cumple (puro)
menciones    avisar del mensaje que cumple lo que se pidió
metas        avisar de que una semana va atrasada
"""
