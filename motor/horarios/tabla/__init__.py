"""La tabla: aprender de un historial escrito en un CSV, y contestar con otro lo que vale cada hora de la semana.

celdas     qué dice una celda (puro)
renglones  de los renglones, lo que ha publicado cada perfil; y los que no se entienden (puro)
respuesta  los mapas, en renglones (puro)
archivo    abrir el historial y escribir la respuesta entera o nada (efecto)
"""
