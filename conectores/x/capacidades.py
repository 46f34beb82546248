"""Los hechos de X, cada uno con su fuente y el día en que se leyó.

Fuentes: documentación de docs.x.com (repositorio xdevplatform/docs, commit 28713281 del 2026-08-22) y su OpenAPI
2.166 y 2.167. Consultadas 2026-11-22; nada se comprobó contra la red viva.
"""

from datetime import date, timedelta

from conectores.contrato import Capacidades, Conciliacion, Cupo, LimiteDeImagen, LimiteDeVideo

# Fuente: https://docs.x.com/fundamentals/counting-characters
LARGO_MAXIMO = 280
PESO_DE_UN_ENLACE = 23

# Fuente: https://docs.x.com/x-api/media/quickstart/best-practices
IMAGENES_MAXIMAS = 4
IMAGEN_BYTES = 5_000_000
GIF_BYTES = 15_000_000
GIF_ANCHO, GIF_ALTO = 1280, 1080
VIDEO_BYTES = 512_000_000
VIDEO_DURACION_MINIMA_S, VIDEO_DURACION_MAXIMA_S = 0.5, 140.0
VIDEO_LADO_MINIMO = 32
VIDEO_LADO_MAYOR, VIDEO_LADO_MENOR = 1280, 1024
VIDEO_RAZON_MINIMA, VIDEO_RAZON_MAXIMA = 1 / 3, 3.0
MIMES_DE_VIDEO = frozenset({"video/mp4", "video/quicktime"})
MIMES_DE_IMAGEN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})

# Fuente: OpenAPI 2.167, CreateMediaMetadataMetadataAltText
TEXTO_ALTERNATIVO_MAXIMO = 1000

# Fuente: OpenAPI 2.167, CreatePostsPoll
ENCUESTA_OPCIONES = range(2, 5)
ENCUESTA_OPCION_MAXIMA = 25
ENCUESTA_DURACION_MINIMA, ENCUESTA_DURACION_MAXIMA = timedelta(minutes=5), timedelta(minutes=10_080)

# Fuente: https://docs.x.com/changelog, 2026-04-16
CASHTAGS_MAXIMOS = 1

# Fuente: https://docs.x.com/x-api/getting-started/pricing
PRECIO_USD, PRECIO_CON_ENLACE_USD = 0.015, 0.200

# Un medio subido vive 86 400 s; se deja de contar con él un rato antes.
# Fuente: https://docs.x.com/x-api/media/quickstart/best-practices
VIDA_DE_UN_MEDIO = timedelta(hours=24)
MARGEN_DE_UN_MEDIO = timedelta(minutes=30)

# Fuente: OpenAPI 2.167, AppendMediaUploadRequest (segment_index de 0 a 999): 1000 trozos llegan a 750 MB.
# En base64 cada trozo pesa 1 MB.
TROZO_BYTES = 750_000

CAPACIDADES = Capacidades(
    red="x",
    nombre="X",
    largo_maximo=LARGO_MAXIMO,
    unidad_de_largo="caracteres (un emoji cuenta 2; un enlace, 23)",
    imagenes_maximas=IMAGENES_MAXIMAS,
    videos_maximos=1,
    imagen=LimiteDeImagen(
        formatos=("JPEG", "PNG", "WEBP", "GIF"), peso_maximo_bytes=IMAGEN_BYTES, ancho_maximo=4096, ancho_minimo=4
    ),
    video=LimiteDeVideo(
        formatos=("mp4", "mov"),
        peso_maximo_bytes=VIDEO_BYTES,
        duracion_minima_s=VIDEO_DURACION_MINIMA_S,
        duracion_maxima_s=VIDEO_DURACION_MAXIMA_S,
    ),
    enlace_en_texto=True,
    texto_unico=True,  # https://docs.x.com/developer-terms/policy: nada igual ni muy parecido desde varias cuentas
    conciliacion=Conciliacion.LISTA,
    # 30 s de plazo de una petición y un minuto para que el listado la enseñe (X no publica cuánto tarda).
    cuarentena=timedelta(seconds=90),
    adelanto=timedelta(minutes=15),  # un video se procesa después de subirlo
    # La documentación da dos cifras distintas: se cumplen las dos más bajas.
    # Fuente: https://docs.x.com/x-api/fundamentals/rate-limits y /x-api/posts/manage-tweets/integrate
    cupos=(
        Cupo(100, timedelta(minutes=15)),
        Cupo(300, timedelta(hours=3)),
        Cupo(10_000, timedelta(hours=24)),
    ),
    fuente="https://docs.x.com (repositorio xdevplatform/docs, 28713281) y OpenAPI 2.167",
    verificado=date(2026, 11, 22),
)
