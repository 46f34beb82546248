"""Las cuentas que administramos: conectarlas, ponerles ritmo, detenerlas. Lo llaman igual la orden y el panel.

datos        qué se puede escribir de un perfil, y cómo se lee un cupo (puro)
mando        agregar, cambiar, pausar, reanudar, quitar
comprobada   lo último que contestó la red
resumen      cómo va cada uno: lo próximo, lo último, su cupo, quién puede en él
"""
