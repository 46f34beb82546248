"""Oír y revisar en X: qué se pide y qué costó.

Cada petición se paga por lo que devuelve, así que se pide lo menos: páginas cortas, sólo lo posterior a lo que ya se
tenía, y al revisar, sin los autores.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from conectores.contrato import ErrorDeContrato, ErrorDeRed
from conectores.contrato_escucha import Clase, Desde, Gasto, Oido, Revision, Tanda
from conectores.x import barrida, hechos, precios
from conectores.x.campos import CAMPOS_DE_MENSAJE, CAMPOS_DE_OIDO, CAMPOS_DE_REVISION
from conectores.x.lectura import Pedir, clase_de, lista_de, pagando, que_no_frene_lo_demas, quiza
from conectores.x.oidos import PREFIJO_DE_MENSAJE, Propio, errores, historia, leer_mensajes, leer_posts, siguiente_de

_VACIAS_MAXIMAS = 5


class OyenteDeX:
    """id_propio: el de nuestra cuenta, y lo que costó saberlo. propia: si la aplicación es de la cuenta misma."""

    def __init__(self, pedir: Pedir, id_propio: Callable[[], tuple[str, tuple[Gasto, ...]]], *, propia: bool) -> None:
        self._pedir = que_no_frene_lo_demas(pedir)
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
        respuesta = pagando(gastos, lambda: self._pagina(f"/2/users/{id_propio}/mentions", _de_pagina(marca)))
        cobrado = gastos + precios.gastos(respuesta, concepto="menciones leídas", por_uno=self._por_lo_propio)
        tanda = _tanda(respuesta, marca, clase=Clase.MENCION, propio=propio, gastos=cobrado)
        vistos = marca.vistos + len(lista_de(respuesta))
        if tanda.hay_mas or vistos < hechos.MENCIONES_SOSPECHOSAS or not tanda.oidos:
            return tanda
        # X enseña las últimas 800: si se leyeron todas sin llegar a lo que ya se tenía, hay un hueco.
        mas_vieja = min(o.publicado_en for o in tanda.oidos)
        return replace(tanda, perdido=(barrida.instante_de(marca.desde), mas_vieja))

    def buscar(self, consulta: str, desde: Desde) -> Tanda:
        marca, perdido = barrida.abrir(desde, datetime.now(UTC), alcance=hechos.ALCANCE_DE_BUSQUEDA)
        params = {"query": consulta, **_de_pagina(marca)}
        respuesta = self._pagina("/2/tweets/search/recent", params)
        cobrado = precios.gastos(respuesta, concepto="publicaciones encontradas", por_uno=precios.POST)
        propio = Propio(id="", publicaciones=frozenset(desde.publicaciones))
        tanda = _tanda(respuesta, marca, clase=Clase.BUSQUEDA, propio=propio, gastos=cobrado)
        return replace(tanda, perdido=perdido)

    def _pagina(self, ruta: str, params: Mapping[str, str]) -> object:
        """Una página; si viene vacía (porque X calló todo lo suyo) y hay otra, la otra, que no cuesta más."""
        respuesta = self._pedir(ruta, params, CAMPOS_DE_OIDO)
        for _ in range(_VACIAS_MAXIMAS):
            if lista_de(respuesta) or not (siguiente := siguiente_de(respuesta)):
                break
            respuesta = self._pedir(ruta, {**params, "pagination_token": siguiente}, CAMPOS_DE_OIDO)
        return respuesta

    def _mensajes(self, desde: Desde) -> Tanda:
        """X no admite «desde» en los directos: se lee lo último y se para en lo que ya se tenía."""
        id_propio, gastos = self._id_propio()
        marca, _ = barrida.abrir(desde, datetime.now(UTC))
        pagina = barrida.pagina_guardada(desde.cursor)
        params = {"event_types": "MessageCreate", "max_results": str(hechos.MENSAJES_POR_PAGINA)}
        params |= {"pagination_token": pagina} if pagina else {}
        try:
            respuesta = pagando(gastos, lambda: self._pedir("/2/dm_events", params, CAMPOS_DE_MENSAJE))
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
            str(e.get("value") or e.get("resource_id") or "") for e in errores(respuesta) if clase_de(e) in ausentes
        }
        datos = lista_de(respuesta)
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
            return {}, quiza(error, "ediciones quizá leídas", len(nuevas), precios.POST_CON_AUTOR)
        gastos = precios.gastos(respuesta, concepto="ediciones leídas", por_uno=precios.POST)
        return _vivos(lista_de(respuesta), respuesta, primeras=nuevas), gastos

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
