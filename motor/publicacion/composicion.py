"""Qué se dirá exactamente en cada perfil. Puro: no toca ni la base ni la red.

El texto que sale es el que escribió el editor. Sólo se le añade, a los enlaces a dominios nuestros, una etiqueta
`utm_content` que no se repite: mide las visitas y, si una respuesta se pierde, reconoce la publicación.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from conectores.contrato import Adjunto, Capacidades, Conector, Encuesta, Hilador, Pieza
from motor.publicacion.propuesta import Propuesta

_ENLACE = re.compile(r"https?://[^\s<>\"«»]+")
_PUNTUACION_FINAL = ".,;:!?)]}'…"


def piezas_de(
    propuesta: Propuesta,
    conector: Conector,
    *,
    perfil: str,
    clave: str,
    dominios: tuple[str, ...],
    adjuntos: Sequence[Adjunto] = (),
) -> list[Pieza]:
    """Lo que se dirá en un perfil: una pieza, o las de un hilo si lo pidió el editor y la red sabe."""
    pieza = componer(propuesta, perfil=perfil, capacidades=conector.capacidades, clave=clave, dominios=dominios)
    pieza = replace(pieza, adjuntos=tuple(adjuntos))
    if propuesta.hilo and isinstance(conector, Hilador):
        return en_partes(pieza, conector.partir(pieza))
    return [pieza]


def componer(
    propuesta: Propuesta, *, perfil: str, capacidades: Capacidades, clave: str, dominios: tuple[str, ...]
) -> Pieza:
    """La pieza de un perfil, sin adjuntos: variante del perfil, si no la de la red, si no el texto general."""
    variantes = propuesta.variantes
    texto = variantes.get(perfil) or variantes.get(capacidades.red) or propuesta.texto
    texto = etiquetar_enlaces(texto.strip(), dominios=dominios, clave=clave)
    enlace = etiquetar_enlaces(propuesta.enlace, dominios=dominios, clave=clave)
    if capacidades.enlace_en_texto and enlace:
        texto = texto if enlace in enlaces_de(texto) else f"{texto}\n\n{enlace}".strip()
        enlace = ""
    encuesta = propuesta.encuesta
    opciones = {k: str(v) for k, v in propuesta.opciones.get(capacidades.red, {}).items()}
    return Pieza(
        texto=texto,
        titulo=propuesta.titulo,
        enlace=enlace,
        encuesta=Encuesta(encuesta.opciones, encuesta.duracion) if encuesta else None,
        tipo=propuesta.tipo,
        opciones=opciones,
    )


def en_partes(pieza: Pieza, textos: list[str]) -> list[Pieza]:
    """Las piezas de un hilo: los adjuntos, el enlace y la encuesta van en la primera."""
    primera = replace(pieza, texto=textos[0])
    return [primera, *(Pieza(texto=t, tipo=pieza.tipo, opciones=pieza.opciones) for t in textos[1:])]


def enlaces_de(texto: str) -> list[str]:
    """Los enlaces del texto, enteros y sin la puntuación que los sigue."""
    return [hallado.rstrip(_PUNTUACION_FINAL) for hallado in _ENLACE.findall(texto)]


def etiquetar_enlaces(texto: str, *, dominios: tuple[str, ...], clave: str) -> str:
    """El mismo texto con `utm_content=clave` en los enlaces a nuestros dominios que no lleven ya uno."""

    def etiquetado(hallado: re.Match[str]) -> str:
        url = hallado[0].rstrip(_PUNTUACION_FINAL)
        return _con_etiqueta(url, dominios, clave) + hallado[0][len(url) :]

    return _ENLACE.sub(etiquetado, texto) if dominios else texto


def _con_etiqueta(url: str, dominios: tuple[str, ...], clave: str) -> str:
    try:
        partes = urlsplit(url)
        anfitrion = (partes.hostname or "").lower()
    except ValueError:
        return url
    if not any(anfitrion == d or anfitrion.endswith(f".{d}") for d in dominios):
        return url
    if any(nombre == "utm_content" for nombre, _ in parse_qsl(partes.query, keep_blank_values=True)):
        return url
    consulta = f"{partes.query}&" if partes.query else ""
    return urlunsplit(partes._replace(query=consulta + urlencode({"utm_content": clave})))
