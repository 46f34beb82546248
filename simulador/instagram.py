"""Instagram: contenedores que nadie ve, y una sola llamada que publica cada uno, una sola vez.

Las imágenes se descargan de verdad de la dirección que se dé (sólo de esta máquina); los videos se descargan o se
suben después, por `ig-api-upload`. Qué contesta Instagram al publicar dos veces un contenedor no está documentado:
aquí es el error 24/2207006, y no se publica otra vez.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from simulador import graph_errores as errores
from simulador.descarga import DemasiadoGrande, NoSeDescarga, descargar
from simulador.estado import Estado, Medio, Perfil, Publicada, ahora
from simulador.graph_errores import NoPasa
from simulador.graph_lectura import Campo, elegir, entre, fecha, paginar, rebanar
from simulador.graph_metricas import Metricas
from simulador.instagram_voces import VocesDeInstagram
from simulador.mensajes import Peticion, Respuesta

# Fuente: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media,
# consultada 2026-11-22.
_IMAGEN_MAXIMA_BYTES = 8 * 2**20
_VIDEO_MAXIMO_BYTES = 300 * 2**20
_RAZON_MINIMA, _RAZON_MAXIMA = 0.8, 1.91
_LEYENDA_MAXIMA, _ETIQUETAS_MAXIMAS, _MENCIONES_MAXIMAS, _ALTERNATIVO_MAXIMO = 2200, 30, 20, 1000
_CARRUSEL = range(2, 11)
_LETRAS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

_DICHOS = {
    "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
    "IN_PROGRESS": "In Progress: Media is still being processed.",
    "PUBLISHED": "Published: Media has been already published.",
    "EXPIRED": "Expired: The container was not published within 24 hours and it has expired.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contenedor:
    """Lo preparado. esperando_bytes: falta subir el video. fallo: el número de su error (2207026…), o vacío."""

    id: str
    cuenta: str
    clase: str  # IMAGE, VIDEO, REELS, STORIES, CAROUSEL
    leyenda: str = ""
    medios: tuple[Medio, ...] = ()
    hijos: tuple[str, ...] = ()
    es_hijo: bool = False
    esperando_bytes: bool = False
    fallo: str = ""
    publicado: bool = False
    creado_en: datetime = field(default_factory=ahora)
    listo_en: datetime = field(default_factory=ahora)


class Instagram:
    def __init__(self, estado: Estado) -> None:
        self._estado = estado
        self._voces = VocesDeInstagram(estado)
        self._metricas = Metricas(estado)
        self._contenedores: dict[str, Contenedor] = {}
        self._a_medias: dict[str, bytearray] = {}

    def reiniciar(self) -> None:
        self._contenedores.clear()
        self._a_medias.clear()

    def conoce(self, p: Peticion, partes: tuple[str, ...]) -> bool:
        if partes[0] in self._contenedores or self._estado.publicada("instagram", partes[0]) is not None:
            return True
        if self._estado.perfil("instagram", partes[0]) is not None:
            return True
        if self._voces.buscar(partes[0]) is not None:
            return p.metodo == "GET"
        if self._estado.perfil("facebook", partes[0]) is not None or self._estado.ajustes["instagram"].estricto:
            return False
        if p.valor("ids") or self._estado.voces.existio("instagram", partes[0]):
            return False
        arista = partes[1] if len(partes) > 1 else ""
        de_cuenta = arista in ("media", "media_publish", "content_publishing_limit", "tags")
        suelta = not arista and p.metodo == "GET" and p.red == "instagram"
        return partes[0].isdigit() and len(partes[0]) < 18 and (de_cuenta or suelta)

    def es_visible(self, p: Peticion, partes: tuple[str, ...]) -> bool:
        return p.metodo == "POST" and len(partes) == 2 and partes[1] == "media_publish"

    async def atender(self, p: Peticion, partes: tuple[str, ...], *, version: str) -> Respuesta:
        contenedor = self._contenedores.get(partes[0])
        publicada = self._estado.publicada("instagram", partes[0])
        if p.metodo == "GET" and (escuchada := self._escuchar(p, partes, publicada, version=version)) is not None:
            return Respuesta(200, escuchada)
        match (p.metodo, *partes[1:]):
            case ("GET",) if contenedor is not None:
                return Respuesta(200, self._leer_contenedor(p, contenedor))
            case ("GET",) if publicada is not None:
                return Respuesta(200, self._leer_publicada(p, publicada))
            case ("DELETE",) if publicada is not None:
                self._estado.borrar(publicada)
                return Respuesta(200, {"success": True})
            case ("GET",):
                return Respuesta(200, self._leer_cuenta(p, self._cuenta(partes[0])))
            case ("GET", "content_publishing_limit"):
                return Respuesta(200, {"data": [self._cupo(self._cuenta(partes[0]))]})
            case ("GET", "media"):
                return self._listar(p, self._cuenta(partes[0]), version=version)
            case ("POST", "media"):
                return await self._preparar(p, self._cuenta(partes[0], escribe=True), version=version)
            case ("POST", "media_publish"):
                return self._publicar(p, self._cuenta(partes[0], escribe=True))
        raise NoPasa(errores.no_existe(partes[0], verbo=p.metodo.lower()))

    def _escuchar(
        self, p: Peticion, partes: tuple[str, ...], publicada: Publicada | None, *, version: str
    ) -> dict[str, Any] | None:
        """Lo que la gente dice y las métricas; None si no se pregunta por eso."""
        modificadores = {c: p.valor(c) for c in ("limit", "after") if p.valor(c)}
        voz = self._voces.buscar(partes[0])
        match partes[1:]:
            case () if voz is not None:
                return self._voces.leer(voz, p.valor("fields"), base=p.base)
            case ("replies",) if voz is not None:
                return self._voces.respuestas(voz, modificadores, p.valor("fields"), base=p.base)
            case ("comments",) if publicada is not None:
                return self._voces.comentarios(
                    publicada.perfil, publicada.id, modificadores, p.valor("fields"), base=p.base
                )
            case ("insights",) if publicada is not None:
                return self._metricas.de_medio(publicada, _producto(publicada), p.valor("metric"))
            case ("insights",):
                return self._metricas.de_cuenta(self._cuenta(partes[0]), p.valor("metric"), tipo=p.valor("metric_type"))
            case ("tags",):
                return self._voces.etiquetas(p, self._cuenta(partes[0]), version=version)
        return None

    def _cuenta(self, id_externo: str, *, escribe: bool = False) -> Perfil:
        perfil = self._estado.perfil("instagram", id_externo)
        if perfil is None:
            nuevo = Perfil(red="instagram", id=id_externo, nombre=f"Cuenta {id_externo}", usuario=f"u{id_externo}")
            perfil = self._estado.registrar(nuevo)
        permiso = "instagram_content_publish" if escribe else "instagram_basic"
        if not perfil.puede(permiso):
            raise NoPasa(errores.sin_permiso(permiso))
        return perfil

    # ── Preparar ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _preparar(self, p: Peticion, cuenta: Perfil, *, version: str) -> Respuesta:
        clase, leyenda = p.valor("media_type").upper() or "IMAGE", p.valor("caption")
        _revisar_textos(leyenda, p.valor("alt_text"))
        es_hijo = p.valor("is_carousel_item").lower() in ("true", "1")
        id_externo = self._estado.nuevo_id()
        base = Contenedor(id=id_externo, cuenta=cuenta.id, clase=clase, leyenda=leyenda, es_hijo=es_hijo)
        match clase:
            case "CAROUSEL":
                self._contenedores[id_externo] = self._de_carrusel(p, base)
            case "IMAGE" | "STORIES" if p.valor("image_url"):
                self._contenedores[id_externo] = await self._de_imagen(p, base)
            case "REELS" | "STORIES":
                return await self._de_video(p, base, version=version)
            case "VIDEO" if es_hijo:
                return await self._de_video(p, base, version=version)
            case "VIDEO":
                detalle = "The VIDEO value for media_type is no longer supported. Use the REELS media type."
                raise NoPasa(errores.parametro(detalle, subcodigo=2207067))
            case "IMAGE":
                raise NoPasa(errores.parametro("The parameter image_url is required", subcodigo=2207052))
            case _:
                raise NoPasa(errores.parametro(f"The media type {clase} is unknown", subcodigo=2207023))
        return Respuesta(200, {"id": id_externo})

    async def _de_imagen(self, p: Peticion, base: Contenedor) -> Contenedor:
        datos = await _bajar(p.valor("image_url"), maximo_bytes=_IMAGEN_MAXIMA_BYTES)
        medio = self._estado.guardar_medio(datos, texto_alternativo=p.valor("alt_text"))
        _revisar_imagen(medio)
        espera = timedelta(seconds=self._estado.ajustes["instagram"].proceso_imagen_s)
        return replace(base, medios=(medio,), listo_en=base.creado_en + espera)

    async def _de_video(self, p: Peticion, base: Contenedor, *, version: str) -> Respuesta:
        if p.valor("upload_type") == "resumable":
            self._contenedores[base.id] = replace(base, esperando_bytes=True)
            return Respuesta(200, {"id": base.id, "uri": f"{p.base}/ig-api-upload/{version}/{base.id}"})
        if not (direccion := p.valor("video_url")):
            raise NoPasa(errores.parametro("The parameter video_url is required", subcodigo=2207052))
        datos = await _bajar(direccion, maximo_bytes=_VIDEO_MAXIMO_BYTES)
        self._contenedores[base.id] = self._con_video(base, datos)
        return Respuesta(200, {"id": base.id})

    def _con_video(self, base: Contenedor, datos: bytes) -> Contenedor:
        medio = self._estado.guardar_medio(datos)
        espera = timedelta(seconds=self._estado.ajustes["instagram"].proceso_video_s)
        return replace(
            base,
            medios=(medio,),
            esperando_bytes=False,
            fallo="" if medio.es_video else "2207026",
            listo_en=ahora() + espera,
        )

    def _de_carrusel(self, p: Peticion, base: Contenedor) -> Contenedor:
        crudo = p.valor("children")
        try:
            ids = [str(i) for i in json.loads(crudo)] if crudo.startswith("[") else crudo.split(",")
        except ValueError:
            ids = []
        hijos = [self._contenedores.get(i.strip()) for i in ids if i.strip()]
        if len(hijos) not in _CARRUSEL:
            detalle = "Your post won't work as a carousel. It needs at least 2 photos/videos and no more than 10."
            raise NoPasa(errores.parametro(detalle, subcodigo=2207028))
        propios = [h for h in hijos if h is not None and h.cuenta == base.cuenta and h.es_hijo]
        if len(propios) != len(hijos):
            raise NoPasa(errores.parametro("Invalid parameter: children", subcodigo=2207006))
        if any(self._avance(h) != "FINISHED" for h in propios):
            raise NoPasa(_no_disponible())
        espera = timedelta(seconds=self._estado.ajustes["instagram"].proceso_imagen_s)
        return replace(
            base,
            medios=tuple(m for h in propios for m in h.medios),
            hijos=tuple(h.id for h in propios),
            listo_en=base.creado_en + espera,
        )

    def subir(self, p: Peticion, id_externo: str, *, token: str) -> Respuesta:
        """`POST /ig-api-upload/{versión}/{contenedor}`: los bytes del video, enteros o por partes. Pide OAuth."""
        contenedor = self._contenedores.get(id_externo)
        if not p.cabeceras.get("Authorization", "").startswith("OAuth ") or not token:
            return _subida_mala(401, "NotAuthorizedError", "Authorization header is missing or invalid")
        if contenedor is None or not contenedor.esperando_bytes:
            return _subida_mala(404, "NotFoundError", "Media builder does not exist or does not expect an upload")
        offset, peso = p.cabeceras.get("offset", ""), p.cabeceras.get("file_size", "")
        previo = self._a_medias.setdefault(id_externo, bytearray())
        if not offset.isdigit() or not peso.isdigit() or int(offset) != len(previo):
            return _subida_mala(
                400, "OffsetInvalidError", f"Request starting offset is invalid, expected {len(previo)}"
            )
        previo += p.cuerpo
        if len(previo) > int(peso):
            self._a_medias.pop(id_externo)
            return _subida_mala(400, "PartialRequestError", "Request body is larger than file_size")
        if len(previo) == int(peso):
            datos = bytes(self._a_medias.pop(id_externo))
            self._contenedores[id_externo] = self._con_video(contenedor, datos)
        return Respuesta(200, {"success": True, "message": "Upload successful."})

    def _avance(self, contenedor: Contenedor) -> str:
        vida = timedelta(seconds=self._estado.ajustes["instagram"].vida_contenedor_s)
        if contenedor.publicado:
            return "PUBLISHED"
        if ahora() >= contenedor.creado_en + vida:
            return "EXPIRED"
        if contenedor.fallo:
            return "ERROR"
        return "IN_PROGRESS" if contenedor.esperando_bytes or ahora() < contenedor.listo_en else "FINISHED"

    # ── Publicar ─────────────────────────────────────────────────────────────────────────────────────────────

    def _publicar(self, p: Peticion, cuenta: Perfil) -> Respuesta:
        contenedor = self._contenedores.get(p.valor("creation_id"))
        if contenedor is None or contenedor.cuenta != cuenta.id:
            raise NoPasa(_no_se_halla(p.valor("creation_id")))
        self._exigir_publicable(contenedor)
        ajustes, usado = self._estado.ajustes["instagram"], self._usado(cuenta)
        if ajustes.cupo and usado >= ajustes.cupo:
            titulo = "You reached maximum number of posts that is allowed to be published by Content Publishing API."
            raise NoPasa(errores.de_instagram(9, 2207042, "Application request limit reached", titulo=titulo))
        self._contenedores[contenedor.id] = replace(contenedor, publicado=True)
        id_externo = self._estado.nuevo_id()
        self._estado.aceptar(
            "instagram",
            cuenta.id,
            id_externo,
            contenedor.leyenda,
            tipo={"REELS": "reel", "CAROUSEL": "carrusel", "STORIES": "historia"}.get(contenedor.clase, "publicacion"),
            url=f"https://www.instagram.com/p/{_atajo(int(id_externo))}/",
            clave=p.cabeceras.get("Idempotency-Key", ""),
            medios=contenedor.medios,
            extra={"contenedor": contenedor.id, "clase": contenedor.clase},
        )
        return Respuesta(200, {"id": id_externo})

    def _exigir_publicable(self, contenedor: Contenedor) -> None:
        match self._avance(contenedor):
            case "FINISHED" if not contenedor.es_hijo:
                return
            case "FINISHED":
                raise NoPasa(errores.parametro("Carousel items can't be published on their own", subcodigo=2207089))
            case "PUBLISHED":
                raise NoPasa(_no_se_halla(contenedor.id))
            case "EXPIRED":
                titulo = "The media you are trying to access has expired. Please try to upload again."
                raise NoPasa(errores.de_instagram(-2, 2207020, "Media expired", titulo=titulo))
            case "ERROR":
                titulo = "Create media fail, please try to re-create media"
                raise NoPasa(errores.de_instagram(-1, 2207032, "Media upload has failed", titulo=titulo))
        raise NoPasa(_no_disponible())

    def _usado(self, cuenta: Perfil) -> int:
        corte = ahora() - timedelta(seconds=self._estado.ajustes["instagram"].ventana_cupo_s)
        cuantas = 0
        for una in self._estado.recorrer("instagram", cuenta.id):
            if una.instante < corte:
                break
            cuantas += 1
        return cuantas

    def _cupo(self, cuenta: Perfil) -> dict[str, Any]:
        ajustes = self._estado.ajustes["instagram"]
        config = {"quota_total": ajustes.cupo or 1_000_000, "quota_duration": int(ajustes.ventana_cupo_s)}
        return {"quota_usage": self._usado(cuenta), "config": config}

    # ── Leer ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _leer_contenedor(self, p: Peticion, contenedor: Contenedor) -> dict[str, Any]:
        avance = self._avance(contenedor)
        error = f"Error: Media upload has failed with error code {contenedor.fallo}"
        nodo = {
            "id": contenedor.id,
            "status_code": avance,
            "status": _DICHOS.get(avance, error),
            "copyright_check_status": None,
        }
        return elegir(nodo, p.valor("fields"), tipo="ShadowIGMediaBuilder")

    def _listar(self, p: Peticion, cuenta: Perfil, *, version: str) -> Respuesta:
        halladas = [una for una in self._recientes(cuenta) if entre(p, una.instante)]
        pedido = f"/{version}/{cuenta.id}/media"
        return Respuesta(200, paginar(p, halladas, pedido=pedido, pintar=lambda una: self._leer_publicada(p, una)))

    def _recientes(self, cuenta: Perfil) -> list[Publicada]:
        return sorted(self._estado.listar("instagram", cuenta.id), key=lambda una: una.instante, reverse=True)

    def _leer_publicada(self, p: Peticion, una: Publicada, pedidos: str | None = None) -> dict[str, Any]:
        clase_propia = una.extra.get("clase", "IMAGE")
        clase = {"CAROUSEL": "CAROUSEL_ALBUM", "REELS": "VIDEO", "STORIES": "IMAGE"}.get(clase_propia, clase_propia)
        cuenta = self._estado.perfil("instagram", una.perfil)
        nodo: dict[str, Any] = {
            "id": una.id,
            "caption": una.texto or None,
            "media_type": clase,
            "media_product_type": _producto(una),
            "media_url": f"{p.raiz}/_medios/{una.medios[0].huella}" if una.medios else None,
            "thumbnail_url": None,
            "permalink": una.url or f"https://www.instagram.com/p/{_atajo(int(una.id))}/",
            "shortcode": una.url.rstrip("/").rpartition("/")[2],
            "timestamp": fecha(una.instante),
            "username": cuenta.usuario if cuenta else None,
            "alt_text": (una.medios[0].texto_alternativo or None) if una.medios else None,
            "like_count": self._estado.voces.numeros("instagram", una.id).get("me_gusta", 0),
            "comments_count": self._voces.contar(una.id),
            "comments": lambda c: self._voces.comentarios(una.perfil, una.id, c.modificadores, c.dentro, base=p.base),
            "insights": lambda c: self._metricas.de_medio(una, _producto(una), c.modificadores.get("metric", "")),
            "is_comment_enabled": True,
            "owner": {"id": una.perfil},
            "children": {"data": [{"id": f"{una.id}{i}"} for i in range(len(una.medios))]}
            if clase == "CAROUSEL_ALBUM"
            else None,
        }
        return elegir(nodo, p.valor("fields") if pedidos is None else pedidos, tipo="IGMedia")

    def _leer_cuenta(self, p: Peticion, cuenta: Perfil) -> dict[str, Any]:
        nodo = self._nodo_de_cuenta(p, cuenta)
        nodo["business_discovery"] = lambda campo: self._otra_cuenta(p, campo)
        return elegir(nodo, p.valor("fields"), tipo="IGUser")

    def _nodo_de_cuenta(self, p: Peticion, cuenta: Perfil) -> dict[str, Any]:
        numeros = self._estado.voces.numeros("instagram", cuenta.id)
        return {
            "id": cuenta.id,
            "ig_id": cuenta.id,
            "username": cuenta.usuario,
            "name": cuenta.nombre,
            "biography": "",
            "website": None,
            "profile_picture_url": None,
            "followers_count": numeros.get("seguidores", 0),
            "follows_count": numeros.get("seguidos", 0),
            "media_count": sum(1 for _ in self._estado.recorrer("instagram", cuenta.id)),
            "media": lambda campo: rebanar(
                self._recientes(cuenta),
                campo.modificadores,
                direccion=f"{p.base}/v26.0/{cuenta.id}/media",
                pintar=lambda una: self._leer_publicada(p, una, campo.dentro),
            ),
        }

    def _otra_cuenta(self, p: Peticion, campo: Campo) -> dict[str, Any]:
        """`business_discovery.username(x){…}`: sólo otra cuenta profesional. Error 110 si no."""
        usuario = campo.modificadores.get("username", "")
        otra = next((c for c in self._estado.perfiles("instagram") if c.usuario == usuario and not c.personal), None)
        if otra is None:
            raise NoPasa(errores.cuenta_no_visible(usuario))
        return elegir(self._nodo_de_cuenta(p, otra), campo.dentro, tipo="IGUser")


def _producto(una: Publicada) -> str:
    """El `media_product_type`."""
    return {"REELS": "REELS", "STORIES": "STORY"}.get(una.extra.get("clase", "IMAGE"), "FEED")


def _revisar_textos(leyenda: str, alternativo: str) -> None:
    if len(leyenda) > _LEYENDA_MAXIMA or leyenda.count("#") > _ETIQUETAS_MAXIMAS:
        titulo = f"The submitted caption has {len(leyenda)} characters; it can have up to {_LEYENDA_MAXIMA} and "
        titulo += f"{_ETIQUETAS_MAXIMAS} hashtags."
        raise NoPasa(errores.de_instagram(36004, 2207010, "The caption is too long.", titulo=titulo))
    if leyenda.count("@") > _MENCIONES_MAXIMAS:
        raise NoPasa(errores.parametro("Cannot use more than 20 @-tags per container", subcodigo=2207040))
    if len(alternativo) > _ALTERNATIVO_MAXIMO:
        raise NoPasa(errores.parametro("alt_text must be at most 1000 characters"))


def _revisar_imagen(medio: Medio) -> None:
    if medio.mime != "image/jpeg":
        titulo = "The image format is not supported. Supported formats are: JPEG"
        raise NoPasa(errores.de_instagram(36001, 2207005, "The image format is not supported.", titulo=titulo))
    razon = medio.ancho / medio.alto
    # La imagen de 1080 × 1350 es 4:5 justo: sin margen, el redondeo la dejaría fuera.
    if not _RAZON_MINIMA - 0.005 <= razon <= _RAZON_MAXIMA + 0.005:
        titulo = f"The submitted image with aspect ratio ('{razon:.3f}',) cannot be published. Please submit an image "
        titulo += "with a valid aspect ratio."
        raise NoPasa(errores.de_instagram(36003, 2207009, "The aspect ratio is not supported.", titulo=titulo))


async def _bajar(direccion: str, *, maximo_bytes: int) -> bytes:
    try:
        return (await descargar(direccion, maximo_bytes=maximo_bytes))[0]
    except DemasiadoGrande:
        titulo = "The image is too large to download. It should be less than 8 MiB."
        raise NoPasa(errores.de_instagram(36000, 2207004, "The image size is too large.", titulo=titulo)) from None
    except NoSeDescarga:
        titulo = "Media download has failed. The media URI doesn't meet our requirements."
        detalle = f"The media could not be fetched from this URI: {direccion}."
        mensaje = "Only photo or video can be accepted as media type."
        raise NoPasa(errores.de_instagram(9004, 2207052, mensaje, titulo=titulo, detalle=detalle)) from None


def _no_disponible() -> Respuesta:
    detalle = "The media is not ready to be published. Please wait a moment."
    return errores.de_instagram(9007, 2207027, "Media ID is not available", titulo="Cannot publish", detalle=detalle)


def _no_se_halla(id_externo: str) -> Respuesta:
    titulo = f"The media with {id_externo} cannot be found"
    return errores.de_instagram(24, 2207006, "The requested resource does not exist", titulo=titulo)


def _subida_mala(estado: int, tipo: str, mensaje: str) -> Respuesta:
    return Respuesta(estado, {"debug_info": {"retriable": False, "type": tipo, "message": mensaje}})


def _atajo(numero: int) -> str:
    letras = ""
    while numero:
        numero, resto = divmod(numero, 64)
        letras = _LETRAS[resto] + letras
    return letras
