"""De lo que dice la gente, o de lo publicado, a un post como lo enseña X, con los nombres de antes de agosto de 2026.

Cada edición es otro identificador. Fuente: https://docs.x.com/x-api/fundamentals/edit-posts, consultada 2026-11-22.
"""

import hashlib
import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulador.estado import Estado, Publicada
from simulador.voces import Voz, id_con_hora
from simulador.x_consulta import Buscable


@dataclass(frozen=True, slots=True)
class Post:
    """Un post tal como X lo enseña, en su última versión. todos: sus campos, con los nombres de antes."""

    id: str
    todos: Mapping[str, Any]
    autor: Mapping[str, Any]
    lugar: Mapping[str, Any] | None
    buscable: Buscable


def de_voz(estado: Estado, voz: Voz, *, version: str = "") -> Post:
    ids = versiones(voz)
    cual = ids.index(version) if version in ids else len(ids) - 1
    respondida = voz.en_respuesta_a or voz.publicacion
    todos = _campos_de_voz(voz, respondida=respondida, conversacion=voz.publicacion or respondida or voz.id)
    texto = ([*voz.anteriores, voz.texto])[cual]
    todos |= {"id": ids[cual], "edit_history_tweet_ids": ids, **_texto(texto)}
    lugar = _lugar(voz)
    duena = estado.perfil("x", voz.perfil) if respondida else None
    return Post(
        ids[cual],
        todos,
        cuenta_de(voz),
        lugar,
        Buscable(
            texto=texto,
            autor=(voz.autor_usuario, voz.autor_id),
            responde_a=(duena.usuario, duena.id) if duena else ("", ""),
            conversacion=todos["conversation_id"],
            idioma=voz.idioma,
            pais="MX" if lugar else "",
            punto=_centro(voz),
        ),
    )


def de_publicada(estado: Estado, una: Publicada) -> Post:
    perfil = estado.perfil("x", una.perfil)
    dados = estado.voces.numeros("x", una.id)
    todos: dict[str, Any] = {
        "id": una.id,
        "edit_history_tweet_ids": [una.id],
        "author_id": una.perfil,
        "conversation_id": una.id,
        "created_at": hora(una.instante),
        "lang": "es",
        "public_metrics": metricas(dados),
        "non_public_metrics": {
            "impression_count": dados.get("vistas", 0),
            "url_link_clicks": dados.get("clics", 0),
            "user_profile_clicks": dados.get("visitas_al_perfil", 0),
            "engagements": dados.get("interacciones", 0),
        },
        "text": una.extra.get("text", html.escape(una.texto, quote=False)),
    }
    usuario = perfil.usuario if perfil else ""
    autor = {"id": una.perfil, "username": usuario, "name": perfil.nombre if perfil else ""}
    return Post(una.id, todos, autor, None, Buscable(texto=una.texto, autor=(usuario, una.perfil), idioma="es"))


def versiones(voz: Voz) -> list[str]:
    """Los identificadores de sus versiones, de la primera a la última; cada edición lleva dentro su hora."""
    cuantas = len(voz.anteriores)
    if not cuantas or voz.editada is None:
        return [voz.id]
    paso = (voz.editada - voz.instante) / cuantas
    serie = int(voz.id) & 0x3FFFFF
    return [voz.id, *(id_con_hora(voz.instante + paso * n, serie=serie) for n in range(1, cuantas + 1))]


def metricas(dados: Mapping[str, int]) -> dict[str, int]:
    return {
        "retweet_count": dados.get("compartidos", 0),
        "reply_count": dados.get("comentarios", 0),
        "like_count": dados.get("me_gusta", 0),
        "quote_count": 0,
        "bookmark_count": dados.get("guardados", 0),
        "impression_count": dados.get("vistas", 0),
    }


def _campos_de_voz(voz: Voz, *, respondida: str, conversacion: str) -> dict[str, Any]:
    todos: dict[str, Any] = {
        "author_id": voz.autor_id,
        "conversation_id": conversacion,
        "created_at": hora(voz.instante),
        "lang": voz.idioma,
        "public_metrics": metricas({"me_gusta": voz.me_gusta, "compartidos": voz.compartidos}),
    }
    if respondida:
        todos |= {
            "referenced_tweets": [{"type": "replied_to", "id": respondida}],
            "in_reply_to_user_id": voz.perfil,
        }
    if (lugar := _lugar(voz)) is not None:
        todos["geo"] = {"place_id": lugar["id"]}
        if punto := voz.lugar.get("punto"):
            todos["geo"]["coordinates"] = {"type": "Point", "coordinates": [punto[1], punto[0]]}
    return todos


def _texto(texto: str) -> dict[str, Any]:
    """Lo de más de 280 caracteres viene cortado, y entero en `note_tweet`."""
    escapado = html.escape(texto, quote=False)
    if len(texto) <= 280:
        return {"text": escapado}
    return {"text": html.escape(texto[:276], quote=False) + "…", "note_tweet": {"text": escapado}}


def _lugar(voz: Voz) -> dict[str, Any] | None:
    if not voz.lugar:
        return None
    nombre = str(voz.lugar.get("nombre", ""))
    recuadro = voz.lugar.get("recuadro")
    if recuadro is None:
        lat, lon = voz.lugar["punto"]
        recuadro = [lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01]
    return {
        "id": hashlib.sha256(nombre.encode()).hexdigest()[:16],
        "full_name": nombre,
        "name": nombre,
        "country_code": "MX",
        "place_type": "city",
        "geo": {"type": "Feature", "bbox": list(recuadro), "properties": {}},
    }


def _centro(voz: Voz) -> tuple[float, float] | None:
    if punto := voz.lugar.get("punto"):
        return float(punto[0]), float(punto[1])
    if recuadro := voz.lugar.get("recuadro"):
        return (recuadro[1] + recuadro[3]) / 2, (recuadro[0] + recuadro[2]) / 2
    return None


def cuenta_de(voz: Voz) -> dict[str, Any]:
    cuenta: dict[str, Any] = {
        "id": voz.autor_id,
        "username": voz.autor_usuario,
        "name": voz.autor_nombre,
        "verified": bool(voz.extra.get("verificada")),
    }
    if voz.autor_lugar:
        cuenta["location"] = voz.autor_lugar
    if voz.autor_seguidores is not None:
        cuenta["public_metrics"] = {"followers_count": voz.autor_seguidores, "following_count": 0, "tweet_count": 1}
    return cuenta


def hora(instante: datetime) -> str:
    return instante.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instante.microsecond // 1000:03d}Z"
