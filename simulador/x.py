"""La API v2 de X: publicar, borrar, leer el propio historial y subir medios, en sus dos dialectos; oír, en `x_escucha`.

En agosto de 2026 X cambió los nombres de sus respuestas (`edit_history_tweet_ids` → `edit_history_post_ids`…) y del
parámetro que los pide (`tweet.fields` → `post.fields`). No se sabe si la API de verdad acepta los dos; aquí se
contesta con los nombres que pida el cliente, o con los que imponga el ajuste `dialecto`.
"""

import hashlib
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from simulador import x_errores as errores
from simulador.estado import Estado, Perfil, Publicada, ahora
from simulador.mensajes import Peticion, Respuesta
from simulador.x_errores import NoPasa
from simulador.x_escucha import EscuchaX, instante, numero
from simulador.x_medios import MediosX, Subida, media_key
from simulador.x_posts import metricas
from simulador.x_texto import cabe, normal, publicar_texto

_SIN_LIMITE = 10_000  # el que anuncian las cabeceras cuando no hay cupo puesto
_LECTURAS = 900
_NUEVOS = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "retweet_count": "repost_count",
    "note_tweet": "note_post",
    "tweet_count": "post_count",
}
# Fuente: descripción 2.166 de la API (TweetCreateRequest, sin propiedades adicionales), consultada 2026-11-22.
_ADMITIDOS = frozenset(
    {
        "card_uri",
        "community_id",
        "direct_message_deep_link",
        "edit_options",
        "for_super_followers_only",
        "geo",
        "made_with_ai",
        "media",
        "nullcast",
        "paid_partnership",
        "poll",
        "quote_tweet_id",
        "reply",
        "reply_settings",
        "share_with_followers",
        "text",
    }
)
_TOKEN_OAUTH1 = re.compile(r'oauth_token="([^"]+)"')


class RedX:
    def __init__(self, estado: Estado) -> None:
        self._estado = estado
        self._medios = MediosX(estado)
        self._escucha = EscuchaX(estado)
        self._dichos: dict[tuple[str, str, str], str] = {}  # (perfil, texto, a qué responde) -> el último con él

    def reiniciar(self) -> None:
        self._medios.reiniciar()
        self._dichos.clear()

    def es_visible(self, p: Peticion) -> bool:
        return p.metodo == "POST" and p.ruta.rstrip("/") == "/2/tweets"

    async def atender(self, p: Peticion) -> Respuesta:
        try:
            perfil = self._perfil(p)
        except NoPasa as corte:
            return corte.respuesta
        limites, pasada = self._limites(p, perfil)
        if pasada:
            return errores.demasiadas().con(limites)
        try:
            return self._despachar(p, perfil).con(limites)
        except NoPasa as corte:
            return corte.respuesta.con(limites)

    def limitada(self) -> Respuesta:
        renueva = int(ahora().timestamp()) + 2
        return errores.demasiadas().con(_cabeceras(_LECTURAS, 0, renueva))

    def vencida(self) -> Respuesta:
        return errores.sin_credencial()

    def rota(self) -> Respuesta:
        return errores.rota()

    # ── Quién llama y cuánto le queda ────────────────────────────────────────────────────────────────────────

    def _perfil(self, p: Peticion) -> Perfil:
        token = token_de(p.cabeceras)
        perfil = self._estado.perfil_de_token("x", token)
        if not token or "vencido" in token or (perfil and perfil.vence_en and perfil.vence_en <= ahora()):
            raise NoPasa(errores.sin_credencial())
        if perfil is None:
            if self._estado.ajustes["x"].estricto:
                raise NoPasa(errores.sin_credencial())
            id_externo = _id_de_token(token)
            perfil = self._estado.perfil("x", id_externo) or self._estado.registrar(
                Perfil(red="x", id=id_externo, nombre=f"Cuenta {id_externo}", usuario=f"u{id_externo}", token=token)
            )
        return perfil

    def _limites(self, p: Peticion, perfil: Perfil) -> tuple[dict[str, str], bool]:
        ajustes, publica = self._estado.ajustes["x"], self.es_visible(p)
        clase, lecturas = self._escucha.limite(p)
        cupo = (ajustes.cupo or _SIN_LIMITE) if publica else lecturas
        que = f"{perfil.id}/{p.metodo} {'/'.join(p.partes[:2])} {clase}"
        queda, renueva = self._estado.gastar_cupo(
            "x", que, cupo=cupo, ventana_s=ajustes.ventana_cupo_s, gasta=ajustes.cupo > 0 or not publica
        )
        return _cabeceras(cupo, max(queda, 0), int(renueva)), queda < 0 and (publica or p.metodo == "GET")

    def _despachar(self, p: Peticion, perfil: Perfil) -> Respuesta:
        if p.ilegible:
            return errores.invalida("body", "", "Request body is not valid JSON")
        if p.metodo == "GET" and 0 < self._estado.ajustes["x"].saldo_usd <= float(self._estado.cobros.total):
            return errores.sin_saldo()
        if (oida := self._escucha.atender(p, perfil)) is not None:
            return replace(oida, cuerpo=self._al_dialecto(p, oida.cuerpo))
        match (p.metodo, *p.partes):
            case ("POST", "2", "tweets"):
                return self._publicar(p, perfil)
            case ("DELETE", "2", "tweets", id_externo):
                return self._borrar(id_externo, perfil)
            case ("GET", "2", "tweets", id_externo):
                return self._leer(p, id_externo)
            case ("GET", "2", "users", id_externo, "tweets"):
                return self._listar(p, id_externo, perfil)
        return self._medios.atender(p, perfil.id) or errores.problema(404, "Not Found", "Not Found")

    # ── Publicar y borrar ────────────────────────────────────────────────────────────────────────────────────

    def _publicar(self, p: Peticion, perfil: Perfil) -> Respuesta:
        if ajenos := [c for c in p.campos if c not in _ADMITIDOS]:
            return errores.invalida(
                ajenos[0],
                p.campos[ajenos[0]],
                f"[$.{ajenos[0]}: is not defined in the schema and the schema does not allow additional properties]",
            )
        texto = normal(str(p.campos.get("text") or ""))
        subidas, encuesta = self._medios_de(p, perfil), self._encuesta_de(p)
        respuesta_a = self._respuesta_a(p)
        if not texto and not subidas:
            return errores.invalida("text", "", "Either text or media must be provided")
        if encuesta and subidas:
            return errores.invalida("poll", "", "Poll and media are mutually exclusive")
        if not cabe(texto):
            return errores.muy_largo()
        if self._repetido(texto, respuesta_a, perfil):
            return errores.duplicado()
        publicada = self._aceptar(p, perfil, texto, subidas, encuesta=encuesta, respuesta_a=respuesta_a)
        datos = {"edit_history_tweet_ids": [publicada.id], "id": publicada.id, "text": publicada.extra["text"]}
        return Respuesta(201, {"data": self._al_dialecto(p, datos)})

    def _aceptar(
        self,
        p: Peticion,
        perfil: Perfil,
        texto: str,
        subidas: list[tuple[str, Subida]],
        *,
        encuesta: Mapping[str, Any] | None,
        respuesta_a: str,
    ) -> Publicada:
        id_externo = self._estado.nuevo_id()
        self._dichos[perfil.id, texto, respuesta_a] = id_externo
        medios = [(s.medio, s.texto_alternativo, media_key(i, s)) for i, s in subidas if s.medio]
        publico = publicar_texto(
            texto,
            id_externo=id_externo,
            usuario=perfil.usuario,
            medios=[(clave, medio.es_video) for medio, _, clave in medios],
        )
        return self._estado.aceptar(
            "x",
            perfil.id,
            id_externo,
            texto,
            url=f"https://x.com/{perfil.usuario}/status/{id_externo}",
            clave=p.cabeceras.get("Idempotency-Key", ""),
            medios=tuple(replace(medio, texto_alternativo=alternativo) for medio, alternativo, _ in medios),
            tipo="respuesta" if respuesta_a else "encuesta" if encuesta else "publicacion",
            extra={
                **publico,
                "media_keys": [clave for _, _, clave in medios],
                "encuesta": encuesta,
                "respuesta_a": respuesta_a,
            },
        )

    def _medios_de(self, p: Peticion, perfil: Perfil) -> list[tuple[str, Subida]]:
        media = p.campos.get("media")
        if not media:
            return []
        ids = [str(i) for i in media.get("media_ids", [])] if isinstance(media, dict) else []
        hallados = [(i, s) for i in ids if (s := self._medios.subida(i, perfil.id)) is not None]
        if not ids or len(hallados) != len(ids):
            raise NoPasa(errores.invalida("media.media_ids", ids, "Your media IDs are invalid."))
        animados = sum(s.categoria != "tweet_image" for _, s in hallados)
        if len(ids) > 4 or (animados and len(ids) > 1):
            detalle = "Tweet can have at most 4 photos, or 1 GIF, or 1 video."
            raise NoPasa(errores.invalida("media.media_ids", ids, detalle))
        return hallados

    def _encuesta_de(self, p: Peticion) -> Mapping[str, Any] | None:
        encuesta = p.campos.get("poll")
        if encuesta is None:
            return None
        opciones = encuesta.get("options", []) if isinstance(encuesta, dict) else []
        minutos = encuesta.get("duration_minutes", 0) if isinstance(encuesta, dict) else 0
        if not 2 <= len(opciones) <= 4 or not all(1 <= len(str(o)) <= 25 for o in opciones):
            raise NoPasa(errores.invalida("poll.options", opciones, "poll.options: 2 to 4 of 1 to 25 characters"))
        if not 5 <= minutos <= 10_080:
            raise NoPasa(errores.invalida("poll.duration_minutes", minutos, "must be between 5 and 10080"))
        return {"options": [str(o) for o in opciones], "duration_minutes": minutos}

    def _respuesta_a(self, p: Peticion) -> str:
        respuesta = p.campos.get("reply")
        id_externo = str(respuesta.get("in_reply_to_tweet_id", "")) if isinstance(respuesta, dict) else ""
        if respuesta is not None and self._estado.publicada("x", id_externo) is None:
            raise NoPasa(errores.prohibido("You attempted to reply to a Tweet that is deleted or not visible to you."))
        return id_externo

    def _repetido(self, texto: str, respuesta_a: str, perfil: Perfil) -> bool:
        ajustes = self._estado.ajustes["x"]
        if not ajustes.duplicados or not texto:
            return False
        previo = self._estado.publicada("x", self._dichos.get((perfil.id, texto, respuesta_a), ""))
        return previo is not None and previo.instante >= ahora() - timedelta(seconds=ajustes.ventana_duplicados_s)

    def _borrar(self, id_externo: str, perfil: Perfil) -> Respuesta:
        publicada = self._estado.publicada("x", id_externo)
        if publicada is None:
            return errores.problema(404, "Not Found", f"Could not find tweet with id: [{id_externo}].")
        if publicada.perfil != perfil.id:
            return errores.prohibido("You are not authorized to delete this Tweet.")
        self._estado.borrar(publicada)
        return Respuesta(200, {"data": {"deleted": True}})

    # ── Leer ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _leer(self, p: Peticion, id_externo: str) -> Respuesta:
        publicada = self._estado.publicada("x", id_externo)
        if publicada is None:
            return Respuesta(200, {"errors": [errores.no_hallado("tweet", "id", id_externo)]})
        return Respuesta(200, {"data": self._post(p, publicada)} | self._incluidos(p, [publicada]))

    def _listar(self, p: Peticion, id_externo: str, perfil: Perfil) -> Respuesta:
        duena = self._estado.perfil("x", id_externo)
        if duena is None and self._estado.ajustes["x"].estricto:
            return Respuesta(200, {"errors": [errores.no_hallado("user", "id", id_externo)]})
        pedidos = p.valor("max_results", "10")
        if not pedidos.isdigit() or not 5 <= int(pedidos) <= 100:
            return errores.invalida(
                "max_results", pedidos, f"The `max_results` query parameter value [{pedidos}] is not between 5 and 100"
            )
        # Sin registro previo, el identificador que dio el cliente es el de quien trae el token.
        halladas = self._filtradas(p, (duena or perfil).id)
        pagina, resto = halladas[: int(pedidos)], halladas[int(pedidos) :]
        if not pagina:
            return Respuesta(200, {"meta": {"result_count": 0}})
        meta: dict[str, Any] = {"result_count": len(pagina), "newest_id": pagina[0].id, "oldest_id": pagina[-1].id}
        if resto:
            meta["next_token"] = f"7140{pagina[-1].id}"
        propia = self._estado.ajustes["x"].lectura_propia and id_externo == perfil.id
        self._estado.cobros.cobrar("propio" if propia else "post", [una.id for una in pagina], ahora=ahora())
        cuerpo = {"data": [self._post(p, una) for una in pagina], "meta": meta}
        return Respuesta(200, cuerpo | self._incluidos(p, pagina))

    def _filtradas(self, p: Peticion, id_perfil: str) -> list[Publicada]:
        desde, hasta = instante(p, "start_time"), instante(p, "end_time")
        tras = numero(p, "since_id")
        marca = p.valor("pagination_token")
        antes = int(marca[4:]) if marca.startswith("7140") and marca[4:].isdigit() else numero(p, "until_id")
        if marca and not marca.startswith("7140"):
            raise NoPasa(errores.invalida("pagination_token", marca, "The `pagination_token` is invalid"))
        excluidas = p.valor("exclude").split(",")
        # Una publicación con fecha atrasada no está donde le toca: el orden es el de los identificadores.
        por_id = sorted(self._estado.listar("x", id_perfil), key=lambda una: int(una.id), reverse=True)
        return [
            una
            for una in por_id
            if (tras is None or int(una.id) > tras)
            and (antes is None or int(una.id) < antes)
            and (desde is None or una.instante >= desde)
            and (hasta is None or una.instante < hasta)
            and not ("replies" in excluidas and una.tipo == "respuesta")
        ]

    def _post(self, p: Peticion, una: Publicada) -> dict[str, Any]:
        # En el dialecto nuevo, `referenced_posts` y `edit_history_post_ids` se piden como expansiones.
        nombres = ("tweet.fields", "post.fields", "expansions")
        pedidos = {campo for nombre in nombres for campo in p.valor(nombre).split(",")}
        todos: dict[str, Any] = {
            "author_id": una.perfil,
            "conversation_id": self._raiz(una),
            "created_at": una.instante.strftime("%Y-%m-%dT%H:%M:%S.") + f"{una.instante.microsecond // 1000:03d}Z",
            "lang": "es",
            "public_metrics": metricas(self._estado.voces.numeros("x", una.id)),
        }
        if "entities" in una.extra:
            todos["entities"] = una.extra["entities"]
        if claves := una.extra.get("media_keys"):
            todos["attachments"] = {"media_keys": claves}
        elif una.extra.get("encuesta"):
            todos["attachments"] = {"poll_ids": [str(int(una.id) + 1)]}
        if una.extra.get("respuesta_a"):
            todos["referenced_tweets"] = [{"type": "replied_to", "id": una.extra["respuesta_a"]}]
            todos["in_reply_to_user_id"] = una.perfil
        base = {"id": una.id, "text": una.extra.get("text", una.texto), "edit_history_tweet_ids": [una.id]}
        elegidos = {c: v for c, v in todos.items() if c in pedidos or _NUEVOS.get(c) in pedidos}
        return self._al_dialecto(p, base | elegidos)

    def _raiz(self, una: Publicada) -> str:
        while una.extra.get("respuesta_a") and (previa := self._estado.publicada("x", una.extra["respuesta_a"])):
            una = previa
        return una.id

    def _incluidos(self, p: Peticion, varias: list[Publicada]) -> dict[str, Any]:
        if "attachments.media_keys" not in p.valor("expansions"):
            return {}
        medios = [
            {
                "media_key": clave,
                "type": "video" if medio.es_video else "photo",
                "width": medio.ancho,
                "height": medio.alto,
                "alt_text": medio.texto_alternativo,
                "url": f"{p.raiz}/_medios/{medio.huella}",
            }
            for una in varias
            for clave, medio in zip(una.extra.get("media_keys", ()), una.medios, strict=True)
        ]
        return {"includes": {"media": medios}} if medios else {}

    def _al_dialecto(self, p: Peticion, datos: dict[str, Any]) -> dict[str, Any]:
        dialecto = self._estado.ajustes["x"].dialecto
        if dialecto == "nuevo" or (dialecto == "pide" and p.valor("post.fields")):
            renombrados: dict[str, Any] = _renombrar(datos)
            return renombrados
        return datos


def token_de(cabeceras: Mapping[str, str]) -> str:
    """El token de acceso de un OAuth 1.0a o de un Bearer; vacío si no hay ninguno."""
    autorizacion = cabeceras.get("Authorization", "")
    if autorizacion.startswith("OAuth "):
        hallado = _TOKEN_OAUTH1.search(autorizacion)
        return urllib.parse.unquote(hallado[1]) if hallado else ""
    return autorizacion.removeprefix("Bearer ").strip() if autorizacion.startswith("Bearer ") else ""


def _id_de_token(token: str) -> str:
    """Los tokens de OAuth 1.0a empiezan con el identificador de la cuenta y un guion; de los demás, uno estable."""
    inicio, guion, _ = token.partition("-")
    if guion and inicio.isdigit():
        return inicio
    return str(int(hashlib.sha256(token.encode()).hexdigest()[:12], 16))


def _cabeceras(cupo: int, queda: int, renueva: int) -> dict[str, str]:
    return {
        "x-rate-limit-limit": str(cupo),
        "x-rate-limit-remaining": str(queda),
        "x-rate-limit-reset": str(renueva),
    }


def _renombrar(valor: Any) -> Any:
    if isinstance(valor, dict):
        return {_NUEVOS.get(c, c): _renombrar(v) for c, v in valor.items()}
    return [_renombrar(v) for v in valor] if isinstance(valor, list) else valor
