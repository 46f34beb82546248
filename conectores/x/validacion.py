"""Todo lo que X rechazaría de una pieza, dicho antes de la hora. Puro."""

import re
from collections.abc import Iterator

from conectores.contrato import Adjunto, Encuesta, Gravedad, Pieza, Problema, TipoDeMedio
from conectores.x import capacidades as x
from conectores.x.largo import buscar_enlaces, largo_ponderado, tiene_caracter_prohibido

_CASHTAG = re.compile(r"(?<!\S)\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?=$|[\s.,;:!?¡¿)\]\"'»”])")
_PRECIOS = "https://docs.x.com/x-api/getting-started/pricing, consultada 2026-11-22"
_MB = 1_000_000


def validar_pieza(pieza: Pieza) -> list[Problema]:
    return [*_texto(pieza), *_medios(pieza), *_encuesta(pieza), *_respuesta(pieza)]


def _texto(pieza: Pieza) -> Iterator[Problema]:
    texto = pieza.texto.strip()
    if not texto:
        if not pieza.adjuntos:
            yield Problema("no dice nada.", "Escriba un texto o adjunte una imagen.", "texto")
        return
    if (sobran := (largo := largo_ponderado(texto)) - x.LARGO_MAXIMO) > 0:
        yield Problema(
            f"mide {largo} y X admite {x.LARGO_MAXIMO}: sobran {sobran}.{_como_se_cuenta(texto)}",
            "Acórtelo, escriba un texto aparte para X, o ponga `hilo: sí` para publicarlo en varias partes.",
            "texto",
        )
    if tiene_caracter_prohibido(texto):
        yield Problema(
            "lleva un carácter invisible que X rechaza (una marca de orden de bytes, o medio emoji).",
            "Vuelva a escribir el texto, o péguelo sin formato.",
            "texto",
        )
    if len(cashtags := _CASHTAG.findall(texto)) > x.CASHTAGS_MAXIMOS:
        yield Problema(
            f"lleva {len(cashtags)} etiquetas de bolsa ({', '.join(cashtags)}) y X admite una.",
            "Deje una, o escriba las demás sin el signo $.",
            "texto",
        )
    if buscar_enlaces(texto):
        yield Problema(
            f"lleva un enlace: X cobra {x.PRECIO_CON_ENLACE_USD:.2f} dólares por publicarlo, 13 veces más que sin "
            f"enlace ({x.PRECIO_USD:.3f}).",
            f"Si no hace falta, quítelo; «gob.mx» a secas también cuenta como enlace. Fuente: {_PRECIOS}.",
            "texto",
            Gravedad.AVISO,
        )


def _como_se_cuenta(texto: str) -> str:
    if not (enlaces := buscar_enlaces(texto)):
        return ""
    cuantos = "El enlace cuenta" if len(enlaces) == 1 else f"Cada uno de los {len(enlaces)} enlaces cuenta"
    return f" {cuantos} {x.PESO_DE_UN_ENLACE}, mida lo que mida."


def _medios(pieza: Pieza) -> Iterator[Problema]:
    videos = [a for a in pieza.adjuntos if a.tipo is TipoDeMedio.VIDEO]
    gifs = [a for a in pieza.adjuntos if a.mime == "image/gif"]
    imagenes = [a for a in pieza.adjuntos if a.tipo is TipoDeMedio.IMAGEN]
    if len(imagenes) > x.IMAGENES_MAXIMAS:
        yield Problema(
            f"lleva {len(imagenes)} imágenes y X admite {x.IMAGENES_MAXIMAS}.",
            f"Quite {len(imagenes) - x.IMAGENES_MAXIMAS}.",
            "imágenes",
        )
    for solos, nombre in ((videos, "Un video"), (gifs, "Un GIF")):
        if solos and len(pieza.adjuntos) > 1:
            yield Problema(f"{nombre} va solo en X.", "Quite los demás adjuntos.", solos[0].ruta.name)
    for adjunto in pieza.adjuntos:
        yield from _video(adjunto) if adjunto.tipo is TipoDeMedio.VIDEO else _imagen(adjunto)


def _imagen(imagen: Adjunto) -> Iterator[Problema]:
    nombre = imagen.ruta.name
    if imagen.mime not in x.MIMES_DE_IMAGEN:
        yield Problema(f"X no admite imágenes {imagen.mime}.", "Guárdela como JPEG o PNG.", nombre)
    tope = x.GIF_BYTES if imagen.mime == "image/gif" else x.IMAGEN_BYTES
    if imagen.peso_bytes > tope:
        yield _pesa_demasiado(imagen, tope)
    if imagen.mime == "image/gif" and (imagen.ancho > x.GIF_ANCHO or imagen.alto > x.GIF_ALTO):
        yield Problema(
            f"mide {imagen.ancho}×{imagen.alto} y X admite GIF de {x.GIF_ANCHO}×{x.GIF_ALTO}.", "Redúzcalo.", nombre
        )
    if (largo := len(imagen.texto_alternativo)) > x.TEXTO_ALTERNATIVO_MAXIMO:
        yield Problema(
            f"su texto alternativo tiene {largo} caracteres y X admite {x.TEXTO_ALTERNATIVO_MAXIMO}.",
            "Acórtelo.",
            nombre,
        )


def _video(video: Adjunto) -> Iterator[Problema]:
    nombre, duracion = video.ruta.name, video.duracion_s
    if video.mime not in x.MIMES_DE_VIDEO:
        yield Problema(f"X no admite videos {video.mime}.", "Conviértalo a MP4 (H.264 y AAC).", nombre)
    if video.peso_bytes > x.VIDEO_BYTES:
        yield _pesa_demasiado(video, x.VIDEO_BYTES)
    if duracion is not None and not x.VIDEO_DURACION_MINIMA_S <= duracion <= x.VIDEO_DURACION_MAXIMA_S:
        yield Problema(
            f"dura {duracion:.1f} s y X admite de {x.VIDEO_DURACION_MINIMA_S} a {x.VIDEO_DURACION_MAXIMA_S:.0f} s.",
            "Recórtelo.",
            nombre,
        )
    if not video.razon:
        return
    if not x.VIDEO_RAZON_MINIMA <= video.razon <= x.VIDEO_RAZON_MAXIMA:
        yield Problema(
            f"su proporción ({video.ancho}×{video.alto}) es muy alargada: X admite de 1:3 a 3:1.",
            "Recorte los lados.",
            nombre,
        )
    menor, mayor = sorted((video.ancho, video.alto))
    if menor < x.VIDEO_LADO_MINIMO:
        yield Problema(f"es muy pequeño ({video.ancho}×{video.alto}).", "Use uno de al menos 32×32.", nombre)
    if mayor > x.VIDEO_LADO_MAYOR or menor > x.VIDEO_LADO_MENOR:
        # Sólo aviso: la documentación dice 1280×1024, y un teléfono corriente graba 1920×1080.
        yield Problema(
            f"mide {video.ancho}×{video.alto}, más que los {x.VIDEO_LADO_MAYOR}×{x.VIDEO_LADO_MENOR} que X documenta.",
            "Si X lo rechaza, redúzcalo a 1280×720.",
            nombre,
            Gravedad.AVISO,
        )


def _pesa_demasiado(adjunto: Adjunto, tope_bytes: int) -> Problema:
    return Problema(
        f"pesa {adjunto.peso_bytes / _MB:.1f} MB y X admite {tope_bytes / _MB:.0f} MB.",
        "Redúzcalo.",
        adjunto.ruta.name,
    )


def _encuesta(pieza: Pieza) -> Iterator[Problema]:
    if (encuesta := pieza.encuesta) is None:
        return
    if pieza.adjuntos:
        yield Problema("X no admite encuesta y adjuntos a la vez.", "Quite la encuesta o los adjuntos.", "encuesta")
    if not pieza.texto.strip() and pieza.adjuntos:
        yield Problema("la encuesta necesita una pregunta.", "Escríbala como texto.", "texto")
    yield from _opciones(encuesta)
    if not x.ENCUESTA_DURACION_MINIMA <= encuesta.duracion <= x.ENCUESTA_DURACION_MAXIMA:
        yield Problema("X admite encuestas de 5 minutos a 7 días.", "Cambie su duración.", "encuesta")


def _opciones(encuesta: Encuesta) -> Iterator[Problema]:
    if len(encuesta.opciones) not in x.ENCUESTA_OPCIONES:
        yield Problema(
            f"la encuesta tiene {len(encuesta.opciones)} opciones y X admite de 2 a 4.",
            "Agregue o quite opciones.",
            "encuesta",
        )
    for opcion in encuesta.opciones:
        if not 1 <= len(opcion.strip()) <= len(opcion) <= x.ENCUESTA_OPCION_MAXIMA:
            yield Problema(
                f"la opción «{opcion}» tiene {len(opcion)} caracteres y X admite de 1 a {x.ENCUESTA_OPCION_MAXIMA}.",
                "Cámbiela.",
                "encuesta",
            )


def _respuesta(pieza: Pieza) -> Iterator[Problema]:
    if pieza.en_respuesta_a and not re.fullmatch(r"[0-9]{1,19}", pieza.en_respuesta_a):
        yield Problema("responde a algo que no es un identificador de X.", "Quite la respuesta.", "en_respuesta_a")
