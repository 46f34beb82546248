"""`pregonero demo`: verlo trabajar, con redes de mentira y sin configurar nada.

funcion    los actos, en orden
archivos   lo que los editores sueltan en la carpeta
horas      un año de pasado, del que se aprende
voces      lo que dice el pueblo
escucha    el acto de escuchar
tablas     cómo se cuenta en la pantalla
"""
