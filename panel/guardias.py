"""Lo que se mira de toda petición antes de que la vea una página: anfitrión, procedencia, tamaño; y las cabeceras con
que se contesta. Guardias ASGI puras: también pasan por aquí los errores y los archivos estáticos.
"""

import asyncio
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from panel.entorno import EntornoDelPanel
from panel.numeros import ENTERO_MAXIMO
from panel.textos import _

CUERPO_MAXIMO_BYTES = 1_000_000
SUBIDA_MAXIMA_BYTES = 1_010_000_000
"""Un video de los mayores que aceptamos, con sus márgenes de formulario."""
SUBIDAS = frozenset({"/acervo/subir", "/componer/subir", "/compartir", "/api/v1/medios"})

_NUMEROS = re.compile(r"(?<=/)[0-9]+(?=/|$)")
_NINGUNA = "/no-esta"
ESPERA_DEL_CUERPO_S = 60
"""Lo que se aguanta sin que llegue nada de un envío a medias: que quien no acaba no ocupe un sitio para siempre."""
_SEGURAS = frozenset({"GET", "HEAD", "OPTIONS"})

POLITICA = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""Nada de otro servidor, y ningún guion ni estilo escrito dentro de la página."""

CABECERAS: Mapping[str, str] = {
    "Content-Security-Policy": POLITICA,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}


class Cabeceras:
    """Poner las cabeceras de seguridad en toda respuesta que no traiga las suyas."""

    def __init__(self, app: ASGIApp, panel: EntornoDelPanel) -> None:
        self._app = app
        self._fijas = dict(CABECERAS)
        if panel.con_tls:
            self._fijas["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def con_cabeceras(mensaje: Message) -> None:
            if mensaje["type"] == "http.response.start":
                cabeceras = MutableHeaders(scope=mensaje)
                for nombre, valor in self._fijas.items():
                    cabeceras.setdefault(nombre, valor)
                cabeceras.setdefault("Cache-Control", "no-store")
            await send(mensaje)

        await self._app(scope, receive, con_cabeceras)


class Caminos:
    """Un camino con un número que no cabe en la base, o con un carácter nulo, no lleva a ninguna página.

    La API lo dice a su modo: lo revisa ella.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        es_pagina = scope["type"] == "http" and not scope["path"].startswith("/api/")
        if es_pagina and not se_puede_buscar(scope["path"]):
            scope = {**scope, "path": _NINGUNA, "raw_path": _NINGUNA.encode()}
        await self._app(scope, receive, send)


def se_puede_buscar(camino: str) -> bool:
    """Pura."""
    return "\0" not in camino and all(len(n) <= 10 and int(n) <= ENTERO_MAXIMO for n in _NUMEROS.findall(camino))


class Procedencia:
    """Sólo para nuestro nombre, y lo que cambia algo sólo desde nuestras páginas.

    Es la primera defensa contra lo que otra página mande en nombre de quien la visita; la segunda es la ficha que
    lleva cada formulario (`panel.peticion`).
    """

    def __init__(self, app: ASGIApp, panel: EntornoDelPanel) -> None:
        self._app = app
        self._anfitriones = panel.anfitriones

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (falta := self._falta(scope)):
            await PlainTextResponse(falta, status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _falta(self, scope: Scope) -> str:
        cabeceras = Headers(scope=scope)
        if _nombre(cabeceras.get("host", "")) not in self._anfitriones:
            return _("Este panel no atiende con ese nombre. Quien lo instaló debe ponerlo en PREGONERO_URL_PUBLICA.")
        if scope["method"] in _SEGURAS or scope["path"].startswith("/api/"):
            return ""  # la API no usa cookies: no hay nada que otra página pueda aprovechar
        ajena = cabeceras.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
        origen = cabeceras.get("origin", "")
        if ajena or (origen and origen.partition("://")[2] != cabeceras.get("host", "")):
            return _("Lo que se pidió no viene de este panel.")
        return ""


def _nombre(anfitrion: str) -> str | None:
    """Sin el puerto; None si no se entiende, o si esconde otro («uno@otro»)."""
    try:
        return None if "@" in anfitrion else urlsplit(f"//{anfitrion}").hostname
    except ValueError:
        return None


class Tope:
    """Cortar lo que pese más de lo que esa página admite, lo diga o no su cabecera, y lo que no acaba de llegar."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        tope = SUBIDA_MAXIMA_BYTES if scope["path"].rstrip("/") in SUBIDAS else CUERPO_MAXIMO_BYTES
        dicho = Headers(scope=scope).get("content-length", "0")
        if dicho.isdigit() and int(dicho) > tope:
            await self._demasiado(scope, receive, send)
            return
        leidos, contestada, entero = 0, False, False

        async def contado() -> Message:
            nonlocal leidos, entero
            if entero:  # ya sólo dice si se fueron, y eso se espera lo que haga falta
                return await receive()
            try:
                mensaje = await asyncio.wait_for(receive(), ESPERA_DEL_CUERPO_S)
            except TimeoutError:
                raise _NoAcaba from None
            entero = not mensaje.get("more_body", False)
            leidos += len(mensaje.get("body", b""))
            if leidos > tope:
                raise _Demasiado
            return mensaje

        async def atento(mensaje: Message) -> None:
            nonlocal contestada
            contestada = True
            await send(mensaje)

        try:
            await self._app(scope, contado, atento)
        except _Demasiado:
            if not contestada:
                await self._demasiado(scope, receive, send)
        except _NoAcaba:
            if not contestada:
                await PlainTextResponse(_("Se cortó a la mitad."), status_code=408)(scope, receive, send)

    async def _demasiado(self, scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(_("Pesa demasiado para enviarse así."), status_code=413)(scope, receive, send)


class _Demasiado(Exception):
    pass


class _NoAcaba(Exception):
    pass


PAGINAS_A_LA_VEZ = 2
"""Publicar a su hora va antes, y comparten el intérprete: con ocho a la vez y cincuenta personas, lo que debía salir en
50 ms salía en más de un segundo (`bench.panel.muchos`).
"""


class Turnos:
    """Pocas páginas a la vez; las demás esperan su turno. Lo suelta en cuanto empieza a contestar: bajar un archivo
    largo o quedarse en vivo no ocupa ninguno. Los formularios no esperan: alguno pregunta a una red.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._libres = asyncio.Semaphore(PAGINAS_A_LA_VEZ)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        await self._libres.acquire()
        ocupado = True

        def soltar() -> None:
            nonlocal ocupado
            if ocupado:
                ocupado = False
                self._libres.release()

        async def atento(mensaje: Message) -> None:
            if mensaje["type"] == "http.response.start":
                soltar()
            await send(mensaje)

        try:
            await self._app(scope, receive, atento)
        finally:
            soltar()
