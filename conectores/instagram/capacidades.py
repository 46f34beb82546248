"""Los límites de Instagram al publicar por su API, con su fuente y el día en que se leyeron."""

from datetime import date, timedelta

from conectores.contrato import Capacidades, Conciliacion, Cupo, LimiteDeImagen, LimiteDeVideo

LARGO_MAXIMO = 2_200
ETIQUETAS_MAXIMAS = 30
MENCIONES_MAXIMAS = 20
ALTERNATIVO_MAXIMO = 1_000
CARRUSEL_MINIMO, CARRUSEL_MAXIMO = 2, 10
ANCHO_MINIMO = 320

CAPACIDADES = Capacidades(
    red="instagram",
    nombre="Instagram",
    largo_maximo=LARGO_MAXIMO,
    unidad_de_largo="caracteres",
    imagenes_maximas=CARRUSEL_MAXIMO,
    videos_maximos=CARRUSEL_MAXIMO,
    imagen=LimiteDeImagen(
        formatos=("JPEG",),
        peso_maximo_bytes=8_000_000,
        ancho_maximo=1_440,
        ancho_minimo=ANCHO_MINIMO,
        razon_minima=0.8,
        razon_maxima=1.91,
    ),
    video=LimiteDeVideo(
        formatos=("mp4", "mov"), peso_maximo_bytes=300_000_000, duracion_minima_s=3.0, duracion_maxima_s=900.0
    ),
    necesita_medio=True,
    enlace_en_texto=True,
    conciliacion=Conciliacion.DOS_FASES,
    cuarentena=timedelta(seconds=90),
    adelanto=timedelta(minutes=10),
    tipos=("publicacion", "reel"),
    # La guía dice 100, `media_publish` 50 y textos viejos 25: se toma 50, y en cada preparación se obedece lo que
    # conteste `content_publishing_limit`.
    cupos=(Cupo(50, timedelta(hours=24)),),
    fuente="https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media",
    verificado=date(2026, 11, 22),
)

# Fuente: https://developers.facebook.com/docs/instagram-platform/content-publishing («Permissions»), 2026-11-22.
PERMISOS = ("instagram_basic", "instagram_content_publish", "pages_read_engagement")

# Para usar la página como portadora de imágenes, cuando este servidor no tiene dirección pública.
PERMISO_DE_PORTADORA = "pages_manage_posts"
