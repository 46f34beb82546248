"""De lo que Instagram contesta a lo que el motor oye. Puro."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from conectores.contrato_escucha import Autor, Clase, EnElPerfil, Oido
from conectores.grafo_escucha import leer_autor, sumar
from conectores.grafo_piezas import leer_instante

_DE_COMENTARIO = "id,text,timestamp,username,from,like_count"
CAMPOS_DE_COMENTARIO = f"{_DE_COMENTARIO},parent_id,replies.limit(50){{{_DE_COMENTARIO}}}"
CAMPOS_DE_RESPUESTA = _DE_COMENTARIO
CAMPOS_DE_ETIQUETA = "id,caption,timestamp,username,permalink,media_type,like_count,comments_count"
CAMPOS_DEL_PERFIL = "id,caption,timestamp,permalink,media_type,media_product_type"
CAMPOS_DE_CUENTAS = "id,timestamp,media_type,media_product_type,like_count,comments_count"
CAMPOS_DE_OTRA_CUENTA = (
    "username,name,followers_count,follows_count,media_count,"
    "media.limit(25){id,caption,timestamp,permalink,media_type,media_product_type,like_count,comments_count}"
)

_USUARIO = re.compile(r"[A-Za-z0-9._]{1,30}")
_TIPOS = {"IMAGE": "foto", "VIDEO": "video", "CAROUSEL_ALBUM": "carrusel"}


def comentario(nodo: Mapping[str, Any], *, en: str, propios: frozenset[str]) -> Oido | None:
    """en: la publicación o el comentario al que contesta. None si lo escribió la propia cuenta."""
    autor = _autor(nodo)
    if autor.id in propios or autor.usuario in propios:
        return None
    return Oido(
        id_externo=str(nodo["id"]),
        clase=Clase.COMENTARIO,
        texto=str(nodo.get("text") or ""),
        publicado_en=_instante(nodo),
        autor=autor,
        en_respuesta_a=str(nodo.get("parent_id") or en),
        interacciones=sumar(nodo.get("like_count")),
        crudo={c: v for c, v in nodo.items() if c != "replies"},
    )


def etiqueta(nodo: Mapping[str, Any], *, clase: Clase = Clase.MENCION) -> Oido:
    return Oido(
        id_externo=str(nodo["id"]),
        clase=clase,
        texto=str(nodo.get("caption") or ""),
        publicado_en=_instante(nodo),
        autor=_autor(nodo),
        url=str(nodo.get("permalink") or ""),
        interacciones=sumar(nodo.get("like_count"), nodo.get("comments_count")),
        crudo=nodo,
    )


def de_competidor(nodo: Mapping[str, Any], *, usuario: str) -> Oido | None:
    if nodo.get("id") is None or leer_instante(nodo.get("timestamp")) is None:
        return None
    return etiqueta({"username": usuario, **nodo}, clase=Clase.COMPETIDOR)


def en_el_perfil(nodo: Mapping[str, Any]) -> EnElPerfil:
    es_reel = nodo.get("media_product_type") == "REELS"
    return EnElPerfil(
        id_externo=str(nodo["id"]),
        texto=str(nodo.get("caption") or ""),
        publicada_en=_instante(nodo),
        url=str(nodo.get("permalink") or ""),
        tipo="reel" if es_reel else _TIPOS.get(str(nodo.get("media_type")), "publicacion"),
    )


def cuentas(nodo: Mapping[str, Any]) -> dict[str, int]:
    """Me gusta y comentarios, los que vengan: el autor puede esconder los me gusta, y entonces no se sabe."""
    halladas = {"me_gusta": nodo.get("like_count"), "comentarios": nodo.get("comments_count")}
    return {metrica: cuantas for metrica, cuantas in halladas.items() if isinstance(cuantas, int)}


def cuentas_de_cuenta(nodo: Mapping[str, Any]) -> dict[str, int]:
    halladas = {
        "seguidores": nodo.get("followers_count"),
        "seguidos": nodo.get("follows_count"),
        "publicaciones": nodo.get("media_count"),
    }
    return {metrica: cuantas for metrica, cuantas in halladas.items() if isinstance(cuantas, int)}


def usuario_de(cuenta: str) -> str:
    """El nombre de usuario que hay en «@metepec» o en la dirección de un perfil; vacío si no puede serlo."""
    limpia = re.sub(r"^(https?://)?(www\.)?instagram\.com/", "", cuenta.strip()).strip("/@ ")
    return limpia if _USUARIO.fullmatch(limpia) else ""


def _autor(nodo: Mapping[str, Any]) -> Autor:
    autor = leer_autor(nodo.get("from"))
    return Autor(id=autor.id, usuario=autor.usuario or str(nodo.get("username") or ""), nombre=autor.nombre)


def _instante(nodo: Mapping[str, Any]) -> datetime:
    """Ya se miró que la lleva."""
    return leer_instante(nodo.get("timestamp")) or datetime.now(UTC)
