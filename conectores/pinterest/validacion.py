"""Qué decir de una pieza que Pinterest rechazaría. Puro."""

from collections.abc import Sequence

from conectores.contrato import Adjunto, Gravedad, Pieza, Problema, TipoDeMedio
from conectores.pinterest.capacidades import (
    DESCRIPCION_MAXIMA,
    ENLACE_MAXIMO,
    IMAGENES_MAXIMAS,
    MIMES,
    PESO_DE_IMAGEN_BYTES,
    TEXTO_ALTERNATIVO_MAXIMO,
    TITULO_MAXIMO,
)
from conectores.pinterest.traduccion import texto_alternativo

_MISMA_RAZON = 0.02


def problemas(pieza: Pieza, *, tablero: str) -> list[Problema]:
    """Todo lo que la red rechazaría, o que esta versión no sabe publicar. `tablero`: el que toca a esta pieza."""
    imagenes = [a for a in pieza.adjuntos if a.tipo is TipoDeMedio.IMAGEN]
    return [
        *_del_tablero(tablero),
        *_de_los_textos(pieza),
        *_de_la_clase(pieza),
        *_de_los_medios(pieza, imagenes),
        *_del_texto_alternativo(imagenes),
    ]


def _del_tablero(tablero: str) -> list[Problema]:
    if not tablero:
        remedio = "Ponga «tablero» en las opciones del perfil, o en las de esta publicación para Pinterest."
        return [Problema("falta decir en qué tablero.", remedio, "tablero")]
    if not (tablero.isascii() and tablero.isdigit()):
        remedio = "El identificador de un tablero sólo tiene cifras; «pregonero perfiles» los enseña."
        return [Problema(f"«{tablero[:50]}» no es el identificador de un tablero.", remedio, "tablero")]
    return []


def _de_los_textos(pieza: Pieza) -> list[Problema]:
    medidas = (
        ("texto", pieza.texto, DESCRIPCION_MAXIMA),
        ("título", pieza.titulo, TITULO_MAXIMO),
        ("enlace", pieza.enlace, ENLACE_MAXIMO),
    )
    return [
        Problema(f"tiene {len(valor)} caracteres y Pinterest admite {maximo}.", f"Quite {len(valor) - maximo}.", donde)
        for donde, valor, maximo in medidas
        if len(valor) > maximo
    ]


def _de_la_clase(pieza: Pieza) -> list[Problema]:
    hallados = []
    if pieza.encuesta is not None:
        hallados.append(Problema("Pinterest no tiene encuestas.", "Quite la encuesta de este perfil.", "encuesta"))
    if pieza.tipo != "publicacion":
        hallados.append(
            Problema(f"Pinterest no tiene «{pieza.tipo}».", "Publíquelo sin tipo, o quite este perfil.", "tipo")
        )
    if pieza.en_respuesta_a:
        hallados.append(Problema("Pinterest no tiene hilos.", "Acorte el texto, o quite este perfil.", "texto"))
    return hallados


def _de_los_medios(pieza: Pieza, imagenes: Sequence[Adjunto]) -> list[Problema]:
    hallados = [
        Problema(
            "los videos de Pinterest no se admiten todavía.", "Ponga una imagen y el enlace al video.", a.ruta.name
        )
        for a in pieza.adjuntos
        if a.tipo is TipoDeMedio.VIDEO
    ]
    if not pieza.adjuntos:
        hallados.append(Problema("Pinterest necesita una imagen.", "Adjunte una imagen JPEG o PNG.", "imágenes"))
    if len(imagenes) > IMAGENES_MAXIMAS:
        hallados.append(
            Problema(
                f"lleva {len(imagenes)} imágenes y Pinterest admite {IMAGENES_MAXIMAS}.",
                f"Quite {len(imagenes) - IMAGENES_MAXIMAS}.",
                "imágenes",
            )
        )
    razones = [i.razon for i in imagenes if i.razon]
    if razones and max(razones) > min(razones) * (1 + _MISMA_RAZON):
        remedio = "Recórtelas a la misma proporción: Pinterest recomienda 2:3 o 1:1."
        hallados.append(Problema("las imágenes no tienen la misma proporción.", remedio, "imágenes", Gravedad.AVISO))
    return [*hallados, *(p for i in imagenes for p in _de_la_imagen(i))]


def _de_la_imagen(imagen: Adjunto) -> list[Problema]:
    hallados = []
    if imagen.mime not in MIMES:
        hallados.append(
            Problema(f"es {imagen.mime} y Pinterest admite JPEG o PNG.", "Guárdela como JPEG.", imagen.ruta.name)
        )
    if imagen.peso_bytes > PESO_DE_IMAGEN_BYTES:
        hallados.append(
            Problema(
                f"pesa {imagen.peso_bytes / 1e6:.1f} MB y a Pinterest mandamos hasta {PESO_DE_IMAGEN_BYTES / 1e6:.1f}.",
                "Redúzcala o guárdela como JPEG.",
                imagen.ruta.name,
            )
        )
    if not imagen.texto_alternativo.strip():
        remedio = "Describa la imagen para quien no puede verla."
        hallados.append(Problema("no tiene texto alternativo.", remedio, imagen.ruta.name, Gravedad.AVISO))
    return hallados


def _del_texto_alternativo(imagenes: Sequence[Adjunto]) -> list[Problema]:
    largo = len(texto_alternativo(imagenes))
    if largo <= TEXTO_ALTERNATIVO_MAXIMO:
        return []
    suma = " entre todas las imágenes" if len(imagenes) > 1 else ""
    return [
        Problema(
            f"tiene {largo} caracteres{suma} y Pinterest admite {TEXTO_ALTERNATIVO_MAXIMO}.",
            f"Quite {largo - TEXTO_ALTERNATIVO_MAXIMO}.",
            "texto alternativo",
        )
    ]
