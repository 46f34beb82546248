"""Las páginas de Facebook: publicaciones, fotos y videos, a la vista o sin publicar.

Lo no publicado tiene identificador desde que se crea y nadie lo ve hasta que se manda `is_published=true` (a una
publicación) o `published=true` (a un video); repetirlo no hace nada. El error 506 (igual a la anterior) llega en el
instante en que se haría visible.
"""

import asyncio
import json
from dataclasses import dataclass, field, replace
from typing import Any

from simulador import graph_conversaciones
from simulador import graph_errores as errores
from simulador.descarga import NoSeDescarga, descargar
from simulador.estado import Estado, Perfil, Publicada, ahora
from simulador.facebook_lectura import Nodo, leer_nodo, leer_pagina
from simulador.facebook_voces import VocesDeFacebook
from simulador.graph_errores import NoPasa
from simulador.graph_lectura import Campo, elegir, entre, epoca, instante_de, paginar, rebanar
from simulador.graph_metricas import Metricas
from simulador.mensajes import Peticion, Respuesta

_ARISTAS = frozenset(
    {
        "feed",
        "posts",
        "photos",
        "videos",
        "published_posts",
        "scheduled_posts",
        "tagged",
        "visitor_posts",
        "conversations",
        "insights",
    }
)
_DE_COMENTARIOS = ("filter", "order", "limit", "after", "summary")
_IMAGENES = frozenset({"image/jpeg", "image/png", "image/gif", "image/tiff", "image/webp"})
_FOTO_MAXIMA_BYTES = 10 * 2**20
_TRAMO_BYTES = 2**20
_ADELANTO_MINIMO_S, _ADELANTO_MAXIMO_S = 600, 30 * 86_400


@dataclass(slots=True)
class Carga:
    """Un video que se sube por partes."""

    pagina: str
    video: str
    peso_bytes: int
    datos: bytearray = field(default_factory=bytearray)


class Facebook:
    def __init__(self, estado: Estado) -> None:
        self._estado = estado
        self._voces = VocesDeFacebook(estado)
        self._metricas = Metricas(estado)
        self._nodos: dict[str, Nodo] = {}
        self._cargas: dict[str, Carga] = {}
        self._ultimas: dict[str, tuple[object, str]] = {}  # página -> (lo último que dijo, dónde)

    def reiniciar(self) -> None:
        self._nodos.clear()
        self._cargas.clear()
        self._ultimas.clear()

    def conoce(self, p: Peticion, partes: tuple[str, ...]) -> bool:
        if self._nodo(partes[0]) is not None or self._estado.perfil("facebook", partes[0]) is not None:
            return True
        if self._voces.buscar(partes[0]) is not None:
            return p.metodo == "GET"
        # Sin modo estricto, un número que no es de nada se toma por una página que aún no se había visto.
        de_pagina = partes[1] in _ARISTAS if len(partes) > 1 else p.metodo == "GET" and p.red == "facebook"
        return de_pagina and not p.valor("ids") and self._libre(partes[0])

    def _nodo(self, id_externo: str) -> Nodo | None:
        """Un nodo, aunque se haya puesto en la página sin pasar por aquí."""
        if (nodo := self._nodos.get(id_externo)) is not None:
            return nodo
        una = self._estado.publicada("facebook", id_externo)
        if una is None:
            return None
        nodo = Nodo(
            id=una.id,
            tipo="publicacion",
            pagina=una.perfil,
            texto=una.texto,
            enlace=una.enlace,
            medios=una.medios,
            visible=True,
            creado_en=una.instante,
        )
        self._nodos[id_externo] = nodo
        return nodo

    def _libre(self, id_externo: str) -> bool:
        if self._estado.ajustes["facebook"].estricto or self._estado.voces.existio("facebook", id_externo):
            return False
        return id_externo.isdigit() and len(id_externo) < 18

    def es_visible(self, p: Peticion, partes: tuple[str, ...]) -> bool:
        if p.metodo != "POST" or not partes:
            return False
        if len(partes) == 1:
            nodo = self._nodos.get(partes[0])
            return nodo is not None and not nodo.visible and _enciende(p, nodo)
        if partes[1] not in ("feed", "photos", "videos") or _apagado(p):
            return False
        return partes[1] != "videos" or p.valor("upload_phase") in ("", "finish")

    async def atender(self, p: Peticion, partes: tuple[str, ...], *, version: str) -> Respuesta:
        nodo = self._nodo(partes[0])
        if p.metodo == "GET" and (escuchada := self._escuchar(p, partes, nodo, version=version)) is not None:
            return Respuesta(200, escuchada)
        match (p.metodo, *partes[1:]):
            case ("GET",) if nodo is not None:
                return Respuesta(200, self._leer(p, nodo))
            case ("POST",) if nodo is not None:
                return self._cambiar(p, nodo)
            case ("DELETE",) if nodo is not None:
                return self._borrar(nodo)
            case ("GET",):
                return Respuesta(200, self._leer_pagina(p, self._pagina(partes[0])))
            case ("GET", "feed" | "posts" | "published_posts" | "scheduled_posts" as listado):
                return self._listar(p, self._pagina(partes[0]), listado, version=version)
            case ("POST", "feed"):
                return self._publicar(p, self._pagina(partes[0], escribe=True))
            case ("POST", "photos"):
                return await self._foto(p, self._pagina(partes[0], escribe=True))
            case ("POST", "videos"):
                return await self._video(p, self._pagina(partes[0], escribe=True))
        raise NoPasa(errores.no_existe(partes[0], verbo=p.metodo.lower()))

    def _escuchar(
        self, p: Peticion, partes: tuple[str, ...], nodo: Nodo | None, *, version: str
    ) -> dict[str, Any] | None:
        """Lo que la gente dice y las métricas; None si no se pregunta por eso."""
        match partes[1:]:
            case () if nodo is None and (voz := self._voces.buscar(partes[0])) is not None:
                return self._voces.leer(voz, p.valor("fields"))
            case ("comments",) if nodo is not None:
                pedidos = {c: p.valor(c) for c in _DE_COMENTARIOS if p.valor(c)}
                direccion = f"{p.base}/{version}/{nodo.id}/comments"
                return self._voces.comentarios(nodo.id, pedidos, p.valor("fields"), direccion=direccion)
            case ("insights",) if nodo is not None:
                return self._insights(nodo, p.valor("metric"), p.valor("period"))
            case ("video_insights",) if nodo is not None and nodo.tipo == "video":
                return self._metricas.de_video(self._exigir_publicada(nodo))
            case ("insights",):
                return self._metricas.de_pagina(self._pagina(partes[0]), p.valor("metric"))
            case ("tagged" | "visitor_posts" as arista,):
                return self._voces.ajenas(p, self._pagina(partes[0]), arista, version=version)
            case ("conversations",):
                return graph_conversaciones.listar(p, self._estado, self._pagina(partes[0]), version=version)
        return None

    def _insights(self, nodo: Nodo, metricas: str, periodo: str) -> dict[str, Any]:
        if not self._pagina(nodo.pagina).puede("read_insights"):
            raise NoPasa(errores.sin_permiso("read_insights"))
        return self._metricas.de_publicacion(self._exigir_publicada(nodo), metricas, periodo=periodo)

    def _exigir_publicada(self, nodo: Nodo) -> Publicada:
        publicada = self._estado.publicada("facebook", nodo.id)
        if publicada is None:
            raise NoPasa(errores.no_existe(nodo.id))
        return publicada

    def _pagina(self, id_externo: str, *, escribe: bool = False) -> Perfil:
        perfil = self._estado.perfil("facebook", id_externo)
        if perfil is None:
            if not self._libre(id_externo):
                raise NoPasa(errores.no_existe(id_externo))
            nuevo = Perfil(red="facebook", id=id_externo, nombre=f"Página {id_externo}", usuario=f"p{id_externo}")
            perfil = self._estado.registrar(nuevo)
        if escribe and not perfil.puede("pages_manage_posts"):
            raise NoPasa(errores.sin_permiso_de_publicar())
        if not escribe and not perfil.puede("pages_read_engagement"):
            raise NoPasa(errores.sin_permiso("pages_read_engagement"))
        return perfil

    # ── Crear ────────────────────────────────────────────────────────────────────────────────────────────────

    def _publicar(self, p: Peticion, pagina: Perfil) -> Respuesta:
        fotos = self._adjuntas(p, pagina)
        texto, enlace = p.valor("message"), p.valor("link")
        if not texto and not enlace and not fotos:
            raise NoPasa(errores.parametro("Missing message or attachment", subcodigo=1349125))
        nodo = Nodo(
            id=f"{pagina.id}_{self._estado.nuevo_id()}",
            tipo="publicacion",
            pagina=pagina.id,
            texto=texto,
            enlace=enlace,
            medios=tuple(m for foto in fotos for m in foto.medios),
            clave=p.cabeceras.get("Idempotency-Key", ""),
        )
        self._asentar(p, nodo)
        return Respuesta(200, {"id": nodo.id})

    def _asentar(self, p: Peticion, nodo: Nodo) -> None:
        """Guardar lo recién creado: a la vista, programado o sin publicar, según se pidió."""
        cuando = p.valor("scheduled_publish_time")
        if cuando:
            momento = int(instante_de(cuando))
            if not _apagado(p):
                raise NoPasa(errores.parametro("You must set published to false to schedule a post."))
            if not _ADELANTO_MINIMO_S <= momento - epoca() <= _ADELANTO_MAXIMO_S:
                raise NoPasa(errores.parametro("The specified scheduled publish time is invalid.", subcodigo=1363118))
            self._nodos[nodo.id] = replace(nodo, programada_en=momento)
            asyncio.get_running_loop().call_later(momento - epoca(), self._salir_programada, nodo.id)
        elif _apagado(p):
            self._nodos[nodo.id] = nodo
        else:
            self._mostrar(nodo)

    def _salir_programada(self, id_externo: str) -> None:
        nodo = self._nodos.get(id_externo)
        if nodo is not None and nodo.programada_en and not nodo.visible:
            self._mostrar(replace(nodo, programada_en=0))

    def _mostrar(self, nodo: Nodo) -> None:
        """Hacerlo visible. Lanza el error 506 si es igual a lo último que publicó la página."""
        ajustes = self._estado.ajustes["facebook"]
        huellas = tuple(m.huella for m in nodo.medios)
        dicho = (nodo.texto, nodo.enlace, huellas)
        anterior, donde = self._ultimas.get(nodo.pagina, (None, ""))
        if ajustes.duplicados and anterior == dicho and self._estado.publicada("facebook", donde) is not None:
            raise NoPasa(errores.duplicado())
        self._gastar_cupo(nodo.pagina)
        self._ultimas[nodo.pagina] = (dicho, nodo.id)
        self._nodos[nodo.id] = replace(nodo, visible=True, programada_en=0)
        self._estado.aceptar(
            "facebook",
            nodo.pagina,
            nodo.id,
            nodo.texto,
            titulo=nodo.titulo,
            enlace=nodo.enlace,
            tipo=nodo.tipo,
            url=f"https://www.facebook.com/{nodo.id}",
            clave=nodo.clave,
            medios=nodo.medios,
        )

    def _gastar_cupo(self, pagina: str) -> None:
        ajustes = self._estado.ajustes["facebook"]
        if not ajustes.cupo:
            return
        queda, _ = self._estado.gastar_cupo(
            "facebook", pagina, cupo=ajustes.cupo, ventana_s=ajustes.ventana_cupo_s, gasta=True
        )
        if queda < 0:
            raise NoPasa(errores.limite(pagina, codigo=32))

    def _adjuntas(self, p: Peticion, pagina: Perfil) -> list[Nodo]:
        """Las fotos de `attached_media`: una lista en JSON, o `attached_media[0]`, `attached_media[1]`…"""
        crudos = [v for c, v in sorted(p.campos.items()) if c.startswith("attached_media[")]
        if not crudos and not (unico := p.valor("attached_media")):
            return []
        try:
            pedidas = [json.loads(c) for c in crudos] if crudos else json.loads(unico)
            ids = [str(una["media_fbid"]) for una in pedidas]
        except (ValueError, TypeError, KeyError):
            raise NoPasa(errores.parametro("param attached_media must be an array.")) from None
        fotos = [self._nodos.get(i) for i in ids]
        for id_externo, foto in zip(ids, fotos, strict=True):
            if foto is None or foto.pagina != pagina.id or foto.tipo != "foto":
                raise NoPasa(errores.no_existe(id_externo, verbo="post"))
        return [f for f in fotos if f is not None]

    # ── Fotos y videos ───────────────────────────────────────────────────────────────────────────────────────

    async def _foto(self, p: Peticion, pagina: Perfil) -> Respuesta:
        datos = await _bytes_de(p, ("source", "file", "image"), "url", maximo_bytes=_FOTO_MAXIMA_BYTES)
        alternativo = p.valor("alt_text_custom")
        medio = self._estado.guardar_medio(datos, texto_alternativo=alternativo)
        if medio.mime not in _IMAGENES or medio.peso_bytes > _FOTO_MAXIMA_BYTES:
            detalle = "Photos should be smaller than 10 MB and saved as JPEG, PNG, GIF, TIFF or WebP files."
            raise NoPasa(errores.error(1366046, detalle, titulo="Can't Read Files", para_la_persona=detalle))
        id_foto = self._estado.nuevo_id()
        foto = Nodo(
            id=id_foto, tipo="foto", pagina=pagina.id, texto=p.valor("caption") or p.valor("message"), medios=(medio,)
        )
        self._nodos[id_foto] = foto
        if _apagado(p):
            return Respuesta(200, {"id": id_foto})
        post = replace(foto, id=f"{pagina.id}_{self._estado.nuevo_id()}", tipo="publicacion", post=id_foto)
        self._mostrar(post)
        self._nodos[id_foto] = replace(foto, visible=True, post=post.id)
        return Respuesta(200, {"id": id_foto, "post_id": post.id})

    async def _video(self, p: Peticion, pagina: Perfil) -> Respuesta:
        match p.valor("upload_phase"):
            case "start":
                return self._empezar_carga(p, pagina)
            case "transfer":
                return self._seguir_carga(p)
            case "finish":
                carga = self._carga(p)
                if len(carga.datos) != carga.peso_bytes:
                    raise NoPasa(errores.parametro("The video file is incomplete.", subcodigo=1363030))
                self._terminar_video(p, pagina, carga.video, bytes(carga.datos))
                return Respuesta(200, {"success": True})
        datos = await _bytes_de(p, ("source", "file"), "file_url", maximo_bytes=2**30)
        id_video = self._estado.nuevo_id()
        self._terminar_video(p, pagina, id_video, datos)
        return Respuesta(200, {"id": id_video})

    def _terminar_video(self, p: Peticion, pagina: Perfil, id_video: str, datos: bytes) -> None:
        medio = self._estado.guardar_medio(datos)
        if not medio.es_video:
            raise NoPasa(errores.error(352, "The video file you selected is in a format that we don't support."))
        nodo = Nodo(
            id=id_video,
            tipo="video",
            pagina=pagina.id,
            texto=p.valor("description"),
            titulo=p.valor("title"),
            medios=(medio,),
            listo_en=ahora().timestamp() + self._estado.ajustes["facebook"].proceso_video_s,
            clave=p.cabeceras.get("Idempotency-Key", ""),
        )
        self._asentar(p, nodo)

    def _empezar_carga(self, p: Peticion, pagina: Perfil) -> Respuesta:
        peso = p.valor("file_size")
        if not peso.isdigit() or int(peso) == 0:
            raise NoPasa(errores.parametro("file_size is required"))
        sesion, video = self._estado.nuevo_id(), self._estado.nuevo_id()
        self._cargas[sesion] = Carga(pagina.id, video, int(peso))
        tramo = {"start_offset": "0", "end_offset": str(min(int(peso), _TRAMO_BYTES))}
        return Respuesta(200, {"upload_session_id": sesion, "video_id": video, **tramo})

    def _carga(self, p: Peticion) -> Carga:
        carga = self._cargas.get(p.valor("upload_session_id"))
        if carga is None:
            raise NoPasa(errores.parametro("Invalid upload session", subcodigo=1363037))
        return carga

    def _seguir_carga(self, p: Peticion) -> Respuesta:
        carga, trozo = self._carga(p), p.archivos.get("video_file_chunk")
        if trozo is None or p.valor("start_offset") != str(len(carga.datos)):
            raise NoPasa(errores.parametro("There was a problem uploading your video.", subcodigo=1363037))
        carga.datos += trozo.datos
        hecho = len(carga.datos)
        tramo = {"start_offset": str(hecho), "end_offset": str(min(carga.peso_bytes, hecho + _TRAMO_BYTES))}
        return Respuesta(200, tramo)

    # ── Cambiar, borrar y leer ───────────────────────────────────────────────────────────────────────────────

    def _cambiar(self, p: Peticion, nodo: Nodo) -> Respuesta:
        self._pagina(nodo.pagina, escribe=True)
        if "message" in p.campos:
            nodo = replace(nodo, texto=p.valor("message"))
            self._nodos[nodo.id] = nodo
            if (publicada := self._estado.publicada("facebook", nodo.id)) is not None:
                self._estado.corregir(publicada, texto=nodo.texto)
        if not nodo.visible and _enciende(p, nodo):
            self._mostrar(nodo)
        return Respuesta(200, {"success": True})

    def _borrar(self, nodo: Nodo) -> Respuesta:
        self._pagina(nodo.pagina, escribe=True)
        del self._nodos[nodo.id]
        if (publicada := self._estado.publicada("facebook", nodo.id)) is not None:
            self._estado.borrar(publicada)
        return Respuesta(200, {"success": True})

    def _listar(self, p: Peticion, pagina: Perfil, listado: str, *, version: str) -> Respuesta:
        nodos = self._listados(p, pagina, listado)
        pedido = f"/{version}/{pagina.id}/{listado}"
        return Respuesta(200, paginar(p, nodos, pedido=pedido, pintar=lambda n: self._leer_post(p, n)))

    def _listados(self, p: Peticion, pagina: Perfil, listado: str) -> list[Nodo]:
        if listado == "scheduled_posts":
            return [n for n in self._nodos.values() if n.pagina == pagina.id and n.programada_en]
        publicadas = [una for una in self._estado.listar("facebook", pagina.id) if entre(p, una.instante)]
        publicadas.sort(key=lambda una: una.instante, reverse=True)
        return [nodo for una in publicadas if (nodo := self._nodo(una.id)) is not None]

    def _leer_post(self, p: Peticion, nodo: Nodo, pedidos: str | None = None) -> dict[str, Any]:
        return self._leer(p, nodo, tipo="publicacion", de_siempre=("created_time", "message"), pedidos=pedidos)

    def _leer(
        self,
        p: Peticion,
        nodo: Nodo,
        *,
        tipo: str = "",
        de_siempre: tuple[str, ...] = ("id",),
        pedidos: str | None = None,
    ) -> dict[str, Any]:
        publicada = self._estado.publicada("facebook", nodo.id)
        publicado_en = publicada.instante if publicada is not None else None
        tipo, campos = tipo or nodo.tipo, leer_nodo(p, nodo, tipo=tipo or nodo.tipo, publicado_en=publicado_en)
        nombre = {"foto": "Photo", "video": "Video"}.get(tipo, "Post")
        cuentas = self._cuentas(p, nodo, es_video=tipo == "video")
        return elegir(
            campos | cuentas,
            p.valor("fields") if pedidos is None else pedidos,
            tipo=nombre,
            de_siempre=de_siempre,
        )

    def _cuentas(self, p: Peticion, nodo: Nodo, *, es_video: bool) -> dict[str, Any]:
        """Lo que la gente hizo con una publicación. Sin compartidos, Facebook no dice cero: no dice nada."""
        numeros = self._estado.voces.numeros("facebook", nodo.id)

        def comentarios(campo: Campo) -> dict[str, Any]:
            direccion = f"{p.base}/v26.0/{nodo.id}/comments"
            return self._voces.comentarios(nodo.id, campo.modificadores, campo.dentro, direccion=direccion)

        def reacciones(campo: Campo) -> dict[str, Any]:
            resumen = (
                {"summary": {"total_count": numeros.get("me_gusta", 0)}} if campo.modificadores.get("summary") else {}
            )
            return {"data": [], **resumen}

        if es_video:
            return {"comments": comentarios, "likes": reacciones, "views": numeros.get("reproducciones")}
        return {
            "comments": comentarios,
            "reactions": reacciones,
            "shares": {"count": numeros["compartidos"]} if numeros.get("compartidos") else None,
            "insights": lambda c: self._insights(
                nodo, c.modificadores.get("metric", ""), c.modificadores.get("period", "")
            ),
        }

    def _leer_pagina(self, p: Peticion, pagina: Perfil) -> dict[str, Any]:
        enlazado = next((i.id for i in self._estado.perfiles("instagram") if i.pagina == pagina.id), "")
        numeros = self._estado.voces.numeros("facebook", pagina.id)

        def posts(campo: Campo) -> dict[str, Any]:
            return rebanar(
                self._listados(p, pagina, "posts"),
                campo.modificadores,
                direccion=f"{p.base}/v26.0/{pagina.id}/posts",
                pintar=lambda n: self._leer_post(p, n, campo.dentro),
            )

        propios = {"posts": posts, "fan_count": numeros.get("me_gusta", numeros.get("seguidores", 0))}
        nodo = leer_pagina(pagina, instagram=enlazado) | propios | {"followers_count": numeros.get("seguidores", 0)}
        return elegir(nodo, p.valor("fields"), tipo="Page", de_siempre=("id", "name"))


def _apagado(p: Peticion) -> bool:
    """Si se pidió no publicar todavía."""
    return p.valor("published").lower() in ("false", "0")


def _enciende(p: Peticion, nodo: Nodo) -> bool:
    campo = "published" if nodo.tipo == "video" else "is_published"
    return p.valor(campo).lower() in ("true", "1")


async def _bytes_de(p: Peticion, campos: tuple[str, ...], direccion: str, *, maximo_bytes: int) -> bytes:
    """El archivo adjunto, se llame como se llame de los nombres admitidos, o el que haya en una dirección."""
    for campo in campos:
        if (archivo := p.archivos.get(campo)) is not None:
            return archivo.datos
    if not (donde := p.valor(direccion)):
        raise NoPasa(errores.error(324, "(#324) Requires upload file", subcodigo=2069019))
    try:
        return (await descargar(donde, maximo_bytes=maximo_bytes))[0]
    except NoSeDescarga:
        raise NoPasa(errores.error(324, "(#324) Missing or invalid image file", subcodigo=2069019)) from None
