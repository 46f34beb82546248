"""La API v5 de Pinterest: pines con imágenes o video, tableros, la subida de videos y los números de cada pin.

Fuente: descripción oficial 5.23.0 (repo pinterest/api-description) y developers.pinterest.com, consultadas
2026-11-22. Los códigos del cuerpo de error que no están en la descripción se suponen; sólo su forma es segura.
"""

import base64
import binascii
import hashlib
import re
import time
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from simulador.descarga import NoSeDescarga, descargar
from simulador.estado import Estado, Medio, Perfil, Publicada, ahora
from simulador.mensajes import Peticion, Respuesta

_LARGOS = {"title": 100, "description": 800, "alt_text": 500, "link": 2048}
_IMAGEN_MAXIMA_BYTES = 20 * 2**20
_VARIAS = range(2, 6)
_SIN_LIMITE = 1000
_FORMATOS = ("image/jpeg", "image/png")
_PAGINA_MAXIMA = 250
_ANALITICA_DIAS = 90
_DE_ANALITICA = {
    "IMPRESSION": "vistas",
    "SAVE": "guardados",
    "OUTBOUND_CLICK": "clics",
    "PIN_CLICK": "acercamientos",
    "PROFILE_VISIT": "visitas_al_perfil",
    "USER_FOLLOW": "seguidores",
    "TOTAL_COMMENTS": "comentarios",
    "TOTAL_REACTIONS": "me_gusta",
}


class NoPasa(Exception):
    def __init__(self, estado: int, codigo: int, mensaje: str) -> None:
        super().__init__(mensaje)
        self.respuesta = Respuesta(estado, {"code": codigo, "message": mensaje})


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """Un video registrado con `POST /media`. listo_en: segundos de época."""

    cuenta: str
    medio: Medio | None = None
    listo_en: float = 0.0

    @property
    def avance(self) -> str:
        if self.medio is None:
            return "registered"
        if not self.medio.es_video:
            return "failed"
        return "succeeded" if time.time() >= self.listo_en else "processing"


class RedPinterest:
    def __init__(self, estado: Estado) -> None:
        self._estado = estado
        self._videos: dict[str, Video] = {}

    def reiniciar(self) -> None:
        self._videos.clear()

    def es_visible(self, p: Peticion) -> bool:
        return p.metodo == "POST" and p.ruta.rstrip("/") == "/v5/pins"

    async def atender(self, p: Peticion) -> Respuesta:
        if p.partes[:1] == ("subidas",):
            return self._recibir(p)
        try:
            cuenta = self._cuenta(p)
            limites, pasada = self._limites(p, cuenta)
            if pasada:
                return self.limitada().con(limites)
            return (await self._despachar(p, cuenta)).con(limites)
        except NoPasa as corte:
            return corte.respuesta

    def limitada(self) -> Respuesta:
        cuerpo = {"code": 8, "message": "This request exceeded a rate limit. See the headers for more information."}
        return Respuesta(429, cuerpo, {"Retry-After": "2"})

    def vencida(self) -> Respuesta:
        return Respuesta(401, {"code": 2, "message": "Authentication failed."})

    def rota(self) -> Respuesta:
        return Respuesta(500, {"code": 0, "message": "Something went wrong on our end. Sorry about that."})

    # ── Quién llama y cuánto le queda ────────────────────────────────────────────────────────────────────────

    def _cuenta(self, p: Peticion) -> Perfil:
        autorizacion = p.cabeceras.get("Authorization", "")
        token = autorizacion.removeprefix("Bearer ").strip() if autorizacion.startswith("Bearer ") else ""
        perfil = self._estado.perfil_de_token("pinterest", token)
        if not token or "vencido" in token or (perfil and perfil.vence_en and perfil.vence_en <= ahora()):
            raise NoPasa(401, 2, "Authentication failed.")
        if perfil is None:
            if self._estado.ajustes["pinterest"].estricto:
                raise NoPasa(401, 2, "Authentication failed.")
            id_externo = str(int(hashlib.sha256(token.encode()).hexdigest()[:12], 16))
            nuevo = Perfil(
                red="pinterest",
                id=id_externo,
                nombre=f"Cuenta {id_externo}",
                usuario=f"u{id_externo}",
                token=token,
                tableros=((f"{id_externo}01", "Avisos"),),
            )
            perfil = self._estado.registrar(nuevo)
        permiso = "pins:write" if p.escribe else "pins:read"
        if not perfil.puede(permiso):
            raise NoPasa(403, 3, f"Authorization failed. ['{permiso}'] is missing.")
        return perfil

    def _limites(self, p: Peticion, cuenta: Perfil) -> tuple[dict[str, str], bool]:
        ajustes, publica = self._estado.ajustes["pinterest"], self.es_visible(p)
        cupo = (ajustes.cupo if publica else 0) or _SIN_LIMITE
        queda, renueva = self._estado.gastar_cupo(
            "pinterest",
            f"{cuenta.id}/{'org_write' if p.escribe else 'org_read'}",
            cupo=cupo,
            ventana_s=ajustes.ventana_cupo_s,
            gasta=publica and ajustes.cupo > 0,
        )
        cabeceras = {
            "X-RateLimit-Limit": str(cupo),
            "X-RateLimit-Remaining": str(max(queda, 0)),
            "X-RateLimit-Reset": str(max(0, round(renueva - time.time()))),
        }
        if pasada := publica and queda < 0:
            cabeceras["Retry-After"] = cabeceras["X-RateLimit-Reset"]
        return cabeceras, pasada

    async def _despachar(self, p: Peticion, cuenta: Perfil) -> Respuesta:
        if p.ilegible:
            raise NoPasa(400, 1, "Invalid JSON")
        match (p.metodo, *p.partes):
            case ("POST", "v5", "pins"):
                return await self._publicar(p, cuenta)
            case ("GET", "v5", "pins"):
                return self._paginar(p, list(self._estado.listar("pinterest", cuenta.id)), cuenta)
            case ("GET", "v5", "pins", id_externo):
                return Respuesta(200, self._como_pin(p, self._pin(id_externo), cuenta))
            case ("DELETE", "v5", "pins", id_externo):
                return self._borrar(id_externo, cuenta)
            case ("GET", "v5", "boards"):
                return Respuesta(200, {"items": [_como_tablero(t, cuenta) for t in cuenta.tableros], "bookmark": None})
            case ("GET", "v5", "boards", id_tablero):
                return Respuesta(200, _como_tablero((id_tablero, self._tablero(id_tablero, cuenta)), cuenta))
            case ("GET", "v5", "boards", id_tablero, "pins"):
                self._tablero(id_tablero, cuenta)
                del_tablero = [
                    una for una in self._estado.listar("pinterest", cuenta.id) if una.extra["tablero"] == id_tablero
                ]
                return self._paginar(p, del_tablero, cuenta)
            case ("GET", "v5", "pins", id_externo, "analytics"):
                return self._analitica(p, self._pin(id_externo))
            case ("GET", "v5", "user_account"):
                return Respuesta(200, self._como_cuenta(cuenta))
            case ("POST", "v5", "media"):
                return self._registrar_video(p, cuenta)
            case ("GET", "v5", "media", id_externo):
                return self._mirar_video(id_externo, cuenta)
        raise NoPasa(404, 4, "Endpoint not found.")

    def _tablero(self, id_tablero: str, cuenta: Perfil) -> str:
        """El nombre de un tablero suyo; sin modo estricto, un tablero que no se conocía se da por suyo."""
        propios = dict(cuenta.tableros)
        if id_tablero not in propios:
            ajeno = any(id_tablero in dict(p.tableros) for p in self._estado.perfiles("pinterest"))
            if ajeno or self._estado.ajustes["pinterest"].estricto or not id_tablero.isdigit():
                raise NoPasa(404, 404, "Board not found.")
            propios[id_tablero] = f"Tablero {id_tablero}"
            self._estado.registrar(replace(cuenta, tableros=tuple(propios.items())))
        return propios[id_tablero]

    # ── Publicar ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _publicar(self, p: Peticion, cuenta: Perfil) -> Respuesta:
        tablero = str(p.campos.get("board_id") or "")
        for campo, largo in _LARGOS.items():
            if len(str(p.campos.get(campo) or "")) > largo:
                raise NoPasa(400, 1, f"Invalid request: {campo} must be at most {largo} characters.")
        if not re.fullmatch(r"\d+", tablero):
            raise NoPasa(400, 1, "Invalid request: board_id is required and must match ^\\d+$.")
        self._tablero(tablero, cuenta)
        medios, clase = await self._medios_de(p, cuenta)
        id_externo = self._estado.nuevo_id()
        publicada = self._estado.aceptar(
            "pinterest",
            cuenta.id,
            id_externo,
            str(p.campos.get("description") or ""),
            titulo=str(p.campos.get("title") or ""),
            enlace=str(p.campos.get("link") or ""),
            tipo="pin",
            url=f"https://www.pinterest.com/pin/{id_externo}/",
            clave=p.cabeceras.get("Idempotency-Key", ""),
            medios=medios,
            extra={"tablero": tablero, "clase": clase, "alternativo": str(p.campos.get("alt_text") or "")},
        )
        return Respuesta(201, self._como_pin(p, publicada, cuenta))

    async def _medios_de(self, p: Peticion, cuenta: Perfil) -> tuple[tuple[Medio, ...], str]:
        fuente = p.campos.get("media_source")
        if not isinstance(fuente, dict):
            raise NoPasa(400, 1, "Invalid request: media_source is required.")
        alternativo = str(p.campos.get("alt_text") or "")
        match fuente.get("source_type"):
            case "image_base64" | "image_url":
                return (await self._imagen(fuente, alternativo),), "image"
            case "multiple_image_base64" | "multiple_image_urls":
                varias = fuente.get("items")
                if not isinstance(varias, list) or len(varias) not in _VARIAS:
                    raise NoPasa(400, 1, "Invalid request: media_source.items must have 2 to 5 images.")
                return tuple([await self._imagen(una, alternativo) for una in varias]), "multiple_images"
            case "video_id":
                return (self._video_listo(str(fuente.get("media_id")), cuenta),), "video"
        raise NoPasa(400, 1, "Invalid request: media_source.source_type is not supported.")

    async def _imagen(self, fuente: Any, alternativo: str) -> Medio:
        if not isinstance(fuente, dict):
            raise NoPasa(400, 1, "Invalid request: media_source.items must be objects.")
        if "url" in fuente:
            try:
                datos, _ = await descargar(str(fuente["url"]), maximo_bytes=_IMAGEN_MAXIMA_BYTES)
            except NoSeDescarga:
                raise NoPasa(400, 235, "Sorry we could not fetch the image.") from None
        else:
            if fuente.get("content_type") not in _FORMATOS:
                raise NoPasa(400, 1, "Invalid request: content_type must be image/jpeg or image/png.")
            try:
                datos = base64.b64decode(str(fuente.get("data") or ""), validate=True)
            except (binascii.Error, ValueError):
                raise NoPasa(400, 1, "Invalid request: data must be base64.") from None
        medio = self._estado.guardar_medio(datos, texto_alternativo=alternativo)
        if not medio.mime.startswith("image/") or medio.peso_bytes > _IMAGEN_MAXIMA_BYTES:
            raise NoPasa(400, 235, "Sorry we could not fetch the image.")
        return medio

    def _borrar(self, id_externo: str, cuenta: Perfil) -> Respuesta:
        pin = self._pin(id_externo)
        if pin.perfil != cuenta.id:
            raise NoPasa(403, 3, "You are not permitted to delete this pin.")
        self._estado.borrar(pin)
        return Respuesta(204)

    # ── Videos ───────────────────────────────────────────────────────────────────────────────────────────────

    def _registrar_video(self, p: Peticion, cuenta: Perfil) -> Respuesta:
        if p.campos.get("media_type") != "video":
            raise NoPasa(400, 1, "Invalid request: media_type must be video.")
        id_externo = self._estado.nuevo_id()
        self._videos[id_externo] = Video(cuenta=cuenta.id)
        cuerpo = {
            "media_id": id_externo,
            "media_type": "video",
            "upload_url": f"{p.base}/subidas",
            "upload_parameters": {
                "key": f"uploads/{id_externo}",
                "policy": base64.b64encode(b"{}").decode(),
                "x-amz-algorithm": "AWS4-HMAC-SHA256",
                "x-amz-signature": hashlib.sha256(id_externo.encode()).hexdigest(),
                "Content-Type": "multipart/form-data",
            },
        }
        return Respuesta(201, cuerpo)

    def _recibir(self, p: Peticion) -> Respuesta:
        """La subida del video: un formulario como el de S3, con los parámetros dados y el archivo en `file`."""
        id_externo = p.valor("key").rpartition("/")[2]
        video, archivo = self._videos.get(id_externo), p.archivos.get("file")
        firma = hashlib.sha256(id_externo.encode()).hexdigest()
        if video is None or archivo is None or p.valor("x-amz-signature") != firma:
            return Respuesta(403, b"<Error><Code>AccessDenied</Code></Error>", tipo="application/xml")
        medio = self._estado.guardar_medio(archivo.datos)
        espera_s = self._estado.ajustes["pinterest"].proceso_video_s
        self._videos[id_externo] = replace(video, medio=medio, listo_en=time.time() + espera_s)
        return Respuesta(204)

    def _mirar_video(self, id_externo: str, cuenta: Perfil) -> Respuesta:
        video = self._videos.get(id_externo)
        if video is None or video.cuenta != cuenta.id:
            raise NoPasa(404, 50, "Media not found.")
        return Respuesta(200, {"media_id": id_externo, "media_type": "video", "status": video.avance})

    def _video_listo(self, id_externo: str, cuenta: Perfil) -> Medio:
        video = self._videos.get(id_externo)
        if video is None or video.cuenta != cuenta.id or video.medio is None or video.avance != "succeeded":
            raise NoPasa(400, 1, "Invalid request: the video is not ready.")
        return video.medio

    # ── Leer ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _pin(self, id_externo: str) -> Publicada:
        publicada = self._estado.publicada("pinterest", id_externo)
        if publicada is None:
            raise NoPasa(404, 50, "Pin not found.")
        return publicada

    def _paginar(self, p: Peticion, pines: list[Publicada], cuenta: Perfil) -> Respuesta:
        pedidos, marca = p.valor("page_size", "25"), p.valor("bookmark")
        if not pedidos.isdigit() or not 1 <= int(pedidos) <= _PAGINA_MAXIMA:
            raise NoPasa(400, 1, "Invalid request: page_size must be between 1 and 250.")
        if marca:
            try:
                ultimo = int(base64.urlsafe_b64decode(marca + "=="))
            except (binascii.Error, ValueError):
                raise NoPasa(400, 1, "Invalid request: bookmark is not valid.") from None
            pines = [una for una in pines if int(una.id) < ultimo]
        pagina, quedan = pines[: int(pedidos)], len(pines) > int(pedidos)
        marcada = base64.urlsafe_b64encode(pagina[-1].id.encode()).decode().rstrip("=") if quedan else None
        return Respuesta(200, {"items": [self._como_pin(p, una, cuenta) for una in pagina], "bookmark": marcada})

    # ── Los números ──────────────────────────────────────────────────────────────────────────────────────────

    def _de_toda_su_vida(self, una: Publicada) -> dict[str, Any] | None:
        if not self._ya_hay_numeros(una):
            return None
        dados = self._estado.voces.numeros("pinterest", una.id)
        nombres = {"impression": "vistas", "clickthrough": "clics", "reaction": "me_gusta", "comment": "comentarios"}
        numeros = {nombre: dados.get(metrica, 0) for nombre, metrica in nombres.items()}
        return {"90d": numeros, "lifetime_metrics": numeros}

    def _ya_hay_numeros(self, una: Publicada) -> bool:
        retraso_s = self._estado.ajustes["pinterest"].retraso_metricas_s
        return ahora() - una.instante >= timedelta(seconds=retraso_s)

    def _analitica(self, p: Peticion, una: Publicada) -> Respuesta:
        """Todo lo suyo cae en el primer día; si aún no hay números, los días dicen PROCESSING y la suma, cero."""
        desde, hasta = _dia(p, "start_date"), _dia(p, "end_date")
        hoy = ahora().date()
        if (hoy - desde).days > _ANALITICA_DIAS or not desde <= hasta <= hoy:
            raise NoPasa(400, 1, "Invalid request: the date range is not valid.")
        pedidas = p.valor("metric_types").split(",")
        if not p.valor("metric_types") or (ajenas := [m for m in pedidas if m not in _DE_ANALITICA]):
            raise NoPasa(400, 1, f"Invalid request: metric_types {p.valor('metric_types') and ajenas}")
        dados = self._estado.voces.numeros("pinterest", una.id)
        suma = {m: dados.get(_DE_ANALITICA[m], 0) for m in pedidas if not m.startswith("TOTAL_")}
        vida = {m: dados.get(_DE_ANALITICA[m], 0) for m in pedidas if m.startswith("TOTAL_")}
        listo = self._ya_hay_numeros(una)
        dias = [
            {
                "date": (desde + timedelta(days=n)).isoformat(),
                "data_status": "READY" if listo else "PROCESSING",
                "metrics": (suma if not n else dict.fromkeys(suma, 0)) if listo else {},
            }
            for n in range((hasta - desde).days + 1)
        ]
        cuerpo: dict[str, Any] = {"summary_metrics": suma if listo else dict.fromkeys(suma, 0), "daily_metrics": dias}
        return Respuesta(200, {"all": cuerpo | ({"lifetime_metrics": vida} if vida and listo else {})})

    def _como_cuenta(self, cuenta: Perfil) -> dict[str, Any]:
        dados = self._estado.voces.numeros("pinterest", cuenta.id)
        return {
            "id": cuenta.id,
            "username": cuenta.usuario,
            "business_name": cuenta.nombre,
            "account_type": "BUSINESS",
            "profile_image": "",
            "website_url": "",
            "board_count": len(cuenta.tableros),
            "pin_count": dados.get("publicaciones", len(list(self._estado.recorrer("pinterest", cuenta.id)))),
            "follower_count": dados.get("seguidores", 0),
            "following_count": dados.get("seguidos", 0),
            "monthly_views": dados.get("vistas", 0),
        }

    def _como_pin(self, p: Peticion, una: Publicada, cuenta: Perfil) -> dict[str, Any]:
        return {
            "id": una.id,
            "created_at": una.instante.isoformat(timespec="seconds"),
            "link": una.enlace or None,
            "title": una.titulo or None,
            "description": una.texto or None,
            "alt_text": una.extra.get("alternativo") or None,
            "board_id": una.extra.get("tablero"),
            "board_section_id": None,
            "board_owner": {"username": cuenta.usuario},
            "creative_type": "VIDEO" if una.extra.get("clase") == "video" else "REGULAR",
            "dominant_color": None,
            "has_been_promoted": False,
            "is_owner": una.perfil == cuenta.id,
            "is_standard": True,
            "parent_pin_id": None,
            "pin_metrics": self._de_toda_su_vida(una) if p.valor("pin_metrics") == "true" else None,
            "media": _como_media(p, una),
        }


def _como_media(p: Peticion, una: Publicada) -> dict[str, Any]:
    versiones = [_versiones(p, m) for m in una.medios]
    if not versiones:
        return {"media_type": "image", "images": {}}
    if una.extra["clase"] == "multiple_images":
        return {"media_type": "multiple_images", "items": [{"item_type": "image", "images": v} for v in versiones]}
    return {"media_type": una.extra["clase"], "images": versiones[0]}


def _versiones(p: Peticion, medio: Medio) -> dict[str, Any]:
    imagen = {"width": medio.ancho, "height": medio.alto, "url": f"{p.raiz}/_medios/{medio.huella}"}
    return {"600x": imagen, "1200x": imagen}


def _como_tablero(tablero: tuple[str, str], cuenta: Perfil) -> dict[str, Any]:
    return {
        "id": tablero[0],
        "name": tablero[1],
        "description": "",
        "owner": {"username": cuenta.usuario},
        "privacy": "PUBLIC",
        "is_ads_only": False,
    }


def _dia(p: Peticion, nombre: str) -> date:
    try:
        return date.fromisoformat(p.valor(nombre))
    except ValueError:
        raise NoPasa(400, 1, f"Invalid request: {nombre} is required, as YYYY-MM-DD.") from None
