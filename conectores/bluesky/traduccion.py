"""De una pieza a un registro de Bluesky, y de lo que contesta Bluesky a un veredicto. Puro."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from conectores.bluesky.texto import facetas, texto_final
from conectores.contrato import (
    Adjunto,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorTransitorio,
    Pieza,
    Publicado,
)
from conectores.http import Paso, veredicto_por_estado
from conectores.secretos import redactar

COLECCION = "app.bsky.feed.post"
_LETRAS = "234567abcdefghijklmnopqrstuvwxyz"
# Pasado este plazo un reintento lleva fecha nueva: con la vieja, la gente lo vería nacer enterrado.
_FECHA_SIRVE = timedelta(minutes=15)

# ── La identidad de una publicación ──────────────────────────────────────────────────────────────────────────


def tid(instante: datetime, semilla: str) -> str:
    """La clave de un registro: 13 letras con el instante en microsegundos y diez bits de la semilla.

    Fuente: https://atproto.com/specs/tid, consultada 2026-11-22.
    """
    micros = (instante - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    diez_bits = int.from_bytes(hashlib.sha256(semilla.encode()).digest()[:2]) & 0x3FF
    numero = (micros << 10 | diez_bits) & (2**63 - 1)
    return "".join(_LETRAS[numero >> 5 * lugar & 31] for lugar in range(12, -1, -1))


@dataclass(frozen=True, slots=True)
class Direccion:
    """Dónde está un registro: `at://did/coleccion/rkey`."""

    did: str
    coleccion: str
    rkey: str

    def __str__(self) -> str:
        return f"at://{self.did}/{self.coleccion}/{self.rkey}"

    @classmethod
    def leer(cls, uri: str) -> "Direccion":
        """Lanza ErrorDeContrato si no es la dirección de un registro."""
        partes = uri.removeprefix("at://").split("/")
        if not uri.startswith("at://") or len(partes) != 3 or not all(partes):
            raise ErrorDeContrato(f"«{uri[:100]}» no es una publicación de Bluesky.")
        return cls(*partes)


def publicado(did: str, rkey: str, nombre: str) -> Publicado:
    """El identificador en la red y la dirección que abre una persona."""
    quien = nombre if "." in nombre and nombre != "handle.invalid" else did
    return Publicado(str(Direccion(did, COLECCION, rkey)), f"https://bsky.app/profile/{quien}/post/{rkey}")


# ── El registro ──────────────────────────────────────────────────────────────────────────────────────────────


def fecha(instante: datetime) -> str:
    return instante.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fecha_que_sirve(anterior: str, ahora: datetime) -> str:
    """La de la vez anterior si es reciente; si no, la de ahora."""
    return anterior if ahora - datetime.fromisoformat(anterior) <= _FECHA_SIRVE else fecha(ahora)


def contenido(pieza: Pieza, archivos: Sequence[bytes]) -> str:
    """Resumen de lo que se quiere decir: si es el mismo, sirve el registro ya preparado."""
    imagenes = [
        [hashlib.sha256(a).hexdigest(), m.texto_alternativo] for a, m in zip(archivos, pieza.adjuntos, strict=True)
    ]
    todo = [pieza.texto, pieza.titulo, pieza.enlace, pieza.en_respuesta_a, imagenes]
    return hashlib.sha256(json.dumps(todo).encode()).hexdigest()[:32]


def registro(
    pieza: Pieza,
    *,
    creado: str,
    imagenes: Sequence[Mapping[str, Any]] = (),
    dids: Mapping[str, str] | None = None,
    respuesta: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """El registro entero, tal como lo guardará la red.

    imagenes: la referencia de cada archivo subido, en el orden de los adjuntos. dids: los mencionados que existen.
    respuesta: la raíz y la parte anterior del hilo.
    """
    texto = texto_final(pieza)
    nuevo: dict[str, Any] = {"$type": COLECCION, "text": texto, "createdAt": creado, "langs": ["es"]}
    if rasgos := facetas(texto, dids or {}):
        nuevo["facets"] = rasgos
    if imagenes:
        fotos = [_imagen(a, ref) for a, ref in zip(pieza.adjuntos, imagenes, strict=True)]
        nuevo["embed"] = {"$type": "app.bsky.embed.images", "images": fotos}
    elif pieza.enlace:
        nuevo["embed"] = {"$type": "app.bsky.embed.external", "external": _tarjeta(pieza)}
    if respuesta is not None:
        nuevo["reply"] = dict(respuesta)
    return nuevo


def _imagen(adjunto: Adjunto, referencia: Mapping[str, Any]) -> dict[str, Any]:
    foto: dict[str, Any] = {"alt": adjunto.texto_alternativo, "image": dict(referencia)}
    if adjunto.ancho and adjunto.alto:
        foto["aspectRatio"] = {"width": adjunto.ancho, "height": adjunto.alto}
    return foto


def _tarjeta(pieza: Pieza) -> dict[str, str]:
    """Sin miniatura ni resumen: para tenerlos habría que visitar una página que puede no existir todavía."""
    titulo = pieza.titulo or urlsplit(pieza.enlace).hostname or pieza.enlace
    return {"uri": pieza.enlace, "title": titulo, "description": ""}


def leer_registro(datos: Mapping[str, Any]) -> Mapping[str, Any]:
    """Lo que devuelve getRecord: uri, cid y value. Lanza ErrorDeContrato si no es eso."""
    if not isinstance(datos.get("value"), dict) or not all(isinstance(datos.get(c), str) for c in ("uri", "cid")):
        raise ErrorDeContrato("Bluesky no devolvió el registro que se le pidió.")
    return datos


def respuesta_a(anterior: Mapping[str, Any]) -> dict[str, Any]:
    """De lo que devuelve getRecord de la parte anterior, la raíz y la parte a las que se contesta."""
    padre = {"uri": anterior["uri"], "cid": anterior["cid"]}
    raiz = anterior["value"].get("reply", {}).get("root", padre)
    return {"root": raiz, "parent": padre}


def es_el_mismo(uno: Mapping[str, Any], otro: Mapping[str, Any]) -> bool:
    """Si dicen lo mismo. La fecha puede cambiar de un intento a otro sin que deje de ser la misma publicación."""
    return {**uno, "createdAt": ""} == {**otro, "createdAt": ""}


# ── Los veredictos ───────────────────────────────────────────────────────────────────────────────────────────


class Rechazo(Exception):
    """Una respuesta que no es 2xx. error: su nombre en la red («InvalidSwap»), si lo trae."""

    def __init__(self, estado: int, error: str, mensaje: str, cabeceras: Mapping[str, str]) -> None:
        super().__init__(f"{estado} {error}")
        self.estado = estado
        self.error = error
        self.mensaje = mensaje
        self.cabeceras = cabeceras

    @classmethod
    def leer(cls, estado: int, cuerpo: bytes, cabeceras: Mapping[str, str]) -> "Rechazo":
        try:
            datos = json.loads(cuerpo)
        except ValueError:
            datos = None
        if not isinstance(datos, dict):
            return cls(estado, "", cuerpo[:200].decode(errors="replace"), cabeceras)
        return cls(estado, str(datos.get("error") or ""), str(datos.get("message") or ""), cabeceras)


SESION_CADUCA = frozenset({"ExpiredToken", "InvalidToken"})
_DE_CUENTA = frozenset(
    {"AccountDeactivated", "AccountTakedown", "AccountSuspended", "AccountNotFound", "InsufficientScope"}
)
_OTRA_CLAVE = (
    "Cree otra clave de aplicación en bsky.app (Configuración, Privacidad y seguridad, Claves de aplicación) y póngala "
    "en este perfil."
)


def veredicto(rechazo: Rechazo, *, paso: Paso) -> ErrorDeRed:
    """El veredicto de lo que contesta un servidor de Bluesky. Los 4xx prueban que no se publicó."""
    detalle = redactar(f"{rechazo.error} {rechazo.mensaje}".strip())[:300]
    if rechazo.error == "AuthFactorTokenRequired":
        return ErrorDePerfil(
            "Bluesky pide un código por correo porque la clave es la contraseña de la cuenta.", remedio=_OTRA_CLAVE
        )
    if rechazo.error in SESION_CADUCA or rechazo.estado == 401:
        return ErrorDePerfil(f"Bluesky no reconoce el identificador o la clave. {detalle}", remedio=_OTRA_CLAVE)
    if rechazo.error in _DE_CUENTA or rechazo.estado == 403:
        return ErrorDePerfil(
            f"Bluesky no deja actuar a esta cuenta. {detalle}",
            remedio="Entre en bsky.app con esta cuenta y mire qué dice.",
        )
    if rechazo.error == "BlobNotFound":
        return ErrorTransitorio(f"Bluesky ya borró las imágenes subidas; se subirán otra vez. {detalle}")
    if comun := veredicto_por_estado(rechazo.estado, detalle, paso=paso, cabeceras=rechazo.cabeceras):
        return comun
    if rechazo.estado == 413:
        return ErrorDeContenido(f"Una imagen pesa más de lo que admite el servidor. {detalle}", remedio="Redúzcala.")
    if rechazo.estado == 400 and rechazo.error and rechazo.error != "InvalidSwap":
        return ErrorDeContenido(f"Bluesky rechaza la publicación. {detalle}", remedio="Corrija lo que dice Bluesky.")
    return ErrorDeContrato(f"Bluesky contestó algo que no sabemos leer ({rechazo.estado}). {detalle}")
