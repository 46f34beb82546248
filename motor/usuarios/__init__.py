"""Quién entra y qué puede: usuarios, sesiones, enlaces de una vez, segundo factor, y la bitácora de quién hizo qué.

permisos   qué puede cada rol y dónde (puro)
sesiones   abrir, reconocer y cerrar una sesión
bitacora   anotar quién hizo qué; nadie lo borra
"""
