"""Aprobar lo que se va a decir antes de que se diga; y que lo que se publica sea exactamente lo que se aprobó.

flujo        a qué publicaciones toca un flujo, y qué significan las firmas que lleva una solicitud (puro)
contenido    el sha256 de todo lo que se dirá y se enseñará (puro)
medios       el de los archivos que se enseñarán, mirándolos
puerta       la condición sin la cual nada se reclama ni se envía
flujos       los que hay, y cuál toca a cada perfil
personas     quién puede firmar y quién la escribió
edicion      componer un flujo: guardarlo, ordenarlo, apagarlo, ver a qué tocaría
alcance      un flujo nuevo y lo que ya estaba programado
espera       a quién se espera, en castellano (puro)
solicitudes  pedir, anular, y lo que le pasa a las entregas
firmas       decir que sí o pedir cambios
cerrojo      la última mirada, con lo que de verdad se va a enviar
versiones    cómo estaba la publicación cada vez que cambió
diferencias  qué cambió entre dos, palabra por palabra (puro)
comentarios  lo que se dice de ella
pendientes   lo que espera, y a quién
noticias     decírselo a quien firma y a quien escribe

Decisiones: un flujo nuevo no alcanza a lo ya programado, salvo que se pida (`flujos.alcanzar`). Lo que una vez exigió
aprobación la exige aunque se edite de modo que ya no le toque ningún flujo; sólo la levanta quien administra. Cambiar
la hora no anula lo aprobado. Lo aprobado después de su hora no sale tarde por su cuenta: valen la tolerancia y el
vencimiento de siempre.
"""
