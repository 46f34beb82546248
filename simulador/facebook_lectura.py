"""Cómo se leen las cosas de una página de Facebook: publicaciones, fotos, videos y la página misma. Puro."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulador.estado import Medio, Perfil, ahora
from simulador.graph_lectura import fecha
from simulador.mensajes import Peticion


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodo:
    """Una publicación, una foto o un video de una página. programada_en: segundos de época, o 0."""

    id: str
    tipo: str  # «publicacion», «foto», «video»
    pagina: str
    texto: str = ""
    titulo: str = ""
    enlace: str = ""
    medios: tuple[Medio, ...] = ()
    visible: bool = False
    programada_en: int = 0
    creado_en: datetime = field(default_factory=ahora)
    listo_en: float = 0.0  # el video, segundos de época
    post: str = ""
    clave: str = ""


def leer_nodo(p: Peticion, nodo: Nodo, *, tipo: str, publicado_en: datetime | None) -> dict[str, Any]:
    """Todos los campos de un nodo; el que está a None no se dice."""
    match tipo:
        case "foto":
            return _foto(p, nodo)
        case "video":
            return _video(p, nodo)
    return _post(p, nodo, publicado_en)


def leer_pagina(pagina: Perfil, *, instagram: str) -> dict[str, Any]:
    return {
        "id": pagina.id,
        "name": pagina.nombre,
        "username": pagina.usuario,
        "link": f"https://www.facebook.com/{pagina.usuario}",
        "is_published": True,
        "category": "Government organization",
        "access_token": pagina.token or None,
        "tasks": ["CREATE_CONTENT", "MODERATE", "ANALYZE"],
        "instagram_business_account": {"id": instagram} if instagram else None,
    }


def _imagen(p: Peticion, medio: Medio) -> dict[str, Any]:
    return {"src": f"{p.raiz}/_medios/{medio.huella}.jpg", "width": medio.ancho, "height": medio.alto}


def _post(p: Peticion, nodo: Nodo, publicado_en: datetime | None) -> dict[str, Any]:
    creado = fecha(publicado_en or nodo.creado_en)
    imagenes = [_imagen(p, m) for m in nodo.medios]
    clase = "video" if nodo.tipo == "video" else "photo"
    destino = {"id": nodo.post or nodo.id}
    adjuntos = [{"media_type": clase, "media": {"image": imagen}, "target": destino} for imagen in imagenes]
    return {
        "id": nodo.id,
        "message": nodo.texto or None,
        "created_time": creado,
        "updated_time": creado,
        "permalink_url": f"https://www.facebook.com/{nodo.id}",
        "is_published": nodo.visible,
        "is_hidden": False,
        "scheduled_publish_time": nodo.programada_en or None,
        "status_type": "added_photos" if nodo.medios else "mobile_status_update",
        "full_picture": imagenes[0]["src"] if imagenes else None,
        "attachments": {"data": adjuntos} if adjuntos else None,
        "from": {"id": nodo.pagina},
        "story": None,
    }


def _foto(p: Peticion, nodo: Nodo) -> dict[str, Any]:
    imagen = _imagen(p, nodo.medios[0])
    return {
        "id": nodo.id,
        "images": [{"source": imagen["src"], "width": imagen["width"], "height": imagen["height"]}],
        "source": imagen["src"],
        "picture": imagen["src"],
        "width": imagen["width"],
        "height": imagen["height"],
        "name": nodo.texto or None,
        "alt_text_custom": nodo.medios[0].texto_alternativo or None,
        "created_time": fecha(nodo.creado_en),
        "page_story_id": nodo.post or None,
        "link": f"https://www.facebook.com/photo.php?fbid={nodo.id}",
    }


def _video(p: Peticion, nodo: Nodo) -> dict[str, Any]:
    listo = ahora().timestamp() >= nodo.listo_en
    return {
        "id": nodo.id,
        "title": nodo.titulo or None,
        "description": nodo.texto or None,
        "created_time": fecha(nodo.creado_en),
        "published": nodo.visible,
        "permalink_url": f"/{nodo.pagina}/videos/{nodo.id}/",
        "status": {"video_status": "ready" if listo else "processing"},
        "source": f"{p.raiz}/_medios/{nodo.medios[0].huella}",
        "post_id": nodo.id if nodo.visible else None,
        "scheduled_publish_time": nodo.programada_en or None,
    }
