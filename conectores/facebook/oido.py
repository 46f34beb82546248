"""De lo que Facebook contesta a lo que el motor oye. Puro."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from conectores.contrato_escucha import Clase, EnElPerfil, Oido
from conectores.facebook.traduccion import PAGINA_WEB
from conectores.grafo_escucha import contar_resumen, leer_autor, sumar
from conectores.grafo_piezas import leer_instante

CAMPOS_DE_COMENTARIO = (
    "id,message,from,created_time,like_count,comment_count,parent{id},permalink_url,attachment{type,url}"
)
_RESUMENES = "shares,reactions.limit(0).summary(total_count),comments.filter(stream).limit(0).summary(total_count)"
CAMPOS_DE_AJENA = f"id,message,from,created_time,permalink_url,{_RESUMENES}"
CAMPOS_DE_ETIQUETA = f"{CAMPOS_DE_AJENA},tagged_time"
CAMPOS_DE_CUENTAS = f"id,created_time,{_RESUMENES}"
# En un video no hay `shares`, y las reacciones se llaman «likes».
CAMPOS_DE_CUENTAS_DE_VIDEO = (
    "id,created_time,views,likes.limit(0).summary(total_count),comments.filter(stream).limit(0).summary(total_count)"
)
CAMPOS_DEL_PERFIL = "id,message,created_time,permalink_url,status_type,attachments{media_type,target{id}}"


def comentario(nodo: Mapping[str, Any], *, publicacion: str, pagina: str) -> Oido | None:
    """None si lo escribió la propia página."""
    autor = leer_autor(nodo.get("from"))
    if autor.id == pagina:
        return None
    padre = nodo.get("parent")
    return Oido(
        id_externo=str(nodo["id"]),
        clase=Clase.COMENTARIO,
        texto=str(nodo.get("message") or ""),
        publicado_en=_instante(nodo),
        autor=autor,
        url=str(nodo.get("permalink_url") or ""),
        en_respuesta_a=str(padre["id"]) if isinstance(padre, Mapping) and padre.get("id") else publicacion,
        interacciones=sumar(nodo.get("like_count"), nodo.get("comment_count")),
        crudo=nodo,
    )


def publicacion_ajena(nodo: Mapping[str, Any], *, clase: Clase, pagina: str) -> Oido | None:
    """Una publicación de otra persona que nos etiqueta o está en nuestro muro; None si es de la propia página.

    Su instante es el de la etiqueta: se puede etiquetar hoy en una publicación del mes pasado.
    """
    autor = leer_autor(nodo.get("from"))
    if autor.id == pagina:
        return None
    return Oido(
        id_externo=str(nodo["id"]),
        clase=clase,
        texto=str(nodo.get("message") or ""),
        publicado_en=leer_instante(nodo.get("tagged_time")) or _instante(nodo),
        autor=autor,
        url=str(nodo.get("permalink_url") or ""),
        interacciones=sumar(*cuentas(nodo).values()),
        crudo=nodo,
    )


def de_competidor(nodo: Mapping[str, Any]) -> Oido | None:
    instante = leer_instante(nodo.get("created_time"))
    if nodo.get("id") is None or instante is None:
        return None
    return Oido(
        id_externo=str(nodo["id"]),
        clase=Clase.COMPETIDOR,
        texto=str(nodo.get("message") or ""),
        publicado_en=instante,
        url=str(nodo.get("permalink_url") or ""),
        interacciones=sumar(*cuentas(nodo).values()),
        crudo=nodo,
    )


def cuentas(nodo: Mapping[str, Any]) -> dict[str, int]:
    """Reacciones, comentarios y compartidos de una publicación o un video, los que vengan."""
    compartidos = nodo.get("shares")
    halladas = {
        "me_gusta": contar_resumen(nodo.get("reactions") or nodo.get("likes")),
        "comentarios": contar_resumen(nodo.get("comments")),
        "compartidos": compartidos.get("count") if isinstance(compartidos, Mapping) else None,
        "reproducciones": nodo.get("views"),
    }
    return {metrica: cuantas for metrica, cuantas in halladas.items() if isinstance(cuantas, int)}


def en_el_perfil(nodo: Mapping[str, Any]) -> EnElPerfil:
    id_externo = id_de_publicacion(nodo)
    return EnElPerfil(
        id_externo=id_externo,
        texto=str(nodo.get("message") or ""),
        publicada_en=_instante(nodo),
        url=str(nodo.get("permalink_url") or f"{PAGINA_WEB}/{id_externo}"),
        tipo=_tipo(nodo),
    )


def id_de_publicacion(nodo: Mapping[str, Any]) -> str:
    """El nuestro: un video se publica y se mide por el número del video, no por el de la publicación que lo enseña."""
    adjunto = _adjunto(nodo)
    destino = adjunto.get("target")
    if adjunto.get("media_type") == "video" and isinstance(destino, Mapping) and destino.get("id"):
        return str(destino["id"])
    return str(nodo["id"])


def pagina_de(cuenta: str) -> str:
    """El nombre o el número que hay en «@metepecgob» o en la dirección de una página; vacío si no puede serlo."""
    limpia = re.sub(r"^(https?://)?((www|m|web)\.)?(facebook|fb)\.com/", "", cuenta.strip()).strip("/@ ")
    return limpia if re.fullmatch(r"[\w.-]{2,80}", limpia, re.ASCII) and limpia != "me" else ""


def es_video(id_externo: str) -> bool:
    """El de una publicación lleva delante el de su página."""
    return "_" not in id_externo


def _tipo(nodo: Mapping[str, Any]) -> str:
    nombres = {"photo": "foto", "video": "video", "album": "album", "link": "enlace"}
    return nombres.get(str(_adjunto(nodo).get("media_type") or ""), "publicacion")


def _adjunto(nodo: Mapping[str, Any]) -> Mapping[str, Any]:
    adjuntos = nodo.get("attachments")
    datos = adjuntos.get("data") if isinstance(adjuntos, Mapping) else None
    return datos[0] if isinstance(datos, list) and datos and isinstance(datos[0], Mapping) else {}


def _instante(nodo: Mapping[str, Any]) -> datetime:
    """Ya se miró que la lleva."""
    return leer_instante(nodo.get("created_time")) or datetime.now(UTC)
