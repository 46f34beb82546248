"""Guardar lo que se oye, contarlo y olvidarlo.

limpieza     dejar un mensaje en condiciones de guardarse, o apartarlo diciendo por qué (puro)
cambios      qué cambia en un mensaje que ya se tenía (puro)
granel       escribir muchas filas de una vez, en cada base a su manera
contar       sumar a los conteos de cada monitor
guardar      una tanda entera, en una transacción, con el cursor de su fuente
cobertura    qué fuentes oyeron un intervalo (puro) · conteos: lo que significa la cuenta de un intervalo
caducidad    lo que se borra solo: por edad, o porque la red lo exige
olvido       la huella de quien pidió que no se guardara lo suyo · privacidad: hallarlo, entregárselo, borrarlo
"""
