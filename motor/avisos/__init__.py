"""Avisar a quien debe enterarse: por correo, una conversación por cada cosa que pasa, y nunca dos veces lo mismo.

avisador   lo que el demonio llama; por aquí se empieza a leer
aviso      dejar un correo en la bandeja de salida, con lo que lo causa
correo     mandar lo que hay en la bandeja · mensaje: cómo viaja (puro)
canales    lo mismo en corto por Telegram, Teams o Slack · voz: el proceso que lo manda
resumen    qué entra en el del día y en el de la semana

alzas/      sube lo que se dice de un tema
pedidos/    lo que la oficina pidió saber en `avisos.toml`: menciones específicas y metas
historias/  la conversación: abrirla, seguirla, silenciarla, escalarla, cerrarla
redaccion/  qué dice cada correo
grafica/    la imagen que lleva
enterada/   contestar desde el teléfono
"""
