"""Lo que se nota de una publicación sin entenderla: qué clase es, cuán larga, y qué lleva. Puro.

El modelo lo descuenta: si los videos gustan más y salen por la tarde, la tarde no es por eso mejor hora.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from motor.letras import sin_acentos

_URL = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_HASHTAG = re.compile(r"(?<!\w)#\w")
_MENCION = re.compile(r"(?<![\w/.@])@\w")
_ENLACES = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)

_CLASES: tuple[tuple[str, str], ...] = (
    # Si lo dice el tipo, en cualquier idioma, es de esta clase; vale la primera.
    ("histori", "historia"),
    ("stor", "historia"),
    ("reel", "reel"),
    ("carrusel", "carrusel"),
    ("carousel", "carrusel"),
    ("secuencia", "carrusel"),
    ("album", "carrusel"),
    ("video", "video"),
    ("foto", "foto"),
    ("photo", "foto"),
    ("imag", "foto"),
    ("enlace", "enlace"),
    ("link", "enlace"),
    ("external", "enlace"),
)
"""La misma clase se llama distinto en la API, en la tabla que exporta la red y en cada idioma («Fotos», «photo»)."""

RESPUESTA = "respuesta"
_EMERGENCIAS = frozenset({"emergencia", "alerta"})


@dataclass(frozen=True, slots=True)
class Rasgos:
    """largo: caracteres del texto."""

    largo: int
    url: bool
    hashtag: bool
    mencion: bool
    pregunta: bool


def rasgos_de(texto: str, *, enlace: str = "") -> Rasgos:
    """enlace: el que la publicación lleva aparte, si lo lleva. Un «?» dentro de una dirección no pregunta nada."""
    # Casi ninguna lleva de todo: mirar si está la seña cuesta la décima parte que buscarla bien.
    con_url = (":" in texto or "." in texto) and _URL.search(texto) is not None
    sin_enlaces = _ENLACES.sub(" ", texto) if con_url else texto
    return Rasgos(
        largo=len(texto),
        url=con_url or bool(enlace),
        hashtag="#" in sin_enlaces and _HASHTAG.search(sin_enlaces) is not None,
        mencion="@" in sin_enlaces and _MENCION.search(sin_enlaces) is not None,
        pregunta="?" in sin_enlaces or "¿" in sin_enlaces,
    )


@lru_cache(maxsize=512)
def clase_de(tipo: str) -> str:
    """El tipo que dijo la red, con una sola palabra por clase; lo que no se conoce queda como lo dijo."""
    llano = _llano(tipo)
    return next((clase for senal, clase in _CLASES if senal in llano), llano)


def es_emergencia(tipo: str, etiquetas: Collection[str]) -> bool:
    """A una alerta la gente contesta por lo que pasa, y no por la hora: de ella no se aprende."""
    return not _EMERGENCIAS.isdisjoint(_llano(p) for p in (tipo, *etiquetas))


@lru_cache(maxsize=512)
def _llano(escrito: str) -> str:
    return sin_acentos(escrito).strip(" #")
