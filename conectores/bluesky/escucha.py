"""Oír y medir en Bluesky: los avisos de la cuenta, la búsqueda y los números de lo publicado. No cuesta nada."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from conectores.bluesky import oido
from conectores.bluesky.cliente import Cliente
from conectores.bluesky.oido import Cursor
from conectores.bluesky.traduccion import Rechazo
from conectores.contrato import ErrorDeContrato
from conectores.contrato_escucha import (
    Canal,
    Clase,
    Desde,
    EnElPerfil,
    HechosDeEscucha,
    Ilegible,
    Mediciones,
    Retrato,
    Revision,
    Tanda,
)
from conectores.http import Paso

POR_PAGINA = 100
PAGINAS_DE_LISTA = 10
LOTE = 25
"""Lo más que admite app.bsky.feed.getPosts. Fuente: lexicons/app/bsky/feed/getPosts.json, consultada 2026-11-22."""

_MENCIONES = Canal(
    nombre="menciones", clase=Clase.MENCION, ayuda="Quien nombra a la cuenta.", cada=timedelta(minutes=2)
)
_COMENTARIOS = Canal(
    nombre="comentarios",
    clase=Clase.COMENTARIO,
    ayuda="Respuestas y citas de lo publicado.",
    cada=timedelta(minutes=2),
)
_NO_SE_VE = frozenset({"InvalidRequest", "AccountTakedown", "AccountDeactivated"})
_RAZONES = {"menciones": ("mention",), "comentarios": ("reply", "quote")}


class OidoEnBluesky:
    """Se mezcla con el conector, que da el cliente y abre los pasos."""

    escucha: ClassVar[HechosDeEscucha] = HechosDeEscucha(
        conserva_respuestas=True,
        canales=(_MENCIONES, _COMENTARIOS),
        busqueda=Canal(
            nombre="busqueda",
            clase=Clase.BUSQUEDA,
            ayuda="Lo público que dice algún término.",
            cada=timedelta(minutes=10),
        ),
        fuente="https://docs.bsky.app/docs/api/app-bsky-notification-list-notifications",
    )
    lote_de_medida: ClassVar[int] = LOTE
    costo_de_medida: ClassVar[Decimal] = Decimal(0)
    lote_de_revision: ClassVar[int] = LOTE
    costo_de_revision: ClassVar[Decimal] = Decimal(0)

    _cliente: Cliente

    def _invisible(self) -> AbstractContextManager[Paso]:
        raise NotImplementedError

    # ── oír ──

    def escuchar(self, canal: str, desde: Desde) -> Tanda:
        if canal not in _RAZONES:
            raise ErrorDeContrato(f"Bluesky no tiene el canal «{canal}».")
        cursor, ahora = Cursor.leer(desde.cursor), datetime.now(UTC)
        with self._invisible():
            datos = self._cliente.leer(
                "app.bsky.notification.listNotifications",
                **_pagina(cursor),
                reasons=list(_RAZONES[canal]),
            )
            hallados = [h for a in _lista(datos, "notifications") if (h := oido.de_aviso(a)) is not None]
        (clase,) = {c.clase for c in self.escucha.canales if c.nombre == canal}
        return _tanda(hallados, datos, cursor, desde, ahora, clases={clase})

    def consultas(self, terminos: Sequence[str]) -> tuple[str, ...]:
        return oido.consultas(terminos)

    def buscar(self, consulta: str, desde: Desde) -> Tanda:
        cursor, ahora = Cursor.leer(desde.cursor), datetime.now(UTC)
        with self._invisible():
            datos = self._cliente.leer("app.bsky.feed.searchPosts", **_pagina(cursor), q=consulta, sort="latest")
            vistas = _lista(datos, "posts")
            hallados = [oido.de_publicacion(v, Clase.BUSQUEDA) for v in vistas]
        return _tanda(hallados, datos, cursor, desde, ahora, clases={Clase.BUSQUEDA})

    def revisar(self, ids: Sequence[str]) -> Revision:
        if not ids:
            return Revision(vivos=(), borrados=frozenset())
        with self._invisible():
            vivos = tuple(oido.de_publicacion(v, Clase.BUSQUEDA).oido for v in self._ver(ids))
        return Revision(vivos=vivos, borrados=frozenset(ids) - {v.id_externo for v in vivos})

    # ── medir ──

    def medir_publicaciones(self, ids: Sequence[str]) -> Mapping[str, Mediciones]:
        if not ids:
            return {}
        with self._invisible():
            return {str(v["uri"]): oido.mediciones_de(v) for v in self._ver(ids)}

    def medir_perfil(self) -> Mediciones:
        with self._invisible():
            self._cliente.entrar()
            return oido.mediciones_del_perfil(self._perfil_de(self._cliente.did))

    def listar(self, desde: datetime) -> Sequence[EnElPerfil]:
        with self._invisible():
            self._cliente.entrar()
            return [oido.en_el_perfil(v) for v in self._publicado(self._cliente.did, desde, PAGINAS_DE_LISTA)]

    def retratar(self, cuenta: str) -> Retrato | Ilegible:
        nombre = cuenta.strip().removeprefix("@")
        with self._invisible():
            try:
                perfil = self._perfil_de(nombre)
            except Rechazo as rechazo:
                if rechazo.estado == 400 and rechazo.error in (
                    "InvalidRequest",
                    "AccountTakedown",
                    "AccountDeactivated",
                ):
                    return Ilegible(f"Bluesky no enseña la cuenta «{nombre}».")
                raise
            hace_un_mes = datetime.now(UTC) - timedelta(days=30)
            recientes = self._publicado(str(perfil.get("did") or nombre), hace_un_mes, 1)
            return Retrato(
                cuenta=nombre,
                mediciones=oido.mediciones_del_perfil(perfil),
                recientes=tuple(oido.de_publicacion(v, Clase.COMPETIDOR).oido for v in recientes),
            )

    def _ver(self, ids: Sequence[str]) -> list[Mapping[str, Any]]:
        return _lista(self._cliente.leer("app.bsky.feed.getPosts", uris=list(ids)), "posts")

    def _perfil_de(self, quien: str) -> Mapping[str, Any]:
        return self._cliente.leer("app.bsky.actor.getProfile", actor=quien)

    def _publicado(self, quien: str, desde: datetime, paginas: int) -> list[Mapping[str, Any]]:
        """Lo suyo, sin lo que compartió de otros, de lo nuevo a lo viejo."""
        halladas: list[Mapping[str, Any]] = []
        pagina = ""
        for _ in range(paginas):
            pedida = {"cursor": pagina} if pagina else {}
            datos = self._cliente.leer(
                "app.bsky.feed.getAuthorFeed", actor=quien, limit=str(POR_PAGINA), filter="posts_with_replies", **pedida
            )
            entradas = _lista(datos, "feed")
            suyas = [e["post"] for e in entradas if isinstance(e.get("post"), Mapping) and not e.get("reason")]
            dentro = [v for v in suyas if oido.de_publicacion(v, Clase.COMPETIDOR).oido.publicado_en >= desde]
            halladas += dentro
            pagina = str(datos.get("cursor") or "")
            if not pagina or len(dentro) < len(suyas):
                break
        return halladas


def _pagina(cursor: Cursor) -> dict[str, str]:
    return {"limit": str(POR_PAGINA)} | ({"cursor": cursor.pagina} if cursor.pagina else {})


def _tanda(
    hallados: Sequence[oido.Hallado],
    datos: Mapping[str, Any],
    cursor: Cursor,
    desde: Desde,
    ahora: datetime,
    *,
    clases: set[Clase],
) -> Tanda:
    return oido.pagina_a_tanda(
        hallados,
        siguiente=str(datos.get("cursor") or ""),
        cursor=cursor,
        no_antes_de=desde.no_antes_de,
        clases=frozenset(clases),
        preguntado_en=ahora,
    )


def _lista(datos: Mapping[str, Any], campo: str) -> list[Mapping[str, Any]]:
    """Lanza ErrorDeContrato si la red no contestó una lista de objetos."""
    lista = datos.get(campo)
    if not isinstance(lista, list) or not all(isinstance(x, Mapping) for x in lista):
        raise ErrorDeContrato(f"Bluesky contestó sin «{campo}».")
    return lista
