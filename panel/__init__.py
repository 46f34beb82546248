"""El panel: lo que ven y piden las personas, en un escritorio y en un teléfono. No tiene reglas propias.

aplicacion   se arma: rutas, guardias y plantillas
entorno      con qué trabaja cada página
peticion     quién pide, qué puede, y cómo se le contesta
guardias     lo que se mira de toda petición: tamaño, procedencia, cabeceras
paginas/     una por lo que quiere hacer una persona
api/         lo mismo en JSON, para otros sistemas
textos/      el catálogo: todo lo que se lee, en un sitio
servidor     atender por HTTP, junto al demonio o aparte
"""
