"""De una pieza a un pin, y de lo que contesta Pinterest a un veredicto. Puro."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conectores.contrato import (
    Adjunto,
    Busqueda,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorDuplicado,
    ErrorTransitorio,
    Pieza,
    Publicado,
    texto_normalizado,
)
from conectores.http import Paso, espera_pedida, veredicto_por_estado
from conectores.secretos import redactar

# ── El pin ───────────────────────────────────────────────────────────────────────────────────────────────────


def texto_alternativo(imagenes: Sequence[Adjunto]) -> str:
    """Un pin tiene uno solo: con varias imágenes, los de todas, numerados."""
    textos = [i.texto_alternativo.strip() for i in imagenes]
    if len(textos) == 1:
        return textos[0]
    return " ".join(f"{n}. {t}" for n, t in enumerate(textos, start=1) if t)


def pin(pieza: Pieza, *, tablero: str) -> dict[str, str]:
    """Lo que se dirá, sin las imágenes."""
    campos = {
        "board_id": tablero,
        "title": pieza.titulo.strip(),
        "description": pieza.texto.strip(),
        "link": pieza.enlace,
        "alt_text": texto_alternativo(pieza.adjuntos),
    }
    return {nombre: valor for nombre, valor in campos.items() if valor}


def fuente(imagenes: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    """Las imágenes tal como van dentro de la petición. Cada una: su tipo MIME y su contenido."""
    fotos = [{"content_type": mime, "data": b64encode(crudo).decode()} for mime, crudo in imagenes]
    if len(fotos) == 1:
        return {"source_type": "image_base64", **fotos[0]}
    return {"source_type": "multiple_image_base64", "items": fotos}


def publicado(datos: Mapping[str, Any]) -> Publicado:
    id_externo = datos.get("id")
    if not isinstance(id_externo, str) or not id_externo:
        raise ErrorDeContrato("Pinterest dijo que sí, pero no qué pin es.")
    return Publicado(id_externo, f"https://www.pinterest.com/pin/{id_externo}/")


# ── La conciliación ──────────────────────────────────────────────────────────────────────────────────────────


def es_el_nuestro(visto: Mapping[str, Any], busqueda: Busqueda) -> bool:
    """Si este pin del tablero es el que se buscaba.

    Con etiqueta propia en el enlace, basta ella y hace falta ella; sin ella, deben coincidir enlace, título y texto
    en un pin creado después de `desde`.
    """
    if visto.get("id") in busqueda.ya_adoptados:
        return False
    pieza, enlace = busqueda.pieza, str(visto.get("link") or "")
    if (etiqueta := _etiqueta(pieza.enlace)) and etiqueta == busqueda.clave:
        return _etiqueta(enlace) == etiqueta
    dice_lo_mismo = _enlace_normal(enlace) == _enlace_normal(pieza.enlace) and all(
        texto_normalizado(str(visto.get(campo) or "")) == texto_normalizado(texto)
        for campo, texto in (("title", pieza.titulo), ("description", pieza.texto))
    )
    return dice_lo_mismo and creado_en(visto) >= busqueda.desde


def creado_en(visto: Mapping[str, Any]) -> datetime:
    """Pinterest da la hora en UTC y sin decirlo: «2022-10-13T01:40:29»."""
    try:
        creado = datetime.fromisoformat(str(visto["created_at"]))
    except (KeyError, ValueError):
        # Sin fecha, uno igual de otro año pasaría por el nuestro.
        raise ErrorDeContrato(f"Pinterest no dice cuándo se creó el pin {visto.get('id')}.") from None
    return creado if creado.tzinfo else creado.replace(tzinfo=UTC)


def _enlace_normal(enlace: str) -> str:
    return re.sub(r"^(https?://[^/?#]+)", lambda m: m[1].lower(), enlace).rstrip("/")


def _etiqueta(enlace: str) -> str:
    try:
        return parse_qs(urlsplit(enlace).query).get("utm_content", [""])[0]
    except ValueError:
        return ""


# ── Los veredictos ───────────────────────────────────────────────────────────────────────────────────────────

_OTRO_TOKEN = "Pida otro token en developers.pinterest.com, con la cuenta del municipio, y póngalo en este perfil."  # noqa: S105 # es un texto
_DE_PRUEBA = 29  # Fuente: https://github.com/gitroomhq/postiz-app/issues/1084, consultada 2026-11-22
_DE_LECTURA = ("boards:read", "pins:read", "user_accounts:read")
_PERMISOS = ("boards:read", "boards:write", "pins:read", "pins:write", "user_accounts:read")


class Rechazo(Exception):
    """Una respuesta que no es 2xx. codigo: el de Pinterest, si lo trae."""

    def __init__(self, estado: int, cuerpo: object, cabeceras: Mapping[str, str]) -> None:
        datos = cuerpo if isinstance(cuerpo, dict) else {}
        self.estado = estado
        self.codigo = datos.get("code") if isinstance(datos.get("code"), int) else None
        self.mensaje = str(datos.get("message") or "")
        self.cabeceras = cabeceras
        super().__init__(f"{estado} {self.codigo}")


def veredicto(rechazo: Rechazo, *, paso: Paso, tablero_de_la_pieza: bool = False) -> ErrorDeRed:
    """El veredicto de lo que contesta Pinterest. Los 4xx prueban que no se publicó, salvo el 409.

    tablero_de_la_pieza: el tablero lo eligió el editor en la publicación, no la configuración del perfil.
    """
    detalle = redactar(f"{rechazo.mensaje} (código {rechazo.codigo})" if rechazo.mensaje else str(rechazo))[:300]
    if rechazo.codigo == _DE_PRUEBA:
        return ErrorDePerfil(
            "La aplicación sólo tiene acceso de prueba («Trial») y Pinterest no la deja publicar.",
            remedio="Pida acceso «Standard» en developers.pinterest.com.",
        )
    match rechazo.estado:
        case 429:
            return ErrorTransitorio(
                f"Pinterest pide ir más despacio. {detalle}", espera=_espera(rechazo.cabeceras), de_perfil=True
            )
        case 401:
            return ErrorDePerfil(
                f"Pinterest no reconoce el token, o le falta un permiso ({', '.join(_PERMISOS)}). {detalle}",
                remedio=_OTRO_TOKEN,
            )
        case 403:
            return ErrorDePerfil(
                f"Pinterest no deja hacerlo a esta cuenta. {detalle}", remedio="Mire si el tablero es de esta cuenta."
            )
        case 404 if tablero_de_la_pieza:
            return ErrorDeContenido(f"El tablero no existe. {detalle}", remedio="Corrija «tablero» en la publicación.")
        case 404:
            return ErrorDePerfil(f"El tablero no existe. {detalle}", remedio="Corrija «tablero» en el perfil.")
        case 409:
            return ErrorDuplicado(f"Pinterest dice que choca con algo que ya tiene. {detalle}")
        case 400 | 413 | 422:
            return ErrorDeContenido(f"Pinterest rechaza el pin. {detalle}", remedio="Corrija lo que dice Pinterest.")
    return veredicto_por_estado(rechazo.estado, detalle, paso=paso) or ErrorDeContrato(
        f"Pinterest contestó algo que no sabemos leer ({rechazo.estado}). {detalle}"
    )


def veredicto_al_leer(rechazo: Rechazo, *, paso: Paso) -> ErrorDeRed:
    """El de una lectura: no hay pieza ni tablero a los que culpar."""
    detalle = redactar(rechazo.mensaje)[:300]
    match rechazo.estado:
        case 403:
            return ErrorDePerfil(
                f"Pinterest no deja leer los números de esta cuenta. {detalle}",
                remedio=f"Debe ser una cuenta de empresa, y su token llevar {', '.join(_DE_LECTURA)}.",
            )
        case 400 | 404 | 409 | 413 | 422:
            return ErrorDeContrato(f"Pinterest no entiende lo que se le pregunta ({rechazo.estado}). {detalle}")
    return veredicto(rechazo, paso=paso)


def _espera(cabeceras: Mapping[str, str]) -> timedelta | None:
    """Pinterest dice en `x-ratelimit-reset` los segundos que faltan.

    Fuente: https://developers.pinterest.com/docs/reference/rate-limits/, consultada 2026-11-22.
    """
    segundos = cabeceras.get("x-ratelimit-reset", "")
    if cabeceras.get("Retry-After") or not re.fullmatch(r"\d{1,6}", segundos):
        return espera_pedida(cabeceras)
    return timedelta(seconds=min(int(segundos), 86_400))


def es_de_prueba(cabeceras: Mapping[str, str]) -> bool:
    """Si los límites de la respuesta son los del acceso de prueba: mil peticiones al día."""
    return re.search(r"\b1000\s*;\s*w=86400\b", cabeceras.get("x-ratelimit-limit", "")) is not None
