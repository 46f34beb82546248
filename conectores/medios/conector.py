"""Oír a los medios digitales: periódicos locales y sitios oficiales, por su RSS o su Atom."""

import socket
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from conectores.contrato import Acceso, Clave, ErrorDeContrato, ErrorDePerfil, ErrorTransitorio
from conectores.contrato_escucha import Canal, Clase, Desde, HechosDeEscucha, Tanda
from conectores.destinos import es_publico
from conectores.http import Paso, Puerta, mirando_destino, veredicto_por_estado
from conectores.medios import traduccion
from conectores.medios.traduccion import Cursor

PESO_MAXIMO_BYTES = 4_000_000
ETIQUETAS_MAXIMAS = 150_000
"""Un RSS de verdad no pasa de unas treinta mil; leer un millón ocupa la máquina varios minutos."""
SALTOS_MAXIMOS = 4
_SALTOS = frozenset({301, 302, 303, 307, 308})


class OyenteMedios:
    """Un medio. `Acceso.id_externo` es la dirección de su RSS."""

    claves: ClassVar[tuple[Clave, ...]] = ()
    escucha: ClassVar[HechosDeEscucha] = HechosDeEscucha(
        canales=(
            Canal(
                nombre="articulos",
                clase=Clase.ARTICULO,
                ayuda="Lo que publica el medio",
                cada=timedelta(minutes=15),
            ),
        ),
        fuente="https://www.rssboard.org/rss-specification",
    )

    def __init__(self, acceso: Acceso) -> None:
        self._direccion = acceso.id_externo
        partes = urlsplit(self._direccion)
        origen = f"{partes.scheme}://{partes.netloc}"
        self._plazo = acceso.plazo_total
        self._puerta = Puerta(hacia={origen: acceso.url}, total=acceso.plazo_total)
        self._puerta.headers["Accept"] = "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"

    def escuchar(self, canal: str, desde: Desde) -> Tanda:
        if canal != "articulos":
            raise ErrorDeContrato(f"Los medios no tienen el canal «{canal}».")
        cursor = Cursor.leer(desde.cursor)
        ahora = datetime.now(UTC)
        with self._puerta.invisible() as paso, closing(self._pedir(cursor)) as respuesta:
            _exigir(respuesta, paso)
            if respuesta.status_code == 304:
                return Tanda(cursor=desde.cursor, cubierto_hasta=ahora)
            return traduccion.tanda(
                _cuerpo(respuesta, plazo=self._plazo),
                dict(respuesta.headers),
                direccion=self._direccion,
                cursor=cursor,
                no_antes_de=desde.no_antes_de,
                ahora=ahora,
            )

    def _pedir(self, cursor: Cursor) -> requests.Response:
        """Seguir las redirecciones a mano: la puerta no las sigue, y ninguna debe llevar a la red interna."""
        direccion = self._direccion
        for _ in range(SALTOS_MAXIMOS + 1):
            if urlsplit(direccion).scheme not in ("http", "https"):
                raise _ilegible("no es una dirección http o https")
            with self._sin_entrar_a_la_red_interna(direccion):
                respuesta = self._puerta.get(direccion, headers=cursor.cabeceras(), stream=True)
            if respuesta.status_code not in _SALTOS or not respuesta.headers.get("Location"):
                return respuesta
            respuesta.close()
            siguiente = urljoin(direccion, respuesta.headers["Location"])
            if _es_interna(siguiente) and not _es_interna(self._direccion):
                raise _ilegible("lleva a una dirección de la red interna")
            direccion = siguiente
        raise _ilegible("da demasiadas vueltas: redirige una y otra vez")

    def _sin_entrar_a_la_red_interna(self, direccion: str) -> AbstractContextManager[None]:
        """La que escribió la oficina sí puede ser interna; a la que manda un medio no se le cree el nombre.

        Con un proxy de salida, a quien se conecta es al proxy: él decide.
        """
        del_mismo = urlsplit(direccion).netloc == urlsplit(self._direccion).netloc
        if del_mismo or requests.utils.get_environ_proxies(direccion) or _es_interna(self._direccion):
            return nullcontext()
        return mirando_destino(_exigir_publico)


def _exigir_publico(enchufe: socket.socket) -> None:
    if not es_publico(str(enchufe.getpeername()[0])):
        raise _ilegible("lleva a una dirección de la red interna")


def _exigir(respuesta: requests.Response, paso: Paso) -> None:
    estado = respuesta.status_code
    if estado in (200, 304):
        return
    if (veredicto := veredicto_por_estado(estado, f"El medio contestó {estado}.", paso=paso)) is not None:
        raise veredicto
    if estado in (403, 404, 410, 451):
        motivos = {403: "el medio no deja leerla", 451: "el medio no deja leerla"}
        raise _ilegible(f"{motivos.get(estado, 'ya no está')} ({estado})")
    raise ErrorDeContrato(f"El medio contestó {estado}.")


def _cuerpo(respuesta: requests.Response, *, plazo: timedelta) -> bytes:
    """A lo más `PESO_MAXIMO_BYTES` ya descomprimidos y en el plazo: ni uno sin fin, ni uno que llega gota a gota."""
    trozos, peso, fin = [], 0, monotonic() + plazo.total_seconds()
    while trozo := _un_trozo(respuesta):
        trozos.append(trozo)
        peso += len(trozo)
        if peso > PESO_MAXIMO_BYTES:
            raise _ilegible(f"pesa más de {PESO_MAXIMO_BYTES // 1_000_000} MB")
        if monotonic() > fin:
            raise ErrorTransitorio("El medio contesta tan despacio que no acaba.")
    esperado = respuesta.headers.get("Content-Length", "")
    if esperado.isdigit() and "Content-Encoding" not in respuesta.headers and peso < int(esperado):
        raise ErrorTransitorio("La respuesta llegó a medias.")
    cuerpo = b"".join(trozos)
    if cuerpo.count(b"<") > ETIQUETAS_MAXIMAS:
        raise _ilegible("trae demasiadas etiquetas para ser un RSS")
    return cuerpo


def _un_trozo(respuesta: requests.Response) -> bytes:
    """Lo que haya llegado, sin esperar a que se junte más."""
    try:
        trozo: bytes = respuesta.raw.read1(65_536, decode_content=True)
    except HTTPError as error:
        raise ErrorTransitorio(f"La respuesta se cortó: {type(error).__name__}.") from None
    return trozo


def _ilegible(motivo: str) -> ErrorDePerfil:
    return ErrorDePerfil(
        f"La dirección de este medio no se puede leer: {motivo}.",
        remedio="Abra el sitio del medio, busque su RSS y corrija la dirección en fuentes.toml.",
    )


def _es_interna(direccion: str) -> bool:
    """Si lleva a esta máquina o a la red interna, por número o por nombre."""
    anfitrion = urlsplit(direccion).hostname or ""
    try:
        numeros = {str(datos[4][0]) for datos in socket.getaddrinfo(anfitrion, None)}
    except (OSError, UnicodeError):
        return False  # no se resuelve: tampoco se podrá leer
    return not all(es_publico(n) for n in numeros)
