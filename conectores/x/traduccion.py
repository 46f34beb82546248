"""De lo que X contesta a lo que el motor entiende. Puro.

X cambió nombres en agosto de 2026 (OpenAPI 2.167): se leen los dos dialectos.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from conectores.contrato import (
    Ausente,
    Busqueda,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorDuplicado,
    Hallada,
    Hallazgo,
    Publicado,
    SinSaber,
    calcular_huella,
    texto_normalizado,
)
from conectores.http import Paso, veredicto_por_estado
from conectores.secretos import redactar
from conectores.x.largo import buscar_enlaces, con_enlaces, enlace_canonico

# ── Errores ──────────────────────────────────────────────────────────────────────────────────────────────────

# El `type` de un duplicado es genérico: sólo su texto lo distingue.
# Fuente: https://github.com/akrherz/iembot/issues/163, consultada 2026-11-22
_DUPLICADO = re.compile(r"(?i)duplicate (content|tweet|post)|already (said|posted) that")
_SIN_SALDO = re.compile(r"(?i)usage[- ]?cap|creditsdepleted|\bcredits?\b|spend(ing)?[- ](cap|limit)|billing")
_DE_LA_PIEZA = re.compile(
    r"(?i)\brepl(y|ies)\b|\bquot(e|ing|ed)\b|conversation|cashtag|\bmedia\b|\bpoll\b|too long|\btext\b|\blink\b|\burl\b"
)


def veredicto(estado: int, cuerpo: object, *, paso: Paso, escribe: bool) -> ErrorDeRed:
    """El veredicto de una respuesta con estado de error.

    cuerpo: el JSON leído; None si no lo era (quien contestó quizá no fue X). escribe: si la petición escribía.
    """
    detalle = redactar(describir(cuerpo))[:500]
    if estado == 402 or (estado in (403, 429) and _SIN_SALDO.search(f"{_campo(cuerpo, 'type')} {detalle}")):
        return ErrorDePerfil(
            f"X no atiende: se acabó el saldo o se llegó al tope de gasto. {detalle}",
            remedio="Revise el saldo y el tope de gasto en https://console.x.com.",
        )
    if (comun := veredicto_por_estado(estado, detalle, paso=paso)) is not None:
        return comun
    if not isinstance(cuerpo, Mapping):
        return ErrorDeContrato(f"Algo que no es X contestó con el estado {estado}.")
    if estado == 403:
        return _prohibido(f"{_campo(cuerpo, 'type')} {_campo(cuerpo, 'reason')}", detalle, escribe=escribe)
    if estado in (400, 413, 422) and escribe:
        return ErrorDeContenido(f"X rechaza la publicación. {detalle}", remedio="Cambie lo que X señala.")
    return ErrorDeContrato(f"X contestó con un estado que no esperábamos ({estado}). {detalle}")


def _prohibido(clase: str, detalle: str, *, escribe: bool) -> ErrorDeRed:
    if "client-forbidden" in clase or "client-not-enrolled" in clase:
        return ErrorDePerfil(
            f"X no deja a la aplicación usar esta parte de su API. {detalle}",
            remedio="En https://console.x.com vea si la aplicación está dentro de un proyecto y qué plan tiene.",
        )
    if escribe and _DUPLICADO.search(detalle):
        return ErrorDuplicado(f"X dice que ya tiene una publicación con este texto. {detalle}")
    if "oauth1-permissions" in clase and not escribe:
        return ErrorDePerfil(
            f"La aplicación de X no tiene permiso de leer esto. {detalle}",
            remedio="En https://console.x.com dele «Read and write and Direct message» y genere otro token de acceso.",
        )
    if "oauth1-permissions" in clase:
        return ErrorDePerfil(
            f"La aplicación de X sólo tiene permiso de leer. {detalle}",
            remedio="En https://console.x.com dé «Read and write» a la aplicación y genere otro token de acceso.",
        )
    if escribe and _DE_LA_PIEZA.search(detalle):
        return ErrorDeContenido(f"X no permite esta publicación. {detalle}", remedio="Cambie lo que X señala.")
    # Ante la duda se pausa el perfil: dar por imposible cada pieza de una cuenta suspendida las perdería todas.
    return ErrorDePerfil(
        f"X no deja actuar a esta cuenta. {detalle}",
        remedio="Entre a x.com con la cuenta y vea si está suspendida o pide verificación.",
    )


def describir(cuerpo: object) -> str:
    """Lo que dice un cuerpo de error, en cualquiera de sus formas."""
    if not isinstance(cuerpo, Mapping):
        return ""
    partes = [_campo(cuerpo, "title"), _campo(cuerpo, "detail"), _campo(cuerpo, "error")]
    for error in _lista(cuerpo.get("errors")):
        partes += [_campo(error, "code"), _campo(error, "message") or _campo(error, "detail")]
    return ": ".join(dict.fromkeys(p for p in partes if p))


def _campo(cuerpo: object, nombre: str) -> str:
    valor = cuerpo.get(nombre) if isinstance(cuerpo, Mapping) else None
    return str(valor) if isinstance(valor, (str, int)) else ""


def _lista(valor: object) -> Sequence[Any]:
    return valor if isinstance(valor, list) else ()


# ── Lo que se escribe y lo que se lee ────────────────────────────────────────────────────────────────────────


def direccion(id_externo: str) -> str:
    """La dirección de una publicación sin saber el nombre de la cuenta; X la redirige a la buena."""
    return f"https://x.com/i/web/status/{id_externo}"


def leer_publicado(respuesta: object) -> Publicado:
    """El identificador de lo recién publicado. Lanza ErrorDeContrato si no viene: entonces hay duda."""
    id_externo = _campo(leer_data(respuesta), "id")
    if not id_externo.isdigit():
        raise ErrorDeContrato(f"X aceptó la petición pero no dijo qué publicó. {redactar(describir(respuesta))[:300]}")
    return Publicado(id_externo, direccion(id_externo))


def leer_data(respuesta: object) -> Mapping[str, Any]:
    """El objeto `data` de una respuesta, vacío si no lo trae."""
    data = respuesta.get("data") if isinstance(respuesta, Mapping) else None
    return data if isinstance(data, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Proceso:
    """En qué va un medio subido. espera: cuándo volver a preguntar; None si ya está listo."""

    espera: timedelta | None = None
    fallo: str = ""


def leer_proceso(respuesta: object) -> Proceso:
    info = leer_data(respuesta).get("processing_info")
    match _campo(info, "state"):
        case "" | "succeeded":
            return Proceso()
        case "failed":
            error = info.get("error") if isinstance(info, Mapping) else None
            return Proceso(fallo=_campo(error, "message") or "sin explicación")
    segundos = info.get("check_after_secs") if isinstance(info, Mapping) else None
    espera = segundos if isinstance(segundos, int) and 0 < segundos < 600 else 5
    return Proceso(espera=timedelta(seconds=espera))


# ── Las publicaciones del perfil ─────────────────────────────────────────────────────────────────────────────

_T_CO = re.compile(r"https?://t\.co/\w+")
_ENLACE_DE_MEDIO = re.compile(r"/status/\d+/(photo|video)/\d+$")
_MENCIONES_INICIALES = re.compile(r"^(@\w+\s+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vista:
    """Una publicación del perfil tal como X la lista.

    texto: con los enlaces como los escribió el editor, hasta donde X lo dice. ids: el suyo y los de sus ediciones.
    """

    id: str
    ids: frozenset[str]
    texto: str
    medios: int
    en_respuesta_a: str
    creada_en: datetime


@dataclass(frozen=True, slots=True)
class Pagina:
    vistas: tuple[Vista, ...]
    siguiente: str


def leer_pagina(respuesta: object) -> Pagina:
    """Una página del listado. Lanza ErrorDeContrato si no se puede leer entera: callar una la daría por ausente."""
    if not isinstance(respuesta, Mapping) or not isinstance(meta := respuesta.get("meta"), Mapping):
        raise ErrorDeContrato(f"X no listó las publicaciones del perfil. {redactar(describir(respuesta))[:300]}")
    return Pagina(tuple(_vista(p) for p in _lista(respuesta.get("data"))), _campo(meta, "next_token"))


def _vista(dato: Any) -> Vista:
    try:
        enlaces = _lista((dato.get("entities") or {}).get("urls"))
        historia = _lista(uno_de(dato, "edit_history_tweet_ids", "edit_history_post_ids"))
        creada_en = datetime.fromisoformat(dato["created_at"])
        return Vista(
            id=str(int(dato["id"])),
            ids=frozenset([dato["id"], *historia]),
            texto=texto_del_editor(dato["text"], enlaces),
            medios=_cuantos_medios(dato, enlaces),
            en_respuesta_a=respondida(dato),
            creada_en=creada_en if creada_en.tzinfo else creada_en.replace(tzinfo=UTC),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ErrorDeContrato(f"No se pudo leer una publicación del listado de X ({type(error).__name__}).") from None


def uno_de(dato: Mapping[str, Any], viejo: str, nuevo: str) -> object:
    return dato.get(viejo, dato.get(nuevo))


def texto_del_editor(texto: str, enlaces: Sequence[Mapping[str, Any]]) -> str:
    """Deshacer lo que X hace con un texto: acortar enlaces, añadir el de los medios y escapar tres signos."""
    originales = {u["url"]: "" if _es_de_medio(u) else u.get("expanded_url") or u["url"] for u in enlaces}
    texto = texto.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _T_CO.sub(lambda m: originales.get(m[0], m[0]), texto)


def _es_de_medio(enlace: Mapping[str, Any]) -> bool:
    return bool(enlace.get("media_key") or _ENLACE_DE_MEDIO.search(enlace.get("expanded_url") or ""))


def _cuantos_medios(dato: Mapping[str, Any], enlaces: Sequence[Mapping[str, Any]]) -> int:
    claves = _lista((dato.get("attachments") or {}).get("media_keys"))
    return len(set(claves) or {u["media_key"] for u in enlaces if u.get("media_key")})


def respondida(dato: Mapping[str, Any]) -> str:
    referencias = _lista(uno_de(dato, "referenced_tweets", "referenced_posts"))
    return next((r["id"] for r in referencias if r["type"] == "replied_to"), "")


# ── Reconocer la nuestra ─────────────────────────────────────────────────────────────────────────────────────


def reconocer(vistas: Sequence[Vista], busqueda: Busqueda) -> Hallazgo:
    """La más antigua que es la nuestra; si hay alguna que podría serlo y no se puede probar, SinSaber."""
    desde = busqueda.desde.replace(microsecond=0)  # X da la hora en segundos enteros
    candidatas = sorted(
        (v for v in vistas if v.creada_en >= desde and not v.ids & busqueda.ya_adoptados),
        key=lambda v: (v.creada_en, int(v.id)),
    )
    nuestro = con_enlaces(busqueda.pieza.texto, enlace_canonico)
    respondida = busqueda.pieza.en_respuesta_a
    iguales = [v for v in candidatas if _es_igual(v, nuestro, busqueda)]
    for vista in iguales:
        if vista.en_respuesta_a == respondida:
            return Hallada(Publicado(vista.id, direccion(vista.id)))
    if respondida and any(not v.en_respuesta_a for v in iguales):
        return SinSaber("Hay una publicación con el mismo texto, pero X no dice a cuál responde.")
    if any(_es_parecida(v, nuestro) and v.en_respuesta_a == respondida for v in candidatas):
        return SinSaber("Hay una publicación que sólo se distingue en sus enlaces o en sus imágenes.")
    return Ausente()


def _es_igual(vista: Vista, nuestro: str, busqueda: Busqueda) -> bool:
    """nuestro: el texto que publicamos, con sus enlaces en forma canónica."""
    if calcular_huella(vista.texto, vista.medios) == busqueda.huella:
        return True
    lecturas = [vista.texto]
    if busqueda.pieza.en_respuesta_a:  # X puede anteponer la mención de la cuenta a la que se responde
        lecturas.append(_MENCIONES_INICIALES.sub("", vista.texto))
    return vista.medios == len(busqueda.pieza.adjuntos) and any(
        texto_normalizado(con_enlaces(lectura, enlace_canonico)) == texto_normalizado(nuestro) for lectura in lecturas
    )


def _es_parecida(vista: Vista, nuestro: str) -> bool:
    """Si quitando los enlaces dicen lo mismo."""
    if _sin_enlaces(vista.texto) != (resto := _sin_enlaces(nuestro)):
        return False
    return bool(resto) or bool(buscar_enlaces(nuestro) and buscar_enlaces(vista.texto))


def _sin_enlaces(texto: str) -> str:
    return texto_normalizado(con_enlaces(texto, lambda _: ""))
