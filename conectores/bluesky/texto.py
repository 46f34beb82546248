"""El texto de Bluesky: cuánto mide, qué partes llevan a algún sitio y cómo se parte en un hilo. Puro.

Dentro del texto, las posiciones se cuentan en bytes de UTF-8, no en letras; el largo, en grafemas.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import regex

from conectores.bluesky.capacidades import BYTES_MAXIMOS, GRAFEMAS_DE_ETIQUETA, GRAFEMAS_MAXIMOS
from conectores.contrato import Pieza

# Los dominios que se reconocen escritos sin https://. Con cualquiera, «sábado.Mañana» sería un enlace.
_FINALES = frozenset({"mx", "com", "org", "net", "edu", "gob", "gov", "info", "es", "us", "app", "io", "social", "tv"})

_ANTES = r"(?<![^\s(\[«“\"'¡¿])"
_ENLACE = regex.compile(
    _ANTES + r"(?:https?://\w[^\s<>«»“”\"]*|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<final>[a-z]{2,})"
    r"(?![\w@])(?:[/?#][^\s<>«»“”\"]*)?)",
    regex.IGNORECASE,
)
_MENCION = regex.compile(
    _ANTES + r"@(?P<nombre>(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?)(?![\w@])",
    regex.IGNORECASE,
)
_ETIQUETA = regex.compile(_ANTES + r"[#＃](?P<palabra>[\p{L}\p{M}\p{N}_]*[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*)")
_PAREJAS = {")": "(", "]": "["}


def contar_grafemas(texto: str) -> int:
    """Las letras y emojis tal como se ven: «👨‍👩‍👧» es uno."""
    return len(regex.findall(r"\X", texto))


def cabe(texto: str) -> bool:
    return len(texto.encode()) <= BYTES_MAXIMOS and contar_grafemas(texto) <= GRAFEMAS_MAXIMOS


def texto_final(pieza: Pieza) -> str:
    """Lo que se lee. Una publicación lleva imágenes o tarjeta de enlace: con imágenes, el enlace va escrito."""
    if pieza.adjuntos and pieza.enlace and pieza.enlace not in pieza.texto:
        return f"{pieza.texto}\n\n{pieza.enlace}".strip()
    return pieza.texto


# ── Facetas ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Tramo:
    inicio: int  # en letras
    fin: int
    rasgo: Mapping[str, str]


def menciones(texto: str) -> list[str]:
    """Los nombres que se mencionan («leon.gob.mx»), en minúsculas y sin repetir: falta saber si existen."""
    return list(dict.fromkeys(m["nombre"].lower() for m in _MENCION.finditer(texto)))


def facetas(texto: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """Enlaces, menciones y etiquetas, con sus posiciones en bytes de UTF-8.

    dids: la identidad de cada nombre mencionado; el que no esté se queda como texto.
    """
    tramos: list[_Tramo] = []
    for tramo in [*_enlaces(texto), *_menciones(texto, dids), *_etiquetas(texto)]:
        if all(tramo.fin <= otro.inicio or tramo.inicio >= otro.fin for otro in tramos):
            tramos.append(tramo)
    return [
        {
            "index": {"byteStart": len(texto[: t.inicio].encode()), "byteEnd": len(texto[: t.fin].encode())},
            "features": [dict(t.rasgo)],
        }
        for t in sorted(tramos, key=lambda t: t.inicio)
    ]


def _enlaces(texto: str) -> Iterator[_Tramo]:
    for m in _ENLACE.finditer(texto):
        enlace = _sin_puntuacion_final(m[0])
        if m["final"] is None:
            uri = enlace
        elif m["final"].lower() in _FINALES:
            uri = f"https://{enlace}"
        else:
            continue
        yield _Tramo(m.start(), m.start() + len(enlace), {"$type": "app.bsky.richtext.facet#link", "uri": uri})


def _sin_puntuacion_final(enlace: str) -> str:
    """«(ver https://a.mx/b).» enlaza a https://a.mx/b; «https://a.mx/b_(c)» conserva su paréntesis."""
    while enlace[-1] in ".,;:!?…'" or (enlace[-1] in _PAREJAS and _PAREJAS[enlace[-1]] not in enlace):
        enlace = enlace[:-1]
    return enlace


def _menciones(texto: str, dids: Mapping[str, str]) -> Iterator[_Tramo]:
    for m in _MENCION.finditer(texto):
        if did := dids.get(m["nombre"].lower()):
            yield _Tramo(m.start(), m.end(), {"$type": "app.bsky.richtext.facet#mention", "did": did})


def _etiquetas(texto: str) -> Iterator[_Tramo]:
    for m in _ETIQUETA.finditer(texto):
        if contar_grafemas(m["palabra"]) <= GRAFEMAS_DE_ETIQUETA:
            yield _Tramo(m.start(), m.end(), {"$type": "app.bsky.richtext.facet#tag", "tag": m["palabra"]})


# ── Hilos ────────────────────────────────────────────────────────────────────────────────────────────────────

# De mejor a peor sitio donde cortar: entre párrafos, tras una frase, tras una línea, entre palabras.
_CORTES = (r"\n\s*\n", r"(?<=[.!?…][»”\")]?)\s", r"\n", r"\s")
_MINIMO = 0.5  # un corte bueno que deje la parte a menos de la mitad es peor que otro más tarde


def partir(pieza: Pieza) -> list[str]:
    """Los textos de un hilo, cada uno dentro del límite. No se añade nada: ni números ni puntos suspensivos.

    En la primera parte se deja sitio al enlace que irá escrito junto a las imágenes.
    """
    escrito = texto_final(pieza)
    reserva = escrito[len(pieza.texto) :] if escrito != pieza.texto else ""
    resto, partes = pieza.texto.strip(), []
    while resto and not cabe(resto + reserva):
        corte = _donde_cortar(resto, reserva)
        partes.append(resto[:corte].rstrip())
        resto, reserva = resto[corte:].lstrip(), ""
    return [*partes, resto] if resto else partes


def _donde_cortar(texto: str, reserva: str) -> int:
    maximo = _lo_que_cabe(texto, reserva)
    ventana = texto[: maximo + 1]  # con la letra siguiente: puede ser justo el blanco donde cortar
    for patron in _CORTES:
        sitios = [m.start() for m in regex.finditer(patron, ventana) if m.start() <= maximo]
        if sitios and (sitios[-1] >= maximo * _MINIMO or patron == _CORTES[-1]) and sitios[-1] > 0:
            return sitios[-1]
    return maximo


def _lo_que_cabe(texto: str, reserva: str) -> int:
    """Cuántas letras del principio caben, sin partir un grafema; al menos una."""
    grafemas = GRAFEMAS_MAXIMOS - contar_grafemas(reserva)
    peso_bytes = BYTES_MAXIMOS - len(reserva.encode())
    fin = 0
    for cuenta, m in enumerate(regex.finditer(r"\X", texto), start=1):
        peso_bytes -= len(m[0].encode())
        if fin and (cuenta > grafemas or peso_bytes < 0):
            break
        fin = m.end()
    return fin
