"""Cómo se llama cada dato de una publicación, escrito por quien sea. Puro."""

import difflib
import re

from motor.letras import sin_acentos

SINONIMOS: dict[str, tuple[str, ...]] = {
    "texto": ("texto", "mensaje", "copy", "contenido", "cuerpo", "publicacion", "texto de la publicacion"),
    "redes": (
        "redes", "red", "perfiles", "perfil", "en", "donde", "publicar en", "cuentas", "cuenta", "canal", "canales",
        "red social", "redes sociales",
    ),
    "fecha": ("fecha", "cuando", "fecha y hora", "fecha hora", "dia", "publicar", "publicar el"),
    "hora": ("hora", "horario", "hora de publicacion"),
    "imagenes": (
        "imagenes", "imagen", "foto", "fotos", "fotografia", "fotografias", "video", "videos", "adjunto", "adjuntos",
        "medio", "medios", "archivo", "archivos", "multimedia", "imagen o video",
    ),
    "alt": (
        "alt", "texto alternativo", "textos alternativos", "texto alt", "alt text", "descripcion de la imagen",
        "descripcion de imagen", "descripcion imagen", "descripcion de la foto",
    ),
    "titulo": ("titulo", "title", "encabezado"),
    "enlace": ("enlace", "link", "liga", "url", "vinculo", "sitio", "pagina"),
    "etiquetas": ("etiquetas", "etiqueta", "tags", "tag", "hashtags", "hashtag", "temas", "tema"),
    "tipo": ("tipo", "tipo de contenido", "tipo de publicacion", "clase", "formato"),
    "campana": ("campana", "programa"),
    "vence": ("vence", "vencimiento", "caduca", "caducidad", "expira", "vigencia", "valido hasta", "hasta"),
    "hilo": ("hilo", "en hilo", "thread"),
    "encuesta": ("encuesta", "opciones", "opciones de la encuesta", "opciones de encuesta", "respuestas"),
    "duracion": ("duracion", "duracion de la encuesta"),
    "tablero": ("tablero", "board"),
    "autor": ("autor", "autora", "responsable", "elaboro", "area"),
    "prioridad": ("prioridad", "importancia"),
    "id": ("id", "id pregonero"),
    "ignorado": (
        "resultado", "estado", "estatus", "status", "notas", "nota", "comentarios", "observaciones",
        "no", "num", "numero",
    ),
}  # fmt: skip

_POR_NOMBRE = {nombre: canonico for canonico, nombres in SINONIMOS.items() for nombre in nombres}

PROPIOS_DEL_MOTOR = frozenset({"redes", "alt", "vence", "imagenes", "etiquetas", "hilo", "tipo"})
"""Los que nadie escribiría al principio de un aviso para la gente («Fecha:» y «Hora:», en cambio, sí)."""


def llano(escrito: str) -> str:
    """Sin acentos, mayúsculas, signos ni paréntesis: «Texto_Alternativo (opcional)» es «texto alternativo»."""
    sin_parentesis = re.sub(r"\([^)]*\)", " ", escrito)
    return re.sub(r"[\W_]+", " ", sin_acentos(sin_parentesis)).strip()


def reconocer(clave: str) -> str | None:
    """El nombre canónico de un dato, o None."""
    return _POR_NOMBRE.get(llano(clave))


def parecido(clave: str) -> str:
    """« ¿Quiso decir «fecha»?», o nada si no se parece a ninguno."""
    cercanos = difflib.get_close_matches(llano(clave), _POR_NOMBRE, n=1, cutoff=0.7)
    return f"¿Quiso decir «{cercanos[0]}»?" if cercanos else ""
