"""Historias: una conversación de correo por cada cosa que pasa.

historia   leerla, abrirla, atenderla y cerrarla
contar     escribir su próximo correo
silencio   no decir nada de un tema por un rato · callar: las horas en que no se despierta a nadie (puro)
escalada   avisar a quien sigue si nadie dice «enterada»
limpieza   vaciar lo ya mandado
mesa       con qué se escribe: a quién, con qué reglas, por dónde
"""
