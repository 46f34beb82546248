"""Lo que X deja oír: menciones, búsqueda reciente, posts por identificador, mensajes directos y cuentas.

Fuente: descripciones 2.166 y 2.167 de su API, y https://docs.x.com/x-api/fundamentals/rate-limits, consultadas
2026-11-22.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile, tee
from typing import Any

from simulador import x_errores as errores
from simulador.estado import Estado, Perfil, ahora
from simulador.mensajes import Peticion, Respuesta
from simulador.voces import AJENA, COMENTARIO, DIRECTO, MENCION, Voz, id_con_hora, instante_del_id
from simulador.x_consulta import ConsultaInvalida, compilar
from simulador.x_errores import NoPasa
from simulador.x_posts import Post, cuenta_de, de_publicada, de_voz, hora, versiones

MENCIONES_MAXIMAS = 800
BUSQUEDA_DIAS = 7
MENSAJES_DIAS = 30
_MARCA = "7140"
_EDITABLE = timedelta(days=1)

# Por usuario y cada 15 minutos. Fuente: https://docs.x.com/x-api/fundamentals/rate-limits, consultada 2026-11-22.
LIMITES = {"mentions": 300, "search": 300, "dm_events": 15, "tweets": 900, "me": 75}


class EscuchaX:
    def __init__(self, estado: Estado) -> None:
        self._estado = estado

    def atender(self, p: Peticion, perfil: Perfil) -> Respuesta | None:
        """None si no es de aquí."""
        match (p.metodo, *p.partes):
            case ("GET", "2", "users", "me"):
                self._cobrar("usuario", [perfil.id])
                return Respuesta(200, {"data": self._cuenta(p, perfil)})
            case ("GET", "2", "users", id_externo, "mentions"):
                return self._menciones(p, id_externo, perfil)
            case ("GET", "2", "tweets", "search", "recent"):
                return self._buscar(p)
            case ("GET", "2", "tweets"):
                return self._por_ids(p, [i for i in p.valor("ids").split(",") if i], perfil)
            case ("GET", "2", "dm_events"):
                return self._mensajes(p, perfil)
        return None

    def limite(self, p: Peticion) -> tuple[str, int]:
        """Con qué se cuenta una lectura, y cuántas van en la ventana."""
        clase = next((c for c in LIMITES if c in p.partes), "")
        return clase, LIMITES.get(clase, 900)

    # ── Qué hay ──────────────────────────────────────────────────────────────────────────────────────────────

    def _menciones(self, p: Peticion, id_externo: str, perfil: Perfil) -> Respuesta:
        voces = self._estado.voces
        nuestras = [voces.de_perfil("x", id_externo, clase) for clase in (MENCION, COMENTARIO, AJENA)]
        halladas = heapq.merge(*nuestras, key=lambda v: (v.instante, v.id), reverse=True)
        ultimas = [de_voz(self._estado, v) for v in islice(halladas, MENCIONES_MAXIMAS)]
        ultimas.sort(key=_numero_de, reverse=True)  # lo editado lleva otro identificador
        propia = self._estado.ajustes["x"].lectura_propia and id_externo == perfil.id
        return self._pagina(p, ultimas, minimo=5, concepto="propio" if propia else "post")

    def _buscar(self, p: Peticion) -> Respuesta:
        try:
            cumple = compilar(p.valor("query"))
        except (ConsultaInvalida, ValueError) as error:
            raise NoPasa(errores.invalida("query", p.valor("query"), str(error))) from None
        desde = ahora() - timedelta(days=BUSQUEDA_DIAS)
        minimo = int(id_con_hora(desde))
        if (tras := numero(p, "since_id")) is not None and tras < minimo:
            mensaje = f"'since_id' must be a tweet id created after {desde:%Y-%m-%dT%H:%MZ}. "
            mensaje += f"Please use a 'since_id' that is larger than {minimo}"
            raise NoPasa(errores.invalida("since_id", tras, mensaje))
        if (inicio := instante(p, "start_time")) is not None and inicio < desde:
            mensaje = f"Invalid 'start_time': must be on or after {desde:%Y-%m-%dT%H:%MZ}."
            raise NoPasa(errores.invalida("start_time", p.valor("start_time"), mensaje))
        if tras is not None:  # lo anterior no hace falta ni mirarlo, salvo que se editara después
            desde = max(desde, instante_del_id(tras) - _EDITABLE)
        halladas = (post for post in self._todos(desde) if cumple(post.buscable))
        return self._pagina(p, halladas, minimo=10, concepto="post")

    def _todos(self, desde: datetime) -> Iterator[Post]:
        """Lo público desde entonces, de lo más nuevo a lo más viejo: lo de la gente y lo de los perfiles."""
        recientes = takewhile(lambda v: v.instante >= desde, self._estado.voces.de_red("x"))
        dichas, editadas = tee(v for v in recientes if v.clase != DIRECTO)
        propias = [p for p in self._estado.publicadas("x") if not p.borrada and p.visible_en <= ahora()]
        # Lo editado lleva otro identificador y no está donde le toca; lo demás ya viene en orden y se arma al leerlo.
        aparte = [de_voz(self._estado, v) for v in editadas if v.anteriores]
        aparte += [de_publicada(self._estado, p) for p in propias if p.instante >= desde]
        intactas = (de_voz(self._estado, v) for v in dichas if not v.anteriores)
        return heapq.merge(sorted(aparte, key=_numero_de, reverse=True), intactas, key=_numero_de, reverse=True)

    def _por_ids(self, p: Peticion, ids: list[str], perfil: Perfil) -> Respuesta:
        if not 1 <= len(ids) <= 100 or not all(i.isdigit() for i in ids):
            mensaje = f"The number of values in the `ids` query parameter list [{len(ids)}] is not between 1 and 100"
            raise NoPasa(errores.invalida("ids", ",".join(ids), mensaje))
        posts = {i: self._post(i) for i in ids}
        hallados = [post for post in posts.values() if post is not None]
        cuerpo: dict[str, Any] = {"data": [self._elegido(p, post, perfil) for post in hallados]} if hallados else {}
        cuerpo |= self._incluidos(p, hallados)
        problemas = [errores.no_hallado("tweet", "ids", i) for i, post in posts.items() if post is None]
        problemas += [e for post in hallados for e in self._campos_negados(p, post, perfil)]
        self._cobrar("post", [post.id for post in hallados])
        return Respuesta(200, cuerpo | ({"errors": problemas} if problemas else {}))

    def _mensajes(self, p: Peticion, perfil: Perfil) -> Respuesta:
        """Los directos de los últimos 30 días, los que llegan y los nuestros (`extra` con `"propio": True`)."""
        cuantos = _cuantos(p, minimo=1, omision=100)
        antes = _desde_marca(p)
        desde = ahora() - timedelta(days=MENSAJES_DIAS)
        todos = [
            v
            for v in self._estado.voces.de_perfil("x", perfil.id, DIRECTO)
            if v.instante >= desde and (antes is None or int(v.id) < antes)
        ]
        pagina = todos[:cuantos]
        self._cobrar("mensaje", [v.id for v in pagina])
        if not pagina:
            return Respuesta(200, {"meta": {"result_count": 0}})
        meta: dict[str, Any] = {"result_count": len(pagina)}
        if len(todos) > cuantos:
            meta["next_token"] = f"{_MARCA}{pagina[-1].id:0>16}"
        cuerpo: dict[str, Any] = {"data": [_mensaje(v, perfil) for v in pagina], "meta": meta}
        if "sender_id" in p.valor("expansions"):
            cuentas = {v.autor_id: cuenta_de(v) for v in pagina if not v.extra.get("propio")}
            self._cobrar("usuario", cuentas)
            cuerpo["includes"] = {"users": [_con_campos(p, c) for c in cuentas.values()]}
        return Respuesta(200, cuerpo)

    # ── Cómo se enseña ───────────────────────────────────────────────────────────────────────────────────────

    def _pagina(self, p: Peticion, posts: Iterable[Post], *, minimo: int, concepto: str) -> Respuesta:
        cuantos = _cuantos(p, minimo=minimo, omision=10)
        tras, antes = numero(p, "since_id"), _desde_marca(p)
        hasta = numero(p, "until_id")
        antes = min(n for n in (antes, hasta, 2**63) if n is not None)
        desde, fin = instante(p, "start_time"), instante(p, "end_time")
        admitidos = (
            post
            for post in posts
            if int(post.id) < antes
            and (tras is None or int(post.id) > tras)
            and (desde is None or post.todos["created_at"] >= hora(desde))
            and (fin is None or post.todos["created_at"] < hora(fin))
        )
        varios = list(islice(admitidos, cuantos + 1))
        pagina = varios[:cuantos]
        if not pagina:
            return Respuesta(200, {"meta": {"result_count": 0}})
        self._cobrar(concepto, [post.id for post in pagina])
        meta: dict[str, Any] = {"result_count": len(pagina), "newest_id": pagina[0].id, "oldest_id": pagina[-1].id}
        if len(varios) > cuantos:
            meta["next_token"] = f"{_MARCA}{pagina[-1].id}"
        cuerpo = {"data": [self._elegido(p, post) for post in pagina], "meta": meta}
        return Respuesta(200, cuerpo | self._incluidos(p, pagina))

    def _elegido(self, p: Peticion, post: Post, perfil: Perfil | None = None) -> dict[str, Any]:
        """Los campos que se pidieron. Los privados, sólo al autor y en los primeros 30 días."""
        pedidos = {c for n in ("tweet.fields", "post.fields", "expansions") for c in p.valor(n).split(",")}
        siempre = {"id", "text", "edit_history_tweet_ids"}
        privados = set() if perfil and not self._campos_negados(p, post, perfil) else _PRIVADOS
        nuevos = {"referenced_posts": "referenced_tweets", "note_post": "note_tweet", "geo.place_id": "geo"}
        pedidos |= {viejo for nuevo, viejo in nuevos.items() if nuevo in pedidos}
        return {c: v for c, v in post.todos.items() if (c in pedidos or c in siempre) and c not in privados}

    def _campos_negados(self, p: Peticion, post: Post, perfil: Perfil) -> list[dict[str, Any]]:
        pedidos = {c for n in ("tweet.fields", "post.fields") for c in p.valor(n).split(",")} & _PRIVADOS
        viejo = post.todos["created_at"] < hora(ahora() - timedelta(days=30))
        if not pedidos or (post.autor["id"] == perfil.id and not viejo):
            return []
        return [errores.campo_negado(campo, post.id) for campo in sorted(pedidos)]

    def _incluidos(self, p: Peticion, posts: Iterable[Post]) -> dict[str, Any]:
        expansiones = p.valor("expansions").split(",")
        incluidos: dict[str, Any] = {}
        if "author_id" in expansiones:
            cuentas = {str(post.autor["id"]): post.autor for post in posts}
            self._cobrar("usuario", cuentas)
            incluidos["users"] = [_con_campos(p, c) for c in cuentas.values()]
        if "geo.place_id" in expansiones:
            lugares = {post.lugar["id"]: post.lugar for post in posts if post.lugar is not None}
            if lugares:
                incluidos["places"] = list(lugares.values())
        return {"includes": incluidos} if incluidos else {}

    def _cuenta(self, p: Peticion, perfil: Perfil) -> dict[str, Any]:
        cuenta: dict[str, Any] = {"id": perfil.id, "name": perfil.nombre, "username": perfil.usuario}
        if "public_metrics" in p.valor("user.fields").split(","):
            dados = self._estado.voces.numeros("x", perfil.id)
            cuenta["public_metrics"] = {
                "followers_count": dados.get("seguidores", 0),
                "following_count": dados.get("seguidos", 0),
                "tweet_count": dados.get("publicaciones", len(list(self._estado.recorrer("x", perfil.id)))),
                "listed_count": 0,
            }
        return cuenta

    # ── De lo guardado a un post ─────────────────────────────────────────────────────────────────────────────

    def _post(self, id_externo: str) -> Post | None:
        """El post con ese identificador, en la versión a que corresponde."""
        if (publicada := self._estado.publicada("x", id_externo)) is not None:
            return de_publicada(self._estado, publicada)
        voz = self._estado.voces.buscar("x", id_externo)
        if voz is None:
            editadas = (v for v in self._estado.voces.de_red("x") if v.anteriores)
            voz = next((v for v in editadas if id_externo in versiones(v)), None)
        return de_voz(self._estado, voz, version=id_externo) if voz is not None and voz.clase != DIRECTO else None

    def _cobrar(self, concepto: str, ids: Iterable[str]) -> None:
        self._estado.cobros.cobrar(concepto, ids, ahora=ahora())


_PRIVADOS = {"non_public_metrics", "organic_metrics"}


def _numero_de(post: Post) -> int:
    return int(post.id)


def _con_campos(p: Peticion, cuenta: Mapping[str, Any]) -> dict[str, Any]:
    pedidos = {"id", "name", "username", *p.valor("user.fields").split(",")}
    return {c: v for c, v in cuenta.items() if c in pedidos}


def _mensaje(voz: Voz, perfil: Perfil) -> dict[str, Any]:
    remitente = perfil.id if voz.extra.get("propio") else voz.autor_id
    return {
        "id": voz.id,
        "event_type": "MessageCreate",
        "text": voz.texto,
        "sender_id": remitente,
        "dm_conversation_id": f"{perfil.id}-{voz.autor_id}",
        "created_at": hora(voz.instante),
    }


# ── Los parámetros ───────────────────────────────────────────────────────────────────────────────────────────


def _cuantos(p: Peticion, *, minimo: int, omision: int) -> int:
    pedidos = p.valor("max_results", str(omision))
    if not pedidos.isdigit() or not minimo <= int(pedidos) <= 100:
        mensaje = f"The `max_results` query parameter value [{pedidos}] is not between {minimo} and 100"
        raise NoPasa(errores.invalida("max_results", pedidos, mensaje))
    return int(pedidos)


def _desde_marca(p: Peticion) -> int | None:
    marca = p.valor("pagination_token") or p.valor("next_token")
    if not marca:
        return None
    if not marca.startswith(_MARCA) or not marca[4:].isdigit():
        raise NoPasa(errores.invalida("pagination_token", marca, "The `pagination_token` is invalid"))
    return int(marca[4:])


def instante(p: Peticion, nombre: str) -> datetime | None:
    crudo = p.valor(nombre)
    if not crudo:
        return None
    try:
        leido = datetime.fromisoformat(crudo)
    except ValueError:
        leido = None
    if leido is None or leido.tzinfo is None:
        raise NoPasa(errores.invalida(nombre, crudo, f"The `{nombre}` query parameter value [{crudo}] is not RFC3339"))
    return leido.astimezone(UTC)


def numero(p: Peticion, nombre: str) -> int | None:
    crudo = p.valor(nombre)
    if crudo and not crudo.isdigit():
        raise NoPasa(errores.invalida(nombre, crudo, f"The `{nombre}` query parameter value [{crudo}] is not valid"))
    return int(crudo) if crudo else None
