"""Subir medios a X por trozos, con la sesión de tweepy (que no trae esta parte de la API).

Nada de esto lo ve nadie. Lo subido vive un día y se describe con un diccionario JSON (`MedioSubido`) que viaja en
`Preparada.datos["medios"]`, para que otro proceso lo aproveche mientras sirva.

Fuente: https://docs.x.com/x-api/media/quickstart/media-upload-chunked y OpenAPI 2.167, consultadas 2026-11-22.
"""

import base64
import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict

from conectores.contrato import Adjunto, ErrorDeContenido, ErrorDeContrato, ErrorTransitorio, TipoDeMedio
from conectores.x.capacidades import MARGEN_DE_UN_MEDIO, TROZO_BYTES, VIDA_DE_UN_MEDIO
from conectores.x.traduccion import leer_data, leer_proceso

Pedir = Callable[..., object]
"""`pedir(metodo, ruta, *, params=…, json=…)`: una petición invisible y su JSON; lanza un veredicto si falla."""


class MedioSubido(TypedDict):
    """Un medio subido. de: qué archivo es (con su texto alternativo). vence_en: ISO 8601. listo: ya procesado."""

    de: str
    id: str
    vence_en: str
    listo: bool


def subir(adjunto: Adjunto, *, de: str, pedir: Pedir, ahora: datetime) -> tuple[MedioSubido, timedelta | None]:
    """Subir un archivo entero; `de` lo identifica. Devuelve también cuánto esperar si X aún lo procesa."""
    inicio = leer_data(
        pedir(
            "POST",
            "/2/media/upload/initialize",
            json={
                "media_type": adjunto.mime,
                "total_bytes": adjunto.peso_bytes,
                "media_category": _categoria(adjunto),
            },
        )
    )
    id_de_medio = inicio.get("id")
    if not isinstance(id_de_medio, str) or not id_de_medio.isdigit():
        raise ErrorDeContrato("X no dio identificador al medio que se iba a subir.")
    try:
        for indice, trozo in enumerate(_trozos(adjunto)):
            cuerpo = {"media": base64.b64encode(trozo).decode(), "segment_index": indice}
            pedir("POST", f"/2/media/upload/{id_de_medio}/append", json=cuerpo)
    except OSError as error:
        raise _ilegible(adjunto, error) from None
    fin = pedir("POST", f"/2/media/upload/{id_de_medio}/finalize")
    if adjunto.texto_alternativo and adjunto.tipo is TipoDeMedio.IMAGEN:
        metadatos = {"alt_text": {"text": adjunto.texto_alternativo}}
        pedir("POST", "/2/media/metadata", json={"id": id_de_medio, "metadata": metadatos})
    espera = _espera(fin, adjunto.ruta.name)
    medio = MedioSubido(de=de, id=id_de_medio, vence_en=_vencimiento(fin, ahora).isoformat(), listo=espera is None)
    return medio, espera


def preguntar(medio: MedioSubido, nombre: str, *, pedir: Pedir) -> tuple[MedioSubido, timedelta | None]:
    """Ver si X ya terminó de procesar un medio subido antes."""
    estado = pedir("GET", "/2/media/upload", params={"command": "STATUS", "media_id": medio["id"]})
    espera = _espera(estado, nombre)
    return MedioSubido({**medio, "listo": espera is None}), espera


def aprovechables(medios: Sequence[Any], ahora: datetime) -> dict[str, MedioSubido]:
    """Los medios subidos antes que aún sirven, por el archivo que son; los que no se entiendan se suben de nuevo."""
    sirven = {}
    for m in medios:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            medio = MedioSubido(de=m["de"], id=m["id"], vence_en=m["vence_en"], listo=m["listo"])
            if not ha_vencido(medio, ahora):
                sirven[medio["de"]] = medio
    return sirven


def ha_vencido(medio: Mapping[str, Any], ahora: datetime) -> bool:
    return datetime.fromisoformat(medio["vence_en"]) - MARGEN_DE_UN_MEDIO <= ahora


def identificar(adjunto: Adjunto) -> str:
    """Cambia si cambian el archivo o su texto alternativo. Lanza ErrorTransitorio si no se puede leer."""
    try:
        with adjunto.ruta.open("rb") as archivo:
            suma = hashlib.file_digest(archivo, "sha256")
    except OSError as error:
        raise _ilegible(adjunto, error) from None
    suma.update(adjunto.texto_alternativo.encode())
    return suma.hexdigest()


def _categoria(adjunto: Adjunto) -> str:
    if adjunto.tipo is TipoDeMedio.VIDEO:
        return "tweet_video"
    return "tweet_gif" if adjunto.mime == "image/gif" else "tweet_image"


def _ilegible(adjunto: Adjunto, error: OSError) -> ErrorTransitorio:
    return ErrorTransitorio(f"No se puede leer {adjunto.ruta.name}: {error.strerror}.")


def _trozos(adjunto: Adjunto) -> Iterator[bytes]:
    with adjunto.ruta.open("rb") as archivo:
        while trozo := archivo.read(TROZO_BYTES):
            yield trozo


def _vencimiento(fin: object, ahora: datetime) -> datetime:
    segundos = leer_data(fin).get("expires_after_secs")
    vida = timedelta(seconds=segundos) if isinstance(segundos, int) and segundos > 0 else VIDA_DE_UN_MEDIO
    return ahora.astimezone(UTC) + min(vida, VIDA_DE_UN_MEDIO)


def _espera(respuesta: object, nombre: str) -> timedelta | None:
    proceso = leer_proceso(respuesta)
    if proceso.fallo:
        raise ErrorDeContenido(
            f"X no pudo procesar {nombre}: {proceso.fallo}.", remedio="Conviértalo a MP4 (H.264 y AAC) o use otro."
        )
    return proceso.espera
