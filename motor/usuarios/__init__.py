"""Quién entra y qué puede: usuarios, sesiones, enlaces de una vez, segundo factor, y la bitácora de quién hizo qué.

permisos   qué puede cada rol y dónde (puro)
sesiones   abrir, reconocer y cerrar una sesión
cuentas    invitar, nombrar, cambiar la contraseña, dejar de entrar
entrada    la contraseña y el código, con su freno
enlaces    los que valen una vez
factor     el segundo: el código del teléfono y los de papel
fichas     con qué entran otros sistemas
bitacora   anotar quién hizo qué; nadie lo borra
"""
