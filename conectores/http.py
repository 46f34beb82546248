"""La única puerta a la red para todas las bibliotecas de cliente.

Tweepy, facebook-sdk y lo nuestro hablan `requests`: reciben una `Puerta` y con ella plazos, dirección de destino,
redacción de secretos y, sobre todo, la disciplina del protocolo:

- una petición que escribe se hace dentro de `invisible()` o de `visible(permiso)`; fuera de ellos no sale;
- dentro de `visible` sale una sola petición que escriba, y justo antes de su primer byte se pide permiso;
- lo que falle por el camino se traduce sabiendo si había salido algún byte: si no salió, seguro que no se publicó.

Quien no hable `requests` (atproto, con httpx) cumple lo mismo con `visible`, `invisible` y `peticion_vigilada`.
"""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from conectores.contrato import (
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorIncierto,
    ErrorTransitorio,
    Permiso,
)
from conectores.secretos import redactar

AGENTE = "Pregonero/0.1"


class _SinSecretos(logging.Filter):
    """urllib3 escribe a nivel DEBUG las direcciones enteras, y hay redes que llevan una credencial en ellas."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redactar(record.getMessage()), ()
        return True


logging.getLogger("urllib3.connectionpool").addFilter(_SinSecretos())

_LEEN = frozenset({"GET", "HEAD", "OPTIONS"})


class Paso:
    """Lo que va ocurriendo con las peticiones hechas dentro de un `with` de la puerta.

    enviado: salió al menos un byte de una petición que escribe. salidas: cuántas peticiones empezaron a salir.
    respuesta: la última, con su estado y sus cabeceras, aunque la biblioteca de cliente no las enseñe.
    """

    def __init__(self, *, visible: bool, permiso: Permiso | None = None) -> None:
        self.visible = visible
        self.enviado = False
        self.salidas = 0
        self.escrituras = 0
        self.respuesta: requests.Response | None = None
        self._permiso = permiso

    def contar_escritura(self) -> None:
        self.escrituras += 1
        if self.visible and self.escrituras > 1:
            raise ErrorDeContrato("Dos llamadas visibles en una sola publicación.")

    def antes_de_enviar(self) -> None:
        """Llamar con la conexión hecha y justo antes del primer byte de una petición que escribe."""
        if self._permiso is not None:
            self._permiso()
        self.enviado = True

    def traducir(self, error: Exception) -> ErrorDeRed:
        """El veredicto de un fallo que no es ya un veredicto, según si había salido algún byte."""
        detalle = redactar(f"{type(error).__name__}: {error}")
        if self.visible:
            if not self.enviado:
                return ErrorTransitorio(f"No llegó a enviarse. {detalle}")
            if es_de_transporte(error):
                return ErrorIncierto(f"Se cortó la comunicación después de enviar. {detalle}")
        elif es_de_transporte(error):
            return ErrorTransitorio(f"No se pudo hablar con la red. {detalle}", sin_cobro=not self.salidas)
        return ErrorDeContrato(f"La red contestó algo que no sabemos leer. {detalle}")


def es_de_transporte(error: Exception) -> bool:
    """Si falló la comunicación, y no la lectura de lo que llegó."""
    if isinstance(error, requests.exceptions.JSONDecodeError):
        return False
    return isinstance(error, (requests.RequestException, OSError))


class Peticion:
    """La petición en curso de este hilo: su paso, si escribe, y el enchufe por el que sale.

    vencida: se cortó porque pasó su plazo total.
    """

    def __init__(self, paso: Paso | None, *, escribe: bool) -> None:
        self.paso = paso
        self.escribe = escribe
        self.enchufe: socket.socket | None = None
        self.vencida = False

    def va_a_salir(self, enchufe: socket.socket | None) -> None:
        """Llamar con la conexión hecha y justo antes del primer byte."""
        self.enchufe = enchufe
        if enchufe is not None and (mirar := _mirar_destino.get()) is not None:
            mirar(enchufe)
        if self.paso is not None:
            self.paso.salidas += 1
            if self.escribe:
                self.paso.antes_de_enviar()

    def vencer(self) -> None:
        self.vencida = True
        if self.enchufe is not None:
            with contextlib.suppress(OSError):
                self.enchufe.shutdown(socket.SHUT_RDWR)


_paso: ContextVar[Paso | None] = ContextVar("paso", default=None)
_peticion: ContextVar[Peticion | None] = ContextVar("peticion", default=None)
_mirar_destino: ContextVar[Callable[[socket.socket], None] | None] = ContextVar("mirar_destino", default=None)


@contextlib.contextmanager
def mirando_destino(mirar: Callable[[socket.socket], None]) -> Iterator[None]:
    """Lo que se pida dentro pasa por `mirar` ya conectado y antes del primer byte; si lanza, no sale nada.

    Mirar antes el nombre no basta: quien lo administra puede dar un número al que pregunta y otro al que se conecta.
    """
    marca = _mirar_destino.set(mirar)
    try:
        yield
    finally:
        _mirar_destino.reset(marca)


@contextlib.contextmanager
def visible(permiso: Permiso) -> Iterator[Paso]:
    """Lo que se haga dentro lo ve la gente: una sola petición que escribe, con permiso en el último instante."""
    yield from _abrir(Paso(visible=True, permiso=permiso))


@contextlib.contextmanager
def invisible() -> Iterator[Paso]:
    """Lo que se haga dentro no lo ve nadie y puede repetirse: un corte es transitorio."""
    yield from _abrir(Paso(visible=False))


def _abrir(paso: Paso) -> Iterator[Paso]:
    if _paso.get() is not None:
        raise ErrorDeContrato("Un paso dentro de otro: el conector no dice qué es visible.")
    marca = _paso.set(paso)
    try:
        yield paso
    except ErrorDeRed:
        raise
    except Exception as error:  # la frontera: las bibliotecas lanzan cualquier cosa
        raise paso.traducir(error) from None  # «from None»: la causa puede llevar el token en su URL
    finally:
        _paso.reset(marca)


@contextlib.contextmanager
def peticion_vigilada(metodo: str, *, plazo_s: float) -> Iterator[Peticion]:
    """Una petición de cualquier biblioteca, contada en el paso abierto y con un plazo total.

    Quien la use llama a `va_a_salir` antes del primer byte y, al terminar, mira si está `vencida`.
    """
    paso, escribe = _paso.get(), metodo.upper() not in _LEEN
    if escribe:
        if paso is None:
            raise ErrorDeContrato("Una petición que escribe debe declararse visible o invisible.")
        paso.contar_escritura()
    peticion = Peticion(paso, escribe=escribe)
    # Los plazos de las bibliotecas son por lectura: un servidor que gotea no vencería nunca.
    reloj = threading.Timer(plazo_s, peticion.vencer)
    reloj.daemon = True
    reloj.start()
    try:
        yield peticion
    finally:
        reloj.cancel()


class _Conexion(HTTPConnection):
    """Avisa a la petición en curso cuando la conexión ya está hecha y va a salir el primer byte."""

    _por_salir = False

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        self._por_salir = True
        super().putrequest(*args, **kwargs)

    def send(self, data: Any) -> None:
        if self._por_salir:
            self._por_salir = False
            if self.sock is None:
                self.connect()
            if (peticion := _peticion.get()) is not None:
                peticion.va_a_salir(self.sock)
        super().send(data)


class _ConexionTLS(_Conexion, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Conexion


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _ConexionTLS


class _Adaptador(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}


class Puerta(requests.Session):
    """Una sesión de `requests` con plazos, destino configurable y la disciplina de lo visible.

    hacia: adónde mandar lo que iba a cada dirección: `{"https://api.twitter.com": "http://127.0.0.1:9"}`.
    total: lo más que dura una petición con su respuesta, gotee lo que gotee el servidor.
    """

    def __init__(
        self,
        *,
        hacia: Mapping[str, str] | None = None,
        conexion: timedelta = timedelta(seconds=10),
        total: timedelta = timedelta(seconds=30),
    ) -> None:
        super().__init__()
        self.headers["User-Agent"] = AGENTE
        # Sin .netrc: cambiaría la autorización de las peticiones sin que nadie lo viera.
        self.trust_env = False
        self._hacia = {de.rstrip("/"): a.rstrip("/") for de, a in (hacia or {}).items() if a}
        self._conexion_s = conexion.total_seconds()
        self._total_s = total.total_seconds()
        self.mount("http://", _Adaptador())
        self.mount("https://", _Adaptador())

    def visible(self, permiso: Permiso) -> contextlib.AbstractContextManager[Paso]:
        """Ver `visible`."""
        return visible(permiso)

    def invisible(self) -> contextlib.AbstractContextManager[Paso]:
        """Ver `invisible`."""
        return invisible()

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override] # la firma de requests, abreviada
        # Seguir una redirección 307 repetiría la petición: publicar dos veces. Ninguna API las necesita.
        kwargs["allow_redirects"] = False
        # El destino se cambia antes de preparar la petición: OAuth 1.0a firma la dirección a la que va.
        return super().request(method, self._destino(url), *args, **kwargs)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = (self._conexion_s, self._total_s)
        kwargs["proxies"] = requests.utils.get_environ_proxies(request.url or "", no_proxy=None)
        with peticion_vigilada(request.method or "", plazo_s=self._plazo_s(request)) as peticion:
            marca = _peticion.set(peticion)
            try:
                respuesta = super().send(request, **kwargs)
            finally:
                _peticion.reset(marca)
        if peticion.vencida:  # el corte pudo parecer el final normal de la respuesta
            raise requests.Timeout("La respuesta no terminó de llegar a tiempo.")
        if peticion.paso is not None:
            peticion.paso.respuesta = respuesta
        return respuesta

    def _destino(self, url: str) -> str:
        for de, a in self._hacia.items():
            if url.startswith(de):
                return a + url[len(de) :]
        return url

    def _plazo_s(self, request: requests.PreparedRequest) -> float:
        """El plazo total; subir un archivo con una conexión lenta tiene el que necesite a 30 kB/s.

        Nunca en la llamada visible: el arriendo de la entrega se calcula con el plazo total, y si vence mientras
        todavía sale la petición, otro puede no encontrarla y repetirla.
        """
        if (paso := _paso.get()) is not None and paso.visible:
            return self._total_s
        try:
            peso = int(request.headers.get("Content-Length") or 0)
        except ValueError:
            peso = 0
        return self._total_s + peso / 30_000


def espera_pedida(cabeceras: Mapping[str, str], ahora: datetime | None = None) -> timedelta | None:
    """Cuánto pide esperar la red, por `Retry-After` (segundos o fecha) o `x-rate-limit-reset` (época); None si no.

    Nunca negativa, y a lo más un día: una cabecera disparatada no debe callar un perfil.
    """
    ahora = ahora or datetime.now(UTC)
    instante: datetime | None = None
    try:
        if valor := cabeceras.get("Retry-After"):
            instante = (
                ahora + timedelta(seconds=float(valor))
                if valor.strip().replace(".", "", 1).isdigit()
                else parsedate_to_datetime(valor)
            )
        elif valor := cabeceras.get("x-rate-limit-reset") or cabeceras.get("ratelimit-reset"):
            instante = datetime.fromtimestamp(float(valor), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    if instante is None:
        return None
    if instante.tzinfo is None:
        instante = instante.replace(tzinfo=UTC)
    return min(max(instante - ahora, timedelta()), timedelta(days=1))


def veredicto_por_estado(
    estado: int, detalle: str, *, paso: Paso, cabeceras: Mapping[str, str] | None = None
) -> ErrorDeRed | None:
    """El veredicto de los estados HTTP que significan lo mismo en todas las redes; None: lo sabe el conector.

    cabeceras: las de la respuesta, si no vino por la `Puerta` (que las deja en el paso).
    429 nunca publica; 401 es del perfil; un 5xx visible es duda (pudo aceptar y caerse al contestar).
    """
    detalle = redactar(detalle)[:500]
    sin_cobro = paso.salidas <= 1  # las de antes, en el mismo paso, sí pudieron costar
    if estado == 429:
        if cabeceras is None:
            cabeceras = paso.respuesta.headers if paso.respuesta is not None else {}
        return ErrorTransitorio(
            f"La red pide ir más despacio. {detalle}",
            espera=espera_pedida(cabeceras),
            de_perfil=True,
            sin_cobro=sin_cobro,
        )
    if estado == 401:
        return ErrorDePerfil(f"La red no reconoce la credencial. {detalle}", remedio="Renueve el token de este perfil.")
    if estado >= 500:
        if paso.visible:
            return ErrorIncierto(f"La red falló después de recibir la publicación ({estado}). {detalle}")
        return ErrorTransitorio(f"La red falla por ahora ({estado}). {detalle}", sin_cobro=sin_cobro)
    return None
