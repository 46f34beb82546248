"""Las letras de lo escrito, para compararlo sin que importe cómo se acentuó. Puro."""

import unicodedata


def sin_acentos(escrito: str) -> str:
    """En minúsculas y sin marcas: «ÁLBUM» y «Álbum» son «album»; la ñ queda en n."""
    descompuesto = unicodedata.normalize("NFKD", escrito.casefold())
    return "".join(letra for letra in descompuesto if not unicodedata.combining(letra))
