"""Aprender las horas: de lo que la base tiene medido, el `Horario` de cada perfil.

lectura (base) → respuesta, edades, rasgos (puros: la publicación como la ve el modelo) → aprendiz (aprende y guarda).
"""
