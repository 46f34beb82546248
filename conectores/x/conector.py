"""X por su API v2: tweepy firma y pide; la puerta decide qué se puede mandar y cuándo.

Trampas de tweepy 4.17 que aquí se evitan: no pone plazos (los pone la puerta), con `wait_on_rate_limit` repite
peticiones en bucle (nunca se activa), lanza cualquier excepción con un cuerpo raro (se mira el estado, no la
excepción) y a nivel DEBUG escribe cabeceras en la bitácora (se calla).
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

import tweepy

from conectores.contrato import (
    Acceso,
    Adjunto,
    Busqueda,
    Capacidades,
    Clave,
    EnProceso,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorTransitorio,
    EstadoDePerfil,
    Hallazgo,
    Permiso,
    Pieza,
    Preparada,
    Problema,
    Publicado,
    SinSaber,
)
from conectores.contrato_escucha import Desde, EnElPerfil, Gasto, HechosDeEscucha, Mediciones, Revision, Tanda
from conectores.http import AGENTE, Paso, Puerta, es_de_transporte
from conectores.secretos import recordar
from conectores.x import hechos, precios, subida
from conectores.x.capacidades import CAPACIDADES
from conectores.x.consultas import consultas
from conectores.x.hilo import partir_texto
from conectores.x.largo import largo_ponderado
from conectores.x.medidor import MedidorDeX
from conectores.x.oyente import OyenteDeX
from conectores.x.traduccion import Vista, leer_data, leer_pagina, leer_publicado, reconocer, veredicto
from conectores.x.validacion import validar_pieza

# tweepy tiene escrito el nombre viejo; la documentación, desde 2026, dice api.x.com.
_DE_TWEEPY, _DE_X = "https://api.twitter.com", "https://api.x.com"

_PAGINAS_MAXIMAS = 10
_POR_PAGINA = 100

# Qué pedir de cada publicación, en el dialecto de OpenAPI 2.166 y en el de 2.167.
_DIALECTOS: tuple[Mapping[str, str], ...] = (
    {"tweet.fields": "attachments,created_at,edit_history_tweet_ids,entities,referenced_tweets"},
    {"post.fields": "attachments,created_at,entities", "expansions": "edit_history_post_ids,referenced_posts"},
)

# tweepy, oauthlib y su adaptador escriben a nivel DEBUG cabeceras y firmas.
for _nombre in ("tweepy", "oauthlib", "requests_oauthlib"):
    logging.getLogger(_nombre).setLevel(logging.INFO)


class ConectorX:
    capacidades: ClassVar[Capacidades] = CAPACIDADES
    escucha: ClassVar[HechosDeEscucha] = hechos.HECHOS
    lote_de_revision: ClassVar[int] = hechos.REVISADOS_POR_LOTE
    costo_de_revision: ClassVar[Decimal] = hechos.COSTO_DE_REVISION
    lote_de_medida: ClassVar[int] = hechos.MEDIDOS_POR_LOTE
    costo_de_medida: ClassVar[Decimal] = hechos.COSTO_DE_MEDIDA
    costo_de_perfil: ClassVar[Decimal] = hechos.COSTO_DE_PERFIL
    costo_de_listado: ClassVar[Decimal] = hechos.COSTO_DE_LISTADO
    claves: ClassVar[tuple[Clave, ...]] = (
        Clave("api_key", "«API Key» de la aplicación, en https://console.x.com."),
        Clave("api_secret", "«API Key Secret» de la aplicación."),
        Clave("access_token", "«Access Token» de la cuenta, con permiso «Read and write»."),
        Clave("access_secret", "«Access Token Secret» de la cuenta."),
    )

    def __init__(self, acceso: Acceso) -> None:
        self._acceso = acceso
        for secreto in acceso.credenciales.values():
            recordar(secreto)
        self._puerta = Puerta(hacia={_DE_TWEEPY: acceso.url or _DE_X}, total=acceso.plazo_total)
        self._id_propio = acceso.id_externo
        self._dialecto = 0
        propia = acceso.opciones.get("aplicacion_propia", "").strip().lower() in ("si", "sí", "true", "1")
        self._oyente = OyenteDeX(self._leer_campos, self._identificarse, propia=propia)
        self._medidor = MedidorDeX(self._leer_campos, self._identificarse, propia=propia)

    # ── Puro ─────────────────────────────────────────────────────────────────────────────────────────────────

    def validar(self, pieza: Pieza) -> list[Problema]:
        return validar_pieza(pieza)

    def medir_texto(self, pieza: Pieza) -> int:
        return largo_ponderado(pieza.texto.strip())

    def partir(self, pieza: Pieza) -> list[str]:
        return partir_texto(pieza.texto)

    # ── El perfil ────────────────────────────────────────────────────────────────────────────────────────────

    def comprobar(self) -> EstadoDePerfil:
        paso, respuesta = self._pedir("GET", "/2/users/me")
        cuenta = leer_data(respuesta)
        if not isinstance(id_externo := cuenta.get("id"), str):
            raise ErrorDeContrato("X no dijo de qué cuenta son las credenciales.")
        if self._acceso.id_externo and id_externo != self._acceso.id_externo:
            raise ErrorDePerfil(
                f"Las credenciales son de otra cuenta de X: @{cuenta.get('username')}.",
                remedio=f"Ponga las de la cuenta {self._acceso.id_externo} o corrija el identificador del perfil.",
            )
        self._id_propio = id_externo
        # Fuente: http://groups.google.com/group/twitter-api-announce/browse_thread/thread/4956a4dd169be70c
        nivel = paso.respuesta.headers.get("x-access-level", "") if paso.respuesta is not None else ""
        return EstadoDePerfil(
            nombre=f"@{cuenta.get('username') or self._acceso.perfil}",
            id_externo=id_externo,
            permisos=(nivel,) if nivel else (),
            faltan=("Read and write",) if nivel == "read" else (),
            avisos=() if nivel else (_SIN_PERMISOS,),
        )

    # ── Publicar ─────────────────────────────────────────────────────────────────────────────────────────────

    def preparar(self, pieza: Pieza, *, clave: str, previa: Preparada | None = None) -> Preparada | EnProceso:
        ahora = datetime.now(UTC)
        anteriores = subida.aprovechables(previa.datos.get("medios", ()) if previa else (), ahora)
        medios, esperas = [], []
        for adjunto in pieza.adjuntos:
            de = subida.identificar(adjunto)
            if (medio := anteriores.get(de)) is None:
                medio, espera = subida.subir(adjunto, de=de, pedir=self._pedir_json, ahora=ahora)
            elif medio["listo"]:
                espera = None
            else:
                medio, espera = self._preguntar(medio, adjunto, de=de, ahora=ahora)
            medios.append(medio)
            esperas += [espera] if espera else []
        preparada = Preparada(
            {
                "texto": pieza.texto.strip(),
                "medios": medios,
                "encuesta": _encuesta(pieza),
                "en_respuesta_a": pieza.en_respuesta_a,
            }
        )
        return EnProceso(preparada, max(esperas)) if esperas else preparada

    def _preguntar(
        self, medio: subida.MedioSubido, adjunto: Adjunto, *, de: str, ahora: datetime
    ) -> tuple[subida.MedioSubido, timedelta | None]:
        try:
            return subida.preguntar(medio, adjunto.ruta.name, pedir=self._pedir_json)
        except ErrorDeContrato:  # X ya no lo conoce
            return subida.subir(adjunto, de=de, pedir=self._pedir_json, ahora=ahora)

    def publicar(self, preparada: Preparada, *, clave: str, permiso: Permiso) -> Publicado:
        cliente = self._cliente
        with self._puerta.visible(permiso) as paso:
            datos = preparada.datos
            if any(subida.ha_vencido(m, datetime.now(UTC)) for m in datos["medios"]):
                raise ErrorTransitorio("Los medios subidos a X ya vencieron: hay que subirlos otra vez.")
            argumentos = {
                "text": datos["texto"] or None,
                "media_ids": [m["id"] for m in datos["medios"]] or None,
                "in_reply_to_tweet_id": datos["en_respuesta_a"] or None,
                **(datos["encuesta"] or {}),
            }
            respuesta = _leer(lambda: cliente.create_tweet(**argumentos, user_auth=True), paso, escribe=True)
            return leer_publicado(respuesta)

    # ── Después ──────────────────────────────────────────────────────────────────────────────────────────────

    def conciliar(self, busqueda: Busqueda) -> Hallazgo:
        vistas: list[Vista] = []
        siguiente = ""
        for _ in range(_PAGINAS_MAXIMAS):
            pagina = leer_pagina(self._listar(busqueda.desde, siguiente))
            vistas += pagina.vistas
            if not (siguiente := pagina.siguiente):
                return reconocer(vistas, busqueda)
        return SinSaber(f"El perfil tiene más de {_PAGINAS_MAXIMAS * _POR_PAGINA} publicaciones desde entonces.")

    def borrar(self, id_externo: str) -> None:
        cliente = self._cliente
        with self._puerta.invisible() as paso:
            respuesta = _leer(lambda: cliente.delete_tweet(id_externo, user_auth=True), paso, escribe=True, falta=True)
        if leer_data(respuesta).get("deleted") is False:
            raise ErrorDeContrato(f"X contestó que no borró la publicación {id_externo}.")

    # ── Oír y medir ──────────────────────────────────────────────────────────────────────────────────────────

    def escuchar(self, canal: str, desde: Desde) -> Tanda:
        return self._oyente.escuchar(canal, desde)

    def consultas(self, terminos: Sequence[str]) -> tuple[str, ...]:
        acotar = self._acceso.opciones.get("acotar", "")
        return consultas(terminos, acotar=acotar, sin_cuenta=self._acceso.id_externo)

    def buscar(self, consulta: str, desde: Desde) -> Tanda:
        return self._oyente.buscar(consulta, desde)

    def revisar(self, ids: Sequence[str]) -> Revision:
        return self._oyente.revisar(ids)

    def medir_publicaciones(self, ids: Sequence[str]) -> Mapping[str, Mediciones]:
        return self._medidor.medir_publicaciones(ids)

    def medir_perfil(self) -> Mediciones:
        return self._medidor.medir_perfil()

    def listar(self, desde: datetime) -> Sequence[EnElPerfil]:
        return self._medidor.listar(desde)

    def _identificarse(self) -> tuple[str, tuple[Gasto, ...]]:
        """El identificador de la cuenta, y lo que costó preguntarlo si no se sabía."""
        if self._id_propio:
            return self._id_propio, ()
        self.comprobar()
        return self._id_propio, (Gasto("cuenta leída", 1, precios.USUARIO),)

    # ── Con tweepy ───────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _cliente(self) -> Any:
        faltan = [c.nombre for c in self.claves if not self._acceso.credenciales.get(c.nombre)]
        if faltan:
            raise ErrorDePerfil(
                f"Faltan credenciales de X: {', '.join(faltan)}.",
                remedio="Escríbalas en el panel (Perfiles, Credenciales) o en .env.",
            )
        dadas = self._acceso.credenciales
        cliente = tweepy.Client(
            consumer_key=dadas["api_key"],
            consumer_secret=dadas["api_secret"],
            access_token=dadas["access_token"],
            access_token_secret=dadas["access_secret"],
            return_type=dict,  # los modelos de tweepy revientan con fechas o campos que no esperan
            wait_on_rate_limit=False,
        )
        cliente.session = self._puerta
        cliente.user_agent = AGENTE
        return cliente

    def _pedir(
        self, metodo: str, ruta: str, *, params: Mapping[str, str] | None = None, json: object = None
    ) -> tuple[Paso, object]:
        """Una petición que nadie ve, y su respuesta leída."""
        cliente = self._cliente
        with self._puerta.invisible() as paso:

            def pedir() -> object:
                respuesta = cliente.request(metodo, ruta, params=params, json=json, user_auth=True)
                return respuesta.json() if respuesta.content else {}

            return paso, _leer(pedir, paso, escribe=metodo != "GET")

    def _pedir_json(self, metodo: str, ruta: str, **detalles: Any) -> object:
        return self._pedir(metodo, ruta, **detalles)[1]

    def _listar(self, desde: datetime, siguiente: str) -> object:
        """Una página de las publicaciones del perfil."""
        if not self._id_propio:
            self.comprobar()
        params = {
            "start_time": desde.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "max_results": str(_POR_PAGINA),
            "exclude": "retweets",
            **({"pagination_token": siguiente} if siguiente else {}),
        }
        return self._leer_campos(f"/2/users/{self._id_propio}/tweets", params, _DIALECTOS)

    def _leer_campos(self, ruta: str, params: Mapping[str, str], dialectos: Sequence[Mapping[str, str]]) -> object:
        """Leer con los campos de antes; si X ya no los entiende, con los nuevos desde entonces."""
        if self._dialecto == 0:
            try:
                return self._pedir_json("GET", ruta, params={**params, **dialectos[0]})
            except ErrorDeContrato as error:
                if not _CAMPOS_VIEJOS.search(error.detalle):
                    raise
            self._dialecto = 1
        return self._pedir_json("GET", ruta, params={**params, **dialectos[-1]})


_CAMPOS_VIEJOS = re.compile(r"tweet\.fields|dm_event\.fields")
_SIN_PERMISOS = "X no dice qué permisos tiene una credencial OAuth 1.0a: si puede escribir, se sabrá al publicar."


def _encuesta(pieza: Pieza) -> dict[str, Any] | None:
    if pieza.encuesta is None:
        return None
    minutos = int(pieza.encuesta.duracion.total_seconds() // 60)
    return {"poll_options": list(pieza.encuesta.opciones), "poll_duration_minutes": minutos}


def _leer(pedir: Callable[[], object], paso: Paso, *, escribe: bool, falta: bool = False) -> object:
    """Lo que devuelve `pedir`; si X contestó con un estado de error, su veredicto.

    El resto (cortes, plazos, cuerpos ilegibles) lo traduce la puerta, que sabe si había salido algo.
    falta: que no exista (404) no es error.
    """
    try:
        return pedir()
    except ErrorDeRed:
        raise
    except Exception as error:  # tweepy lanza hasta AttributeError con un cuerpo que no espera
        respuesta = paso.respuesta
        if es_de_transporte(error) or respuesta is None or respuesta.status_code < 400:
            raise
        if falta and respuesta.status_code == 404:
            return {}
        try:
            cuerpo = respuesta.json()
        except ValueError:
            cuerpo = None
        raise veredicto(respuesta.status_code, cuerpo, paso=paso, escribe=escribe) from None
