"""Los límites de una página de Facebook, con su fuente y el día en que se leyeron."""

from datetime import date, timedelta

from conectores.contrato import Capacidades, Conciliacion, LimiteDeImagen, LimiteDeVideo

# No hay límite oficial en la documentación; 63,206 es el que se repite desde 2011. Sin verificar.
LARGO_ACOSTUMBRADO = 63_206

# `attached_media` no dice cuántas admite. Sin verificar: 10 es lo que cabe en un carrusel de Meta, y nadie ve más.
IMAGENES_MAXIMAS = 10

CAPACIDADES = Capacidades(
    red="facebook",
    nombre="Facebook",
    largo_maximo=LARGO_ACOSTUMBRADO,
    unidad_de_largo="caracteres",
    imagenes_maximas=IMAGENES_MAXIMAS,
    videos_maximos=1,
    # Fuente: https://developers.facebook.com/docs/graph-api/reference/page/photos, consultada 2026-11-22:
    # «.jpeg, .bmp, .png, .gif, .tiff», hasta 10 MB (PNG de más de 1 MB pueden verse pixelados).
    imagen=LimiteDeImagen(
        formatos=("JPEG", "PNG", "GIF", "BMP", "TIFF"), peso_maximo_bytes=10_000_000, ancho_maximo=8192
    ),
    # 10 GB y 4 h: guía de publicación de la Video API (versión de 2023); la de 2026 ya no da números. Sin verificar.
    video=LimiteDeVideo(
        formatos=("mp4", "mov"), peso_maximo_bytes=10_000_000_000, duracion_minima_s=1.0, duracion_maxima_s=4 * 3600.0
    ),
    conciliacion=Conciliacion.DOS_FASES,
    cuarentena=timedelta(seconds=60),
    adelanto=timedelta(minutes=10),
    fuente="https://developers.facebook.com/documentation/pages-api/posts.md",
    verificado=date(2026, 11, 22),
)

# Fuente: https://developers.facebook.com/docs/graph-api/reference/page/photos («Requirements»), 2026-11-22.
PERMISOS = ("pages_manage_posts", "pages_read_engagement", "pages_show_list")
