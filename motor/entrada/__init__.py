"""La carpeta de entrada: de lo que suelta un editor a lo que se publicará, o al motivo por el que no.

    mirar      inventario (qué hay) · vigia (cuándo terminó de llegar) · unidades (qué va junto) · recorrido (todo)
    leer       codificacion · frente (YAML sin trampas) · lectura (.md, .txt) · hoja y calendario (.xlsx, .csv)
    entender   campos (nombres) · directorio (redes y perfiles) · fechas, dias, horas, hora_local · medios_nombrados
               · solicitud ─► armado ─► motor.publicacion.propuesta
    decidir    dictamen · publicacion_recibida · calendario_recibido, filas_recibidas, emparejar · revision (sin tomar)
    colocar    traslado (mover sin perder) · colocacion · rechazo · cierre · recuperacion (después de una muerte)
    contar     textos (las notas) · filas, copia y devolucion (la copia del calendario) · plantilla · actas

Son puros: campos, codificacion, frente, lectura, directorio, fechas y los suyos, medios_nombrados, solicitud, armado,
calendario, emparejar, unidades, textos y filas.
"""
