"""Los enlaces que puso otro: el del mensaje, y los que alguien escribió dentro de él. Puro.

Un aviso del ayuntamiento con un enlace de un desconocido es un anzuelo con buena letra: lo que se escribió dentro de un
mensaje no se puede pulsar desde el correo, y del mensaje mismo se dice en qué sitio se abre.
"""

import re
from urllib.parse import urlsplit

_ESCRITO = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.)[^\s<>\"«»]+")
_CABE = re.compile(r"[\x21-\x7e]{1,2048}")


def sitio_de(url: str) -> str:
    """«facebook.com»: el sitio al que lleva de verdad; vacío si no es una dirección que se pueda abrir."""
    try:
        partes = urlsplit(url)
        sitio = (partes.hostname or "").encode("idna").decode()  # «xn--…» si imita con letras de otro alfabeto
    except ValueError:
        return ""
    return sitio.removeprefix("www.") if partes.scheme in ("http", "https") and "." in sitio else ""


def enlace_seguro(url: str) -> str:
    """El mismo, o vacío si es un guion («javascript:»), lleva espacios o esconde su sitio tras un «usuario@»."""
    if not sitio_de(url) or _CABE.fullmatch(url) is None or "@" in urlsplit(url).netloc:
        return ""
    return url


def sin_enlaces(texto: str) -> str:
    """Cada enlace escrito en un mensaje, cambiado por el sitio al que lleva, que no se puede pulsar."""
    return _ESCRITO.sub(_sin_pulsar, texto)


def _sin_pulsar(hallado: re.Match[str]) -> str:
    escrito = hallado[0] if "://" in hallado[0] else f"http://{hallado[0]}"
    sitio = sitio_de(escrito)
    return f"[enlace a {sitio.replace('.', ' . ')}]" if sitio else "[enlace]"
