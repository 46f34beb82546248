"""Los borradores del panel: guardarlos sin perder nada, y mandarlos una sola vez.

contenido  lo que se está escribiendo, tal como va (puro)
copia      el contenido de una publicación que ya existe, para cambiarla o repetirla
armado     de un contenido a la Propuesta que revisan y guardan las demás salas
guardado   guardar, hallar, descartar
envio      mandarlo: una vez, aunque llegue diez
"""
