"""Los hechos de Pinterest, cada uno con su fuente. Consultadas 2026-11-22; nada se comprobó contra la red viva."""

from datetime import date, timedelta

from conectores.contrato import Capacidades, Conciliacion, LimiteDeImagen, OpcionDePieza

# Fuente: OpenAPI 5.23.0 (https://github.com/pinterest/api-description), esquema PinCreate.
TITULO_MAXIMO = 100
DESCRIPCION_MAXIMA = 800
ENLACE_MAXIMO = 2048
TEXTO_ALTERNATIVO_MAXIMO = 500

# Fuente: ídem, PinMediaSourceImagesBase64 y ContentType.
IMAGENES_MAXIMAS = 5
MIMES = {"image/jpeg": "JPEG", "image/png": "PNG"}

# Pinterest admite 20 MB (https://help.pinterest.com/en/business/article/pinterest-product-specs). Menos aquí porque
# las imágenes viajan dentro de la llamada visible, que sólo tiene el plazo de una petición: cinco son 10 MB.
PESO_DE_IMAGEN_BYTES = 1_500_000
# La medida que recomienda Pinterest es 1000 × 1500; el doble se ve bien en cualquier pantalla. Fuente: ídem.
ANCHO_MAXIMO = 2000

# Fuente: OpenAPI 5.23.0, query_page_size.
POR_PAGINA = 250
PAGINAS_MAXIMAS = 40

# Cada pin son dos peticiones, y el acceso de prueba admite mil al día.
MEDIDOS_POR_LOTE = 10

CAPACIDADES = Capacidades(
    red="pinterest",
    nombre="Pinterest",
    largo_maximo=DESCRIPCION_MAXIMA,
    unidad_de_largo="caracteres",
    imagenes_maximas=IMAGENES_MAXIMAS,
    videos_maximos=0,
    imagen=LimiteDeImagen(
        formatos=tuple(MIMES.values()), peso_maximo_bytes=PESO_DE_IMAGEN_BYTES, ancho_maximo=ANCHO_MAXIMO
    ),
    necesita_medio=True,
    opciones=(
        OpcionDePieza("tablero", "El número del tablero, si no es el de siempre. Los enseña «pregonero perfiles»."),
    ),
    conciliacion=Conciliacion.LISTA,
    # 30 s de plazo de una petición y un minuto para que el tablero lo enseñe (Pinterest no publica cuánto tarda).
    cuarentena=timedelta(seconds=90),
    fuente="https://github.com/pinterest/api-description (OpenAPI 5.23.0)",
    verificado=date(2026, 11, 22),
)
