"""Lo que Instagram rechazaría, dicho a quien escribió la publicación. Puro."""

import re

from conectores.contrato import Adjunto, Gravedad, Pieza, Problema, TipoDeMedio
from conectores.grafo_piezas import imagenes, problemas_comunes, texto_con_enlace, videos
from conectores.instagram.capacidades import (
    ALTERNATIVO_MAXIMO,
    ANCHO_MINIMO,
    CAPACIDADES,
    CARRUSEL_MAXIMO,
    ETIQUETAS_MAXIMAS,
    LARGO_MAXIMO,
    MENCIONES_MAXIMAS,
)

_ETIQUETA = re.compile(r"(?<![\w&])#\w+")
_MENCION = re.compile(r"(?<![\w.@])@\w[\w.]*")
_DIRECCION = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


def validar(pieza: Pieza) -> list[Problema]:
    problemas = problemas_comunes(pieza, red="Instagram") + _del_texto(texto_con_enlace(pieza))
    if not pieza.adjuntos:
        problemas.append(
            Problema("Instagram no publica texto solo.", "Adjunte al menos una imagen o un video.", "adjuntos")
        )
    if pieza.tipo.strip().lower() == "reel" and (imagenes(pieza) or len(videos(pieza)) != 1):
        problemas.append(Problema("un reel es un solo video.", "Deje sólo el video, o quite el tipo «reel».", "tipo"))
    if (cuantos := len(pieza.adjuntos)) > CARRUSEL_MAXIMO:
        problemas.append(
            Problema(
                f"lleva {cuantos} imágenes o videos y un carrusel de Instagram admite {CARRUSEL_MAXIMO}.",
                f"Quite {cuantos - CARRUSEL_MAXIMO}.",
                "adjuntos",
            )
        )
    for adjunto in pieza.adjuntos:
        problemas += _de_imagen(adjunto) if adjunto.tipo is TipoDeMedio.IMAGEN else _de_video(adjunto)
    return problemas + _de_carrusel(pieza)


def _del_texto(texto: str) -> list[Problema]:
    problemas = []
    if (largo := len(texto)) > LARGO_MAXIMO:
        problemas.append(
            Problema(
                f"tiene {largo:,} caracteres e Instagram admite {LARGO_MAXIMO:,}.",
                f"Quite {largo - LARGO_MAXIMO:,}.",
                "texto",
            )
        )
    if (etiquetas := len(_ETIQUETA.findall(texto))) > ETIQUETAS_MAXIMAS:
        problemas.append(
            Problema(
                f"lleva {etiquetas} etiquetas (#) e Instagram admite {ETIQUETAS_MAXIMAS}.",
                f"Quite {etiquetas - ETIQUETAS_MAXIMAS}.",
                "texto",
            )
        )
    if (menciones := len(_MENCION.findall(texto))) > MENCIONES_MAXIMAS:
        problemas.append(
            Problema(
                f"lleva {menciones} menciones (@) e Instagram admite {MENCIONES_MAXIMAS}.",
                f"Quite {menciones - MENCIONES_MAXIMAS}.",
                "texto",
            )
        )
    if _DIRECCION.search(texto):
        problemas.append(
            Problema(
                "lleva un enlace, y en Instagram los enlaces del texto no se pueden tocar.",
                "Si es importante, diga «enlace en el perfil» y póngalo allí.",
                "texto",
                Gravedad.AVISO,
            )
        )
    return problemas


def _de_imagen(imagen: Adjunto) -> list[Problema]:
    limite, donde = CAPACIDADES.imagen, imagen.ruta.name
    if limite is None:
        return []
    problemas = []
    if imagen.mime != "image/jpeg":
        problemas.append(Problema("no es una imagen JPEG.", "Guárdela como JPEG (.jpg).", donde))
    if imagen.peso_bytes > limite.peso_maximo_bytes:
        problemas.append(
            Problema(
                f"pesa {imagen.peso_bytes / 1e6:.1f} MB e Instagram admite {limite.peso_maximo_bytes / 1e6:.0f} MB.",
                "Use una imagen más ligera.",
                donde,
            )
        )
    if 0 < imagen.ancho < ANCHO_MINIMO:
        problemas.append(
            Problema(
                f"mide {imagen.ancho} píxeles de ancho e Instagram pide al menos {ANCHO_MINIMO}.",
                "Use la imagen original, más grande.",
                donde,
            )
        )
    if imagen.razon and not limite.razon_minima <= imagen.razon <= limite.razon_maxima:
        problemas.append(
            Problema(
                f"mide {imagen.ancho}×{imagen.alto} ({imagen.razon:.2f}:1) e Instagram admite de "
                f"{limite.razon_minima:.2f}:1 a {limite.razon_maxima:.2f}:1.",
                "Recórtela o póngale marco.",
                donde,
            )
        )
    return problemas + _del_alternativo(imagen)


def _del_alternativo(imagen: Adjunto) -> list[Problema]:
    largo = len(imagen.texto_alternativo)
    if largo <= ALTERNATIVO_MAXIMO:
        return []
    return [
        Problema(
            f"su texto alternativo tiene {largo:,} caracteres e Instagram admite {ALTERNATIVO_MAXIMO:,}.",
            f"Quite {largo - ALTERNATIVO_MAXIMO:,}.",
            imagen.ruta.name,
        )
    ]


def _de_video(video: Adjunto) -> list[Problema]:
    limite, donde = CAPACIDADES.video, video.ruta.name
    if limite is None:
        return []
    problemas = []
    if video.ruta.suffix.lower().lstrip(".") not in limite.formatos:
        problemas.append(Problema("no es un video MP4 ni MOV.", "Conviértalo a MP4.", donde))
    if video.peso_bytes > limite.peso_maximo_bytes:
        problemas.append(
            Problema(
                f"pesa {video.peso_bytes / 1e6:.0f} MB e Instagram admite {limite.peso_maximo_bytes / 1e6:.0f} MB.",
                "Comprímalo o publique una versión más corta.",
                donde,
            )
        )
    duracion = video.duracion_s
    if duracion is not None and not limite.duracion_minima_s <= duracion <= limite.duracion_maxima_s:
        problemas.append(
            Problema(
                f"dura {_en_reloj(duracion)} e Instagram admite de {limite.duracion_minima_s:.0f} s "
                f"a {limite.duracion_maxima_s / 60:.0f} min.",
                "Publique uno más largo." if duracion < limite.duracion_minima_s else "Córtelo.",
                donde,
            )
        )
    return problemas


def _en_reloj(segundos: float) -> str:
    return f"{segundos:.1f} s" if segundos < 60 else f"{int(segundos // 60)} min {int(segundos % 60)} s"


def _de_carrusel(pieza: Pieza) -> list[Problema]:
    """Instagram recorta todo el carrusel a la forma de la primera imagen."""
    medidas = [a for a in pieza.adjuntos if a.razon]
    distintas = [a.ruta.name for a in medidas[1:] if abs(a.razon - medidas[0].razon) > 0.02]
    if len(pieza.adjuntos) < 2 or not distintas:
        return []
    return [
        Problema(
            f"Instagram recortará {', '.join(distintas)} a la forma de {medidas[0].ruta.name}, que va primero.",
            "Si se pierde algo importante, déjelas todas de la misma forma.",
            "carrusel",
            Gravedad.AVISO,
        )
    ]
