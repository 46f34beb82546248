"""Qué decir de una pieza que Bluesky rechazaría. Puro."""

from conectores.bluesky.capacidades import (
    BYTES_MAXIMOS,
    FORMATOS,
    GRAFEMAS_MAXIMOS,
    IMAGENES_MAXIMAS,
    PESO_DE_IMAGEN_BYTES,
)
from conectores.bluesky.texto import contar_grafemas, texto_final
from conectores.contrato import Adjunto, Gravedad, Pieza, Problema, TipoDeMedio


def problemas(pieza: Pieza) -> list[Problema]:
    """Todo lo que la red rechazaría, o que esta versión no sabe publicar."""
    return [*_del_texto(pieza), *_de_la_clase(pieza), *_de_los_medios(pieza)]


def _del_texto(pieza: Pieza) -> list[Problema]:
    texto = texto_final(pieza)
    if not texto.strip() and not pieza.adjuntos and not pieza.enlace:
        return [Problema("no dice nada.", "Escriba un texto o adjunte una imagen.", "texto")]
    if any("\ud800" <= c <= "\udfff" for c in texto):
        return [Problema("lleva medio emoji, que no se puede ni mandar.", "Vuelva a escribir el texto.", "texto")]
    grafemas, peso_bytes = contar_grafemas(texto), len(texto.encode())
    con_enlace = " contando el enlace, que junto a imágenes va escrito" if texto != pieza.texto else ""
    if grafemas > GRAFEMAS_MAXIMOS:
        return [
            Problema(
                f"tiene {grafemas} grafemas (letras y emojis tal como se ven){con_enlace} y Bluesky admite "
                f"{GRAFEMAS_MAXIMOS}.",
                f"Quite {grafemas - GRAFEMAS_MAXIMOS}, o pida un hilo.",
                "texto",
            )
        ]
    if peso_bytes > BYTES_MAXIMOS:
        return [
            Problema(
                f"ocupa {peso_bytes} bytes{con_enlace} y Bluesky admite {BYTES_MAXIMOS}.",
                "Quite emojis compuestos, o pida un hilo.",
                "texto",
            )
        ]
    return []


def _de_la_clase(pieza: Pieza) -> list[Problema]:
    hallados = []
    if pieza.encuesta is not None:
        hallados.append(Problema("Bluesky no tiene encuestas.", "Quite la encuesta de este perfil.", "encuesta"))
    if pieza.tipo != "publicacion":
        hallados.append(
            Problema(f"Bluesky no tiene «{pieza.tipo}».", "Publíquelo sin tipo, o quite este perfil.", "tipo")
        )
    return hallados


def _de_los_medios(pieza: Pieza) -> list[Problema]:
    imagenes = [a for a in pieza.adjuntos if a.tipo is TipoDeMedio.IMAGEN]
    hallados = [
        Problema(
            "esta versión no publica videos en Bluesky.",
            "Quite el video de este perfil, o ponga una imagen y el enlace al video.",
            a.ruta.name,
        )
        for a in pieza.adjuntos
        if a.tipo is TipoDeMedio.VIDEO
    ]
    if len(imagenes) > IMAGENES_MAXIMAS:
        hallados.append(
            Problema(
                f"lleva {len(imagenes)} imágenes y Bluesky admite {IMAGENES_MAXIMAS}.",
                f"Quite {len(imagenes) - IMAGENES_MAXIMAS}.",
                "imágenes",
            )
        )
    for imagen in imagenes:
        hallados += _de_la_imagen(imagen)
    return hallados


def _de_la_imagen(imagen: Adjunto) -> list[Problema]:
    hallados = []
    if imagen.mime not in FORMATOS:
        hallados.append(
            Problema(f"es {imagen.mime} y Bluesky admite JPEG, PNG o WebP.", "Guárdela como JPEG.", imagen.ruta.name)
        )
    if imagen.peso_bytes > PESO_DE_IMAGEN_BYTES:
        hallados.append(
            Problema(
                f"pesa {imagen.peso_bytes / 1e6:.1f} MB y Bluesky admite {PESO_DE_IMAGEN_BYTES / 1e6:.0f}.",
                "Redúzcala o guárdela como JPEG.",
                imagen.ruta.name,
            )
        )
    if not imagen.texto_alternativo.strip():
        hallados.append(
            Problema(
                "no tiene texto alternativo.",
                "Describa la imagen para quien no puede verla.",
                imagen.ruta.name,
                Gravedad.AVISO,
            )
        )
    return hallados
