"""La biblioteca atproto, hasta donde obedece: la sesión y el idioma XRPC, por una puerta nuestra.

Lo que no se le deja hacer (atproto 0.0.73):
- seguir redirecciones, que repetirían la petición;
- mudarse, al entrar, a la dirección que diga el servidor cuando la configuración dice otra;
- omitir los nulos al escribir JSON: `swapRecord: null` es justo lo que impide publicar dos veces;
- renovar la sesión en medio de la llamada visible.
"""

import json
import logging
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

import httpx
import requests.utils
from atproto_client import Client
from atproto_client.request import Request

from conectores.bluesky.traduccion import SESION_CADUCA, Rechazo
from conectores.contrato import ErrorDePerfil
from conectores.destinos import es_publico
from conectores.http import AGENTE, mirando_destino, peticion_vigilada

_RED = "https://bsky.social"
_CONEXION_S = 10.0

T = TypeVar("T")

# A nivel INFO escribe una línea por petición: la bitácora del demonio dice lo que importa.
logging.getLogger("httpx").setLevel(logging.WARNING)


@cache
def _certificados() -> ssl.SSLContext:
    """Leerlos cuesta 30 ms y unos megabytes: una vez para todos los perfiles."""
    return httpx.create_ssl_context()


class Transporte(httpx.HTTPTransport):
    """Cada petición va vigilada, por una conexión nueva y sin redirecciones; lo que no es 2xx es un `Rechazo`.

    Conexión nueva: en una reutilizada que el servidor ya cerró, no haber llegado parecería una respuesta perdida.
    """

    def __init__(self, url: str, *, total_s: float, fijo: bool) -> None:
        """fijo: la dirección la puso quien instaló. Si no, la dice la cuenta al entrar, y debe ser de internet."""
        proxies = requests.utils.get_environ_proxies(url, no_proxy=None)
        # Con un proxy de salida, a quien se conecta es al proxy: él decide a dónde se puede ir.
        self._mirar = None if fijo or requests.utils.select_proxy(url, proxies) else _exigir_publico
        super().__init__(
            verify=_certificados(),
            limits=httpx.Limits(max_keepalive_connections=0),
            proxy=requests.utils.select_proxy(url, proxies),
        )
        self._total_s = total_s

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        plazo_s = self._total_s + int(request.headers.get("Content-Length", 0)) / 30_000
        try:
            with self._a_salvo(), peticion_vigilada(request.method, plazo_s=plazo_s) as peticion:
                request.extensions["trace"] = _testigo(peticion.va_a_salir)
                respuesta = super().handle_request(request)
                respuesta.read()
        except httpx.TransportError as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from None
        if peticion.vencida:
            raise TimeoutError("La respuesta no terminó de llegar a tiempo.")
        if not respuesta.is_success:
            raise Rechazo.leer(respuesta.status_code, respuesta.content, respuesta.headers)
        return respuesta

    def _a_salvo(self) -> AbstractContextManager[None]:
        return mirando_destino(self._mirar) if self._mirar is not None else nullcontext()


def _exigir_publico(enchufe: Any) -> None:
    """Quien conecta una cuenta dice su nombre, y con él a qué servidor se va: nunca a uno de la red interna."""
    if enchufe is not None and not es_publico(str(enchufe.getpeername()[0])):
        raise ErrorDePerfil(
            "El servidor de esta cuenta está en la red interna.",
            remedio="Si es del ayuntamiento, quien instaló Pregonero escribe su dirección en PREGONERO_BLUESKY_URL.",
        )


def _testigo(va_a_salir: Callable[[Any], None]) -> Callable[[str, Mapping[str, Any]], None]:
    """Oye lo que cuenta httpcore de la conexión y avisa antes del primer byte de la petición."""
    enchufe = None

    def oir(suceso: str, datos: Mapping[str, Any]) -> None:
        nonlocal enchufe
        if suceso.endswith((".connect_tcp.complete", ".start_tls.complete")):
            enchufe = datos["return_value"].get_extra_info("socket")
        # A través de un proxy sale antes un CONNECT, que no publica nada.
        elif suceso == "http11.send_request_headers.started" and datos["request"].method != b"CONNECT":
            va_a_salir(enchufe)

    return oir


class _Atproto(Client):  # type: ignore[misc] # atproto no publica sus tipos
    def __init__(self, url: str, request: Request) -> None:
        super().__init__(url or _RED, request)
        self._fija = bool(url)

    def _update_pds_endpoint(self, pds_endpoint: str) -> None:
        if not self._fija and pds_endpoint.startswith("https://"):
            super()._update_pds_endpoint(pds_endpoint)

    def renovar_si_toca(self) -> None:
        with self._refresh_lock:
            if self._should_refresh_session():
                self._refresh_and_set_session()


class Cliente:
    """Una cuenta en su servidor. La sesión se guarda: entrar se admite 30 veces en 5 minutos y 300 al día."""

    def __init__(self, *, url: str, identificador: str, clave: str, total: timedelta) -> None:
        self._total_s = total.total_seconds()
        self._identificador = identificador
        self._clave = clave
        self._dentro = False
        self._candado = threading.Lock()
        plazos = httpx.Timeout(self._total_s, connect=_CONEXION_S)
        peticiones = Request(transport=Transporte(url or _RED, total_s=self._total_s, fijo=bool(url)), timeout=plazos)
        peticiones.add_additional_header("User-Agent", AGENTE)
        self._atproto = _Atproto(url, peticiones)

    @property
    def did(self) -> str:
        return str(self._atproto._session.did)

    @property
    def nombre(self) -> str:
        return str(self._atproto._session.handle)

    def entrar(self) -> bool:
        """Tener una sesión que sirva. Si hubo que pedir una con la clave, verdadero."""
        with self._candado:
            if self._dentro:
                try:
                    self._atproto.renovar_si_toca()
                    return False
                except Rechazo as rechazo:
                    if rechazo.error not in SESION_CADUCA:
                        raise
            self._atproto.login(self._identificador, self._clave, fetch_bsky_profile=False)
            self._dentro = True
            return True

    def salir(self) -> None:
        """Olvidar la sesión: la próxima vez se entra con la clave."""
        self._dentro = False

    def leer(self, metodo: str, **parametros: str | list[str]) -> dict[str, Any]:
        return self._con_sesion(lambda: self.preguntar(metodo, parametros))

    def escribir(self, metodo: str, cuerpo: Mapping[str, Any]) -> dict[str, Any]:
        return self._con_sesion(lambda: self.enviar(metodo, cuerpo))

    def subir(self, archivo: bytes, mime: str) -> dict[str, Any]:
        """Lo que hay que poner en el registro para enseñar este archivo."""
        return dict(self._con_sesion(lambda: self._mandar("com.atproto.repo.uploadBlob", archivo, mime))["blob"])

    def enviar(self, metodo: str, cuerpo: Mapping[str, Any]) -> dict[str, Any]:
        """Una sola petición, con la sesión que haya: para dentro de un paso visible."""
        return self._mandar(metodo, json.dumps(cuerpo).encode(), "application/json")

    def _con_sesion(self, accion: Callable[[], T]) -> T:
        """Hacerlo; si la sesión había caducado, entrar otra vez y hacerlo de nuevo, una sola vez."""
        self.entrar()
        try:
            return accion()
        except Rechazo as rechazo:
            if rechazo.error not in SESION_CADUCA:
                raise
        self.salir()
        self.entrar()
        return accion()

    def preguntar(self, metodo: str, parametros: Mapping[str, str | list[str]]) -> dict[str, Any]:
        """Una sola lectura, con la sesión que haya."""
        url = self._atproto._build_url(metodo)
        return _objeto(self._atproto.request.get(url=url, params=dict(parametros)).content)

    def _mandar(self, metodo: str, cuerpo: bytes, mime: str) -> dict[str, Any]:
        url, cabeceras = self._atproto._build_url(metodo), {"Content-Type": mime}
        return _objeto(self._atproto.request.post(url=url, content=cuerpo, headers=cabeceras).content)


def _objeto(contenido: object) -> dict[str, Any]:
    """deleteRecord puede contestar con un cuerpo vacío."""
    if contenido == b"":
        return {}
    if not isinstance(contenido, dict):
        raise ValueError("La respuesta no es un objeto JSON.")
    return contenido
