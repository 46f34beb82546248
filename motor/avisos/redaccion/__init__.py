"""Lo que dice cada correo: de lo averiguado a un asunto, un texto y un html. Puro, salvo la muestra, que dibuja.

alza       sube lo que se dice de un tema, empeoró, o ya pasó
mencion    alguien dijo algo que la oficina pidió saber
meta       esta semana no se llega a lo que se quería publicar
resumen    el del día y el de la semana
tropiezos  una entrega que falló, salió tarde o hay que decidir; un perfil en pausa
muestra    el aviso de prueba

Con qué se escriben: hechos (lo averiguado), frases (las mismas en el texto y en el html) y hoja (el html).
"""
