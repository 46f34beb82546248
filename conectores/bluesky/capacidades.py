"""Los hechos de Bluesky, con su fuente."""

from datetime import date, timedelta

from conectores.contrato import Capacidades, Conciliacion, Cupo, LimiteDeImagen

# Fuente: lexicons/app/bsky/feed/post.json y embed/images.json de github.com/bluesky-social/atproto, consultada
# 2026-11-22; el peso de la imagen se comprobó contra el servidor oficial (@atproto/pds 0.5.35).
GRAFEMAS_MAXIMOS = 300
BYTES_MAXIMOS = 3000
GRAFEMAS_DE_ETIQUETA = 64  # richtext/facet.json
IMAGENES_MAXIMAS = 4
PESO_DE_IMAGEN_BYTES = 2_000_000
FORMATOS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# Más ancho no se ve: la red sirve a lo más 2000 píxeles (lib/constants.ts de github.com/bluesky-social/social-app).
ANCHO_MAXIMO = 2000

CAPACIDADES = Capacidades(
    red="bluesky",
    nombre="Bluesky",
    largo_maximo=GRAFEMAS_MAXIMOS,
    unidad_de_largo="grafemas",
    imagenes_maximas=IMAGENES_MAXIMAS,
    videos_maximos=0,
    imagen=LimiteDeImagen(
        formatos=tuple(FORMATOS.values()), peso_maximo_bytes=PESO_DE_IMAGEN_BYTES, ancho_maximo=ANCHO_MAXIMO
    ),
    conciliacion=Conciliacion.IDEMPOTENTE,
    # Corto: la fecha que lee la gente es la de la preparación, y la red borra pronto las imágenes que nadie usa.
    adelanto=timedelta(minutes=1),
    # 5000 puntos por hora y 35 000 por día, y putRecord cuesta 2. Fuente:
    # https://docs.bsky.app/docs/advanced-guides/rate-limits, consultada 2026-11-22.
    cupos=(Cupo(2500, timedelta(hours=1)), Cupo(17_500, timedelta(days=1))),
    fuente="https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky",
    verificado=date(2026, 11, 22),
)
