"""La carpeta de entrada: de lo que suelta un editor a lo que se publicará, o al motivo por el que no.

    recorrido   una mirada a la carpeta, de principio a fin · revision, lo mismo sin tomar nada · plantilla
    mirar/      inventario (qué hay) · vigia (cuándo terminó de llegar) · unidades (qué va junto)
    leer/       codificacion · frente (YAML sin trampas) · lectura (.md, .txt) · hoja y calendario (.xlsx, .csv)
    entender/   campos (nombres) · directorio (redes y perfiles) · medios_nombrados · solicitud ─► armado ─► Propuesta
    decidir/    dictamen · publicacion_recibida · calendario_recibido, filas_recibidas, emparejar
    colocar/    traslado (mover sin perder) · colocacion · rechazo · cierre · recuperacion (después de una muerte)
    contar/     textos (las notas) · filas, copia y devolucion (la copia del calendario) · actas

`leer` y `entender`, con `mirar.unidades`, `contar.textos` y `decidir.emparejar`, son puros.
"""
