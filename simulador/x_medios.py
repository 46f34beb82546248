"""La subida de medios de la API v2 de X: por partes, de una vez, su estado y su texto alternativo."""

import base64
import binascii
import time
from dataclasses import dataclass, field
from typing import Any

from simulador.estado import Estado, Medio
from simulador.mensajes import Peticion, Respuesta
from simulador.x_errores import NoPasa, invalida

# Fuente: docs.x.com/x-api/media/quickstart/best-practices, consultada 2026-11-22.
_PESO_MAXIMO_BYTES = {"tweet_image": 5 * 2**20, "tweet_gif": 15 * 2**20, "tweet_video": 512 * 2**20}
_FORMATOS = {
    "tweet_image": ("image/jpeg", "image/png", "image/webp", "image/gif"),
    "tweet_gif": ("image/gif",),
    "tweet_video": ("video/mp4", "video/quicktime"),
}
_CLASES = {"tweet_image": 3, "tweet_gif": 16, "tweet_video": 13}  # el principio de un media_key
_VIDA_S = 86_400
_ALTERNATIVO_MAXIMO = 1000


@dataclass(slots=True)
class Subida:
    """Un medio que se sube o ya subido; lista_en es instante de época."""

    duena: str
    categoria: str
    declarado_bytes: int
    creada_en: float
    partes: dict[int, bytes] = field(default_factory=dict)
    medio: Medio | None = None
    lista_en: float = 0.0
    texto_alternativo: str = ""

    @property
    def sirve(self) -> bool:
        ahora = time.time()
        return self.medio is not None and self.lista_en <= ahora < self.creada_en + _VIDA_S


class MediosX:
    def __init__(self, estado: Estado) -> None:
        self._estado = estado
        self._subidas: dict[str, Subida] = {}

    def reiniciar(self) -> None:
        self._subidas.clear()

    def subida(self, id_externo: str, duena: str) -> Subida | None:
        """Un medio que ya se puede usar en un post de esa cuenta."""
        hallada = self._subidas.get(id_externo)
        return hallada if hallada is not None and hallada.duena == duena and hallada.sirve else None

    def atender(self, p: Peticion, duena: str) -> Respuesta | None:
        """La respuesta a una petición de medios, o None si no es una de ellas."""
        match (p.metodo, *p.partes[1:]):
            case ("POST", "media", "upload", "initialize"):
                return self._iniciar(p, duena)
            case ("POST", "media", "upload", id_externo, "append"):
                return self._agregar(p, id_externo, duena)
            case ("POST", "media", "upload", id_externo, "finalize"):
                return self._terminar(id_externo, duena)
            case ("POST", "media", "upload"):
                return self._de_una_vez(p, duena)
            case ("GET", "media", "upload"):
                return self._consultar(p.valor("media_id"), duena)
            case ("POST", "media", "metadata"):
                return self._describir(p, duena)
        return None

    def _mia(self, id_externo: str, duena: str) -> Subida:
        hallada = self._subidas.get(id_externo)
        if hallada is None or hallada.duena != duena:
            raise NoPasa(invalida("id", id_externo, "Media not found or expired"))
        return hallada

    def _abrir(self, duena: str, categoria: str, mime: str, declarado_bytes: int) -> str:
        if not categoria:
            categoria = "tweet_video" if mime.startswith("video/") else "tweet_image"
            categoria = "tweet_gif" if mime == "image/gif" else categoria
        maximo = _PESO_MAXIMO_BYTES.get(categoria)
        if maximo is None:
            raise NoPasa(invalida("media_category", categoria, f"[{categoria}] is not one of {list(_FORMATOS)}"))
        if declarado_bytes > maximo:
            raise NoPasa(invalida("total_bytes", declarado_bytes, f"File size exceeds {maximo} bytes."))
        id_externo = self._estado.nuevo_id()
        self._subidas[id_externo] = Subida(duena, categoria, declarado_bytes, time.time())
        return id_externo

    def _iniciar(self, p: Peticion, duena: str) -> Respuesta:
        mime, total = p.valor("media_type"), p.valor("total_bytes")
        if not total.isdigit() or int(total) == 0:
            return invalida("total_bytes", total, "total_bytes must be a positive integer")
        id_externo = self._abrir(duena, p.valor("media_category"), mime, int(total))
        return Respuesta(200, {"data": _datos(id_externo, self._subidas[id_externo])})

    def _agregar(self, p: Peticion, id_externo: str, duena: str) -> Respuesta:
        subida, segmento = self._mia(id_externo, duena), p.valor("segment_index")
        if not segmento.isdigit() or int(segmento) > 999:
            return invalida("segment_index", segmento, "segment_index must be between 0 and 999")
        subida.partes[int(segmento)] = _bytes_de(p)
        return Respuesta(200, {"data": {"expires_at": int(subida.creada_en) + _VIDA_S}})

    def _terminar(self, id_externo: str, duena: str) -> Respuesta:
        subida = self._mia(id_externo, duena)
        if subida.medio is None:
            datos = b"".join(subida.partes[i] for i in sorted(subida.partes))
            if len(datos) != subida.declarado_bytes:
                detalle = f"Received {len(datos)} bytes, expected {subida.declarado_bytes}."
                return invalida("total_bytes", subida.declarado_bytes, detalle)
            self._asentar(subida, datos)
        return Respuesta(200, {"data": self._ficha(id_externo, subida)})

    def _de_una_vez(self, p: Peticion, duena: str) -> Respuesta:
        datos = _bytes_de(p)
        id_externo = self._abrir(duena, p.valor("media_category"), p.valor("media_type"), len(datos))
        self._asentar(self._subidas[id_externo], datos)
        return Respuesta(200, {"data": self._ficha(id_externo, self._subidas[id_externo])})

    def _asentar(self, subida: Subida, datos: bytes) -> None:
        medio = self._estado.guardar_medio(datos)
        if medio.mime not in _FORMATOS[subida.categoria]:
            raise NoPasa(invalida("media", medio.mime or "?", "media type unrecognized."))
        subida.partes.clear()
        subida.medio = medio
        ajustes = self._estado.ajustes["x"]
        espera_s = ajustes.proceso_video_s if medio.es_video else ajustes.proceso_imagen_s
        subida.lista_en = time.time() + espera_s

    def _consultar(self, id_externo: str, duena: str) -> Respuesta:
        return Respuesta(200, {"data": self._ficha(id_externo, self._mia(id_externo, duena))})

    def _ficha(self, id_externo: str, subida: Subida) -> dict[str, Any]:
        datos = _datos(id_externo, subida)
        if subida.medio is None:
            return datos | {"processing_info": {"state": "pending", "check_after_secs": 1, "progress_percent": 0}}
        datos["size"] = subida.medio.peso_bytes
        if not subida.medio.es_video:
            medidas = {"image_type": subida.medio.mime, "w": subida.medio.ancho, "h": subida.medio.alto}
            return datos | {"image": medidas}
        falta_s = subida.lista_en - time.time()
        proceso: dict[str, Any] = {"state": "succeeded", "progress_percent": 100}
        if falta_s > 0:
            proceso = {"state": "in_progress", "check_after_secs": max(1, round(falta_s)), "progress_percent": 50}
        return datos | {"video": {"video_type": subida.medio.mime}, "processing_info": proceso}

    def _describir(self, p: Peticion, duena: str) -> Respuesta:
        id_externo, metadatos = p.valor("id"), p.campos.get("metadata")
        subida = self._mia(id_externo, duena)
        alternativo = metadatos.get("alt_text", {}).get("text", "") if isinstance(metadatos, dict) else ""
        if len(alternativo) > _ALTERNATIVO_MAXIMO:
            return invalida("metadata.alt_text.text", len(alternativo), "alt_text must be at most 1000 characters")
        subida.texto_alternativo = alternativo
        return Respuesta(200, {"data": {"id": id_externo, "associated_metadata": metadatos or {}}})


def media_key(id_externo: str, subida: Subida) -> str:
    return f"{_CLASES[subida.categoria]}_{id_externo}"


def _datos(id_externo: str, subida: Subida) -> dict[str, Any]:
    return {"id": id_externo, "media_key": media_key(id_externo, subida), "expires_after_secs": _VIDA_S}


def _bytes_de(p: Peticion) -> bytes:
    if (archivo := p.archivos.get("media")) is not None:
        return archivo.datos
    try:
        return base64.b64decode(p.valor("media"), validate=True)
    except (binascii.Error, ValueError):
        raise NoPasa(invalida("media", "…", "media must be base64 encoded")) from None
