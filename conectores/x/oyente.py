"""Oír, revisar y medir en X: qué se pide, en qué dialecto, y qué costó.

Cada petición se paga por lo que devuelve, así que se pide lo menos: páginas cortas, sólo lo posterior a lo que ya se
tenía, y al revisar, sin los autores.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from conectores.contrato import ErrorDeContrato, ErrorDePerfil, ErrorDeRed, ErrorTransitorio
from conectores.contrato_escucha import (
    Clase,
    Desde,
    EnElPerfil,
    Gasto,
    Mediciones,
    Oido,
    Revision,
    Tanda,
)
from conectores.x import barrida, hechos, medidas, precios
from conectores.x.oidos import PREFIJO_DE_MENSAJE, Propio, errores, historia, leer_mensajes, leer_posts, siguiente_de
from conectores.x.traduccion import leer_data

Pedir = Callable[[str, Mapping[str, str], Sequence[Mapping[str, str]]], object]
"""Ruta, parámetros y los campos en cada dialecto, del viejo al nuevo."""

_AUTOR = {"user.fields": "location,name,public_metrics,username,verified,verified_type"}
_LUGAR = {"place.fields": "country_code,full_name,geo,id,name,place_type"}
_DE_OIDO = "created_at,conversation_id,entities,geo,lang,public_metrics"
CAMPOS_DE_OIDO = (
    {
        "tweet.fields": f"author_id,edit_history_tweet_ids,in_reply_to_user_id,note_tweet,referenced_tweets,{_DE_OIDO}",
        "expansions": "author_id,geo.place_id",
        **_AUTOR,
        **_LUGAR,
    },
    # Aquí la respuesta y las ediciones sólo se dan como expansiones, que se cobran como posts: no se piden.
    {"post.fields": f"note_post,{_DE_OIDO}", "expansions": "author_id,geo.place_id", **_AUTOR, **_LUGAR},
)
CAMPOS_DE_REVISION = (
    {"tweet.fields": f"author_id,edit_history_tweet_ids,in_reply_to_user_id,note_tweet,referenced_tweets,{_DE_OIDO}"},
    {"post.fields": f"note_post,{_DE_OIDO}", "expansions": "edit_history_post_ids"},
)
CAMPOS_DE_MENSAJE = (
    {
        "dm_event.fields": "created_at,dm_conversation_id,entities,event_type,sender_id,text",
        "expansions": "sender_id",
        "user.fields": "name,username",
    },
    {
        "dm_event.fields": "created_at,dm_conversation_id,entities,event_type,text",
        "expansions": "sender_id",
        "user.fields": "name,username",
    },
)
_PRIVADOS = "public_metrics,non_public_metrics,organic_metrics"
CAMPOS_DE_MEDIDA = ({"tweet.fields": "public_metrics"}, {"post.fields": "public_metrics"})
CAMPOS_DE_MEDIDA_PROPIA = ({"tweet.fields": _PRIVADOS}, {"post.fields": _PRIVADOS})
CAMPOS_DE_LISTADO = (
    {"tweet.fields": "created_at,edit_history_tweet_ids,entities,note_tweet,referenced_tweets"},
    {"post.fields": "created_at,entities,note_post"},
)
CAMPOS_DE_CUENTA = ({"user.fields": "public_metrics"},)


class OyenteDeX:
    """id_propio: el de nuestra cuenta, y lo que costó saberlo. propia: si la aplicación es de la cuenta misma."""

    def __init__(self, pedir: Pedir, id_propio: Callable[[], tuple[str, tuple[Gasto, ...]]], *, propia: bool) -> None:
        self._pedir = _que_no_frene_lo_demas(pedir)
        self._id_propio = id_propio
        self._por_lo_propio = precios.PROPIO if propia else precios.POST

    # ── Oír ──────────────────────────────────────────────────────────────────────────────────────────────────

    def escuchar(self, canal: str, desde: Desde) -> Tanda:
        if canal == hechos.MENCIONES.nombre:
            return self._menciones(desde)
        if canal == hechos.MENSAJES.nombre:
            return self._mensajes(desde)
        raise ErrorDeContrato(f"X no tiene el canal «{canal}».")

    def _menciones(self, desde: Desde) -> Tanda:
        id_propio, gastos = self._id_propio()
        propio = Propio(id=id_propio, publicaciones=frozenset(desde.publicaciones))
        marca, _ = barrida.abrir(desde, datetime.now(UTC))
        respuesta = _pagando(
            gastos, lambda: self._pedir(f"/2/users/{id_propio}/mentions", _de_pagina(marca), CAMPOS_DE_OIDO)
        )
        cobrado = gastos + precios.gastos(respuesta, concepto="menciones leídas", por_uno=self._por_lo_propio)
        tanda = _tanda(respuesta, marca, clase=Clase.MENCION, propio=propio, gastos=cobrado)
        vistos = marca.vistos + len(_datos(respuesta))
        if tanda.hay_mas or vistos < hechos.MENCIONES_SOSPECHOSAS or not tanda.oidos:
            return tanda
        # X enseña las últimas 800: si se leyeron todas sin llegar a lo que ya se tenía, hay un hueco.
        mas_vieja = min(o.publicado_en for o in tanda.oidos)
        return replace(tanda, perdido=(barrida.instante_de(marca.desde), mas_vieja))

    def buscar(self, consulta: str, desde: Desde) -> Tanda:
        marca, perdido = barrida.abrir(desde, datetime.now(UTC), alcance=hechos.ALCANCE_DE_BUSQUEDA)
        params = {"query": consulta, **_de_pagina(marca)}
        respuesta = self._pedir("/2/tweets/search/recent", params, CAMPOS_DE_OIDO)
        cobrado = precios.gastos(respuesta, concepto="publicaciones encontradas", por_uno=precios.POST)
        propio = Propio(id="", publicaciones=frozenset(desde.publicaciones))
        tanda = _tanda(respuesta, marca, clase=Clase.BUSQUEDA, propio=propio, gastos=cobrado)
        return replace(tanda, perdido=perdido)

    def _mensajes(self, desde: Desde) -> Tanda:
        """X no admite «desde» en los directos: se lee lo último y se para en lo que ya se tenía."""
        id_propio, gastos = self._id_propio()
        marca, _ = barrida.abrir(desde, datetime.now(UTC))
        pagina = barrida.pagina_guardada(desde.cursor)
        params = {"event_types": "MessageCreate", "max_results": str(hechos.MENSAJES_POR_PAGINA)}
        params |= {"pagination_token": pagina} if pagina else {}
        try:
            respuesta = _pagando(gastos, lambda: self._pedir("/2/dm_events", params, CAMPOS_DE_MENSAJE))
        except ErrorDeContrato:
            if not pagina:
                raise
            # La marca de página caducó: se vuelve a bajar desde lo más nuevo.
            return Tanda(cursor=barrida.reinicio(marca).cursor(), hay_mas=True, gastos=gastos)
        cobrado = gastos + precios.gastos(
            respuesta, concepto="mensajes directos leídos", por_uno=precios.MENSAJE, data="mensajes"
        )
        leida = leer_mensajes(respuesta, propio=Propio(id=id_propio))
        nuevos = [i for i in leida.ids if i > marca.desde]
        con_prefijo = {f"{PREFIJO_DE_MENSAJE}{i}" for i in nuevos}
        hay_mas = bool(leida.siguiente) and len(nuevos) == len(leida.ids) > 0
        sigue, cubierto = barrida.seguir(marca, nuevos, hay_mas=hay_mas)
        return Tanda(
            oidos=tuple(o for o in leida.oidos if o.id_externo in con_prefijo),
            cursor=sigue.cursor(pagina=leida.siguiente if hay_mas else ""),
            hay_mas=hay_mas,
            cubierto_hasta=cubierto,
            gastos=cobrado,
        )

    # ── Revisar ──────────────────────────────────────────────────────────────────────────────────────────────

    def revisar(self, ids: Sequence[str]) -> Revision:
        """Sin autores, que cuestan el doble que el post, salvo los de lo editado.

        De los mensajes directos no dice nada: X no deja preguntar por varios.
        """
        ids = [i for i in ids if i.isdigit()]
        if not ids:
            return Revision((), frozenset())
        respuesta = self._por_ids(ids, CAMPOS_DE_REVISION)
        gastos = precios.gastos(respuesta, concepto="publicaciones revisadas", por_uno=precios.POST)
        # Lo que pasó a ser privado, o de una cuenta suspendida, tampoco se puede conservar.
        ausentes = {"resource-not-found", "not-authorized-for-resource"}
        borrados = {
            str(e.get("value") or e.get("resource_id") or "") for e in errores(respuesta) if _clase(e) in ausentes
        }
        datos = _datos(respuesta)
        vivos = _vivos(datos, respuesta)
        nuevas = {h[-1]: h[0] for d in datos if len(h := historia(d)) > 1 and str(d["id"]) != h[-1]}
        if nuevas:
            leidas, cobrado = self._ediciones(nuevas)
            gastos += cobrado
            # Si no se pudieron leer, de lo editado no se sabe nada: dar el texto de antes sería decir que sigue igual.
            vivos = {i: o for i, o in vivos.items() if i not in nuevas.values()} | leidas
        return Revision(tuple(vivos.values()), frozenset(borrados & set(ids)), gastos)

    def _ediciones(self, nuevas: Mapping[str, str]) -> tuple[dict[str, Oido], tuple[Gasto, ...]]:
        """Lo que dicen ahora los editados, y lo que costó. nuevas: de su última versión a la primera."""
        try:
            respuesta = self._por_ids(list(nuevas), CAMPOS_DE_OIDO)
        except ErrorDeRed as error:
            return {}, _quiza(error, "ediciones quizá leídas", len(nuevas), precios.POST_CON_AUTOR)
        gastos = precios.gastos(respuesta, concepto="ediciones leídas", por_uno=precios.POST)
        return _vivos(_datos(respuesta), respuesta, primeras=nuevas), gastos

    # ── Medir ────────────────────────────────────────────────────────────────────────────────────────────────

    def medir_publicaciones(self, ids: Sequence[str]) -> Mapping[str, Mediciones]:
        """Lo privado (clics, visitas al perfil) sólo se pide de lo reciente: de lo viejo X lo niega."""
        corte = barrida.id_en(datetime.now(UTC) - hechos.VIDA_DE_LO_PRIVADO)
        recientes = [i for i in ids if i.isdigit() and int(i) > corte]
        viejas = [i for i in ids if i.isdigit() and int(i) <= corte]
        medidas_de, negadas = self._medir_lo_privado(recientes)
        if resto := viejas + negadas:
            medidas_de |= self._medir_lo_publico(resto, ya_se_pago=bool(medidas_de))
        return medidas_de

    def _medir_lo_privado(self, ids: Sequence[str]) -> tuple[dict[str, Mediciones], list[str]]:
        """Lo medido y lo negado: X puede negar un post, o todos si la aplicación no tiene derecho a esos campos."""
        try:
            return self._medir(ids, CAMPOS_DE_MEDIDA_PROPIA)
        except (ErrorDeContrato, ErrorDePerfil) as error:
            if "_metrics" not in error.detalle:
                raise
            return {}, list(ids)

    def _medir_lo_publico(self, ids: Sequence[str], *, ya_se_pago: bool) -> dict[str, Mediciones]:
        """Las que ya no están no aparecen; aquellas de las que X no dijo nada siguen ahí, sin dato."""
        gastos: tuple[Gasto, ...] = ()
        try:
            medidas_de, sin_dato = self._medir(ids, CAMPOS_DE_MEDIDA)
        except ErrorDeRed as error:
            if not ya_se_pago:
                raise
            medidas_de, sin_dato = {}, list(ids)
            gastos = _quiza(error, "publicaciones quizá medidas", 1, precios.POST)
        nada = Mediciones(valores={}, version=medidas.VIEJA, gastos=gastos)
        return medidas_de | dict.fromkeys(sin_dato, nada)

    def _medir(
        self, ids: Sequence[str], campos: Sequence[Mapping[str, str]]
    ) -> tuple[dict[str, Mediciones], list[str]]:
        """Lo medido, y aquello de lo que X no quiso dar esos campos."""
        if not ids:
            return {}, []
        respuesta = self._por_ids(ids, campos)
        gasto = Gasto("publicaciones medidas", 1, precios.POST)
        medidas_de = {str(d["id"]): medidas.de_post(d, gasto) for d in _datos(respuesta)}
        ausentes = {str(e.get("value") or "") for e in errores(respuesta) if _clase(e) == "resource-not-found"}
        return medidas_de, [i for i in ids if i not in medidas_de and i not in ausentes]

    def medir_perfil(self) -> Mediciones:
        cuenta = leer_data(self._pedir("/2/users/me", {}, CAMPOS_DE_CUENTA))
        if not cuenta:
            raise ErrorDeContrato("X no dijo de qué cuenta son las credenciales.")
        return medidas.de_cuenta(cuenta, (Gasto("cuenta leída", 1, precios.USUARIO),))

    def listar(self, desde: datetime) -> Sequence[EnElPerfil]:
        """Las últimas 200, a lo más: en una cuenta más activa que eso, las más viejas no se ven."""
        id_propio, gastos = self._id_propio()
        listadas: list[EnElPerfil] = []
        siguiente = ""
        for _ in range(hechos.PAGINAS_DE_LISTADO):
            pagado = gastos + tuple(e.gasto for e in listadas if e.gasto)
            respuesta = _pagando(pagado, partial(self._pagina_del_perfil, id_propio, desde, siguiente))
            gasto = Gasto("publicaciones propias listadas", 1, self._por_lo_propio)
            listadas += [medidas.en_el_perfil(d, gasto) for d in _datos(respuesta)]
            if not (siguiente := siguiente_de(respuesta)):
                break
        return listadas

    def _pagina_del_perfil(self, id_propio: str, desde: datetime, siguiente: str) -> object:
        params = {
            "start_time": desde.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "max_results": str(hechos.LISTADOS_POR_PAGINA),
            "exclude": "retweets",
            **({"pagination_token": siguiente} if siguiente else {}),
        }
        return self._pedir(f"/2/users/{id_propio}/tweets", params, CAMPOS_DE_LISTADO)

    def _por_ids(self, ids: Sequence[str], campos: Sequence[Mapping[str, str]]) -> object:
        return self._pedir("/2/tweets", {"ids": ",".join(ids)}, campos)


# ── Puro ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _de_pagina(marca: barrida.Barrida) -> dict[str, str]:
    hasta = {"until_id": str(marca.hasta)} if marca.hasta is not None else {}
    return {"since_id": str(marca.desde), "max_results": str(hechos.POR_PAGINA), **hasta}


def _tanda(
    respuesta: object, marca: barrida.Barrida, *, clase: Clase, propio: Propio, gastos: tuple[Gasto, ...]
) -> Tanda:
    pagina = leer_posts(respuesta, clase=clase, propio=propio)
    hay_mas = bool(pagina.siguiente) and bool(pagina.ids)
    sigue, cubierto = barrida.seguir(marca, pagina.ids, hay_mas=hay_mas)
    return Tanda(oidos=pagina.oidos, cursor=sigue.cursor(), hay_mas=hay_mas, cubierto_hasta=cubierto, gastos=gastos)


def _vivos(
    datos: Sequence[Mapping[str, Any]], respuesta: Any, *, primeras: Mapping[str, str] | None = None
) -> dict[str, Oido]:
    """Lo que sigue en la red, por su primer identificador. primeras: el de cada versión nueva, si ya se sabe."""
    entera = {"data": list(datos), "meta": {}, "includes": respuesta.get("includes") or {}}
    pagina = leer_posts(entera, clase=Clase.BUSQUEDA, propio=Propio(id=""))
    conocidas = primeras or {}
    oidos = [
        replace(o, id_externo=conocidas.get(str(i), o.id_externo))
        for i, o in zip(pagina.ids, pagina.oidos, strict=True)
    ]
    return {o.id_externo: o for o in oidos}


def _que_no_frene_lo_demas(pedir: Pedir) -> Pedir:
    """X limita cada punto de su API por separado: que uno pida esperar no calla a los demás.

    Fuente: https://docs.x.com/x-api/fundamentals/rate-limits, consultada 2026-11-22.
    """

    def pedir_uno(ruta: str, params: Mapping[str, str], campos: Sequence[Mapping[str, str]]) -> object:
        try:
            return pedir(ruta, params, campos)
        except ErrorTransitorio as error:
            error.de_perfil = False
            raise

    return pedir_uno


def _pagando(pagado: Sequence[Gasto], hacer: Callable[[], Any]) -> Any:
    """Hacer una petición cuando ya se pagó otra: si falla, lo pagado se da por gastado, diga lo que diga el fallo."""
    try:
        return hacer()
    except ErrorDeRed as error:
        if not pagado:
            raise
        raise ErrorTransitorio(error.detalle) from None


def _quiza(error: ErrorDeRed, concepto: str, cuantas: int, por_una: Decimal) -> tuple[Gasto, ...]:
    """Lo que pudo cobrar una petición que se cortó."""
    seguro = not isinstance(error, ErrorTransitorio) or error.sin_cobro or error.espera is not None
    return () if seguro else (Gasto(concepto, cuantas, cuantas * por_una),)


def _datos(respuesta: object) -> list[Mapping[str, Any]]:
    datos = respuesta.get("data") if isinstance(respuesta, Mapping) else None
    if datos is None and any(True for _ in errores(respuesta)):
        return []
    if datos is None and isinstance(respuesta, Mapping) and "meta" in respuesta:
        return []
    if not isinstance(datos, list) or not all(isinstance(d, Mapping) and "id" in d for d in datos):
        raise ErrorDeContrato("X no contestó con una lista de publicaciones.")
    return datos


def _clase(error: Mapping[str, Any]) -> str:
    return str(error.get("type") or "").rpartition("/")[2]
