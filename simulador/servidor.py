"""El servidor: lee una petición, decide si falla y cómo, deja que su red la acepte, y contesta (o no).

Lo que se acepta, aceptado queda aunque el cliente se muera esperando la respuesta: eso es lo que hace la vida real.
"""

import asyncio
import contextlib
import random
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from aiohttp import web

from simulador import pagina, transporte
from simulador.control import Control
from simulador.correo import Buzon
from simulador.estado import REDES, Estado, ahora
from simulador.fallos import Clase, Fallo, Fallos
from simulador.graph import RedGraph
from simulador.lectura import leer, red_y_ruta
from simulador.mensajes import Dialecto, Peticion, Respuesta
from simulador.pinterest import RedPinterest
from simulador.x import RedX

_PETICION_MAXIMA_BYTES = 2**30
_ANOTADAS = 5000
_HTML = (
    b"<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body><h1>Sorry, something went wrong."
    b"</h1><p>We're working on getting this fixed as soon as we can.</p></body></html>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anotada:
    """Una petición que llegó, para que una prueba mire qué se mandó. Sin tokens. estado None: no hubo respuesta."""

    red: str
    metodo: str
    ruta: str
    consulta: dict[str, str]
    campos: dict[str, Any]
    instante: datetime
    fallo: str
    estado: int | None


class Servidor:
    def __init__(self, *, semilla: int | None = None) -> None:
        self.estado = Estado(semilla=semilla)
        self.fallos = Fallos(random.Random(semilla))
        self.anotadas: deque[Anotada] = deque(maxlen=_ANOTADAS)
        self._azar = random.Random(semilla)
        meta = RedGraph(self.estado)
        self._redes: dict[str, Dialecto] = {
            "x": RedX(self.estado),
            "facebook": meta,
            "instagram": meta,
            "pinterest": RedPinterest(self.estado),
        }
        self.buzon = Buzon()
        self._control = Control(self.estado, self.fallos, self.buzon, self.reiniciar)
        self._parar = asyncio.Event()
        self._runner: web.AppRunner | None = None

    def reiniciar(self) -> None:
        """Olvidar lo publicado, lo subido y los fallos pedidos; quedan los perfiles y los ajustes."""
        self.estado.olvidar()
        self.fallos.limpiar()
        self.anotadas.clear()
        for red in set(self._redes.values()):
            red.reiniciar()

    async def arrancar(self, puerto: int = 0, *, direccion: str = "127.0.0.1", puerto_correo: int | None = None) -> int:
        """Escuchar; con puerto 0, en el que esté libre. Devuelve el puerto. puerto_correo: None es sin buzón."""
        if puerto_correo is not None:
            await self.buzon.arrancar(puerto_correo)
        app = web.Application(client_max_size=_PETICION_MAXIMA_BYTES)
        app.router.add_route("*", "/{ruta:.*}", self._atender)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5, keepalive_timeout=75)
        await self._runner.setup()
        enchufe = socket.create_server((direccion, puerto), backlog=1024)
        await web.SockSite(self._runner, enchufe).start()
        return int(enchufe.getsockname()[1])

    async def detener(self) -> None:
        self._parar.set()
        await self.buzon.detener()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _atender(self, request: web.Request) -> web.StreamResponse:
        if (propia := await self._propias(request)) is not None:
            return transporte.entera(propia)
        hallada = red_y_ruta(request.path, es_de_instagram=lambda i: self.estado.perfil("instagram", i) is not None)
        if hallada is None or hallada[0] not in self._redes:
            return transporte.entera(Respuesta(404, {"error": "Esta ruta no es de ninguna red imitada."}))
        return await self._contestar(request, await leer(request, red=hallada[0], ruta=hallada[1]))

    async def _propias(self, request: web.Request) -> Respuesta | None:
        """Lo que no es de ninguna red: control, medios y la página."""
        if request.path == "/" or request.path.startswith("/_pagina/"):
            fallos, base = self.fallos.resumen(), f"http://{request.host}"
            return pagina.atender(
                request.path, estado=self.estado, fallos=fallos, correos=self.buzon.correos, base=base
            )
        if request.path.startswith("/_control/"):
            que, cuerpo = request.path.removeprefix("/_control/"), await request.read()
            return self._control.atender(request.method, que, consulta=request.query, cuerpo=cuerpo)
        if request.path.startswith("/_medios/"):
            blob = self.estado.blob(request.path.removeprefix("/_medios/").partition(".")[0])
            if blob is None:
                return Respuesta(404, b"", tipo="text/plain")
            return Respuesta(200, blob[1], {"Cache-Control": "max-age=86400"}, blob[0])
        return None

    async def _contestar(self, request: web.Request, p: Peticion) -> web.StreamResponse:
        red, ajustes = self._redes[p.red], self.estado.ajustes[p.red]
        fallo = self.fallos.elegir(p, visible=red.es_visible(p))
        demora_s = (ajustes.latencia_s + self._azar.uniform(0, ajustes.latencia_azar_s)) / 2
        if demora_s:
            await asyncio.sleep(demora_s)
        respuesta = None
        if fallo is None or fallo.acepta:
            respuesta = await red.atender(p)
        if demora_s:
            await asyncio.sleep(demora_s)
        salida = await self._salir(request, p, fallo, respuesta)
        self._anotar(p, fallo, salida)
        return salida

    async def _salir(
        self, request: web.Request, p: Peticion, fallo: Fallo | None, respuesta: Respuesta | None
    ) -> web.StreamResponse:
        buena = respuesta or Respuesta(503)
        if fallo is None:
            return transporte.entera(buena)
        match fallo.clase:
            case Clase.RESET_ANTES | Clase.RESET_DESPUES:
                transporte.cortar(request)
            case Clase.CUELGUE:
                await transporte.callar(request, self._parar)
            case Clase.ERROR_500_ANTES | Clase.ERROR_500_DESPUES:
                return transporte.entera(self._redes[p.red].rota())
            case Clase.LIMITE_429:
                return transporte.entera(self._redes[p.red].limitada())
            case Clase.TOKEN_VENCIDO:
                return transporte.entera(self._redes[p.red].vencida())
            case Clase.HTML:
                return transporte.entera(Respuesta(fallo.estado, _HTML, tipo="text/html; charset=utf-8"))
            case Clase.TRUNCADO:
                return await transporte.truncar(request, buena)
            case Clase.LENTO:
                return await transporte.gotear(request, buena, segundos=fallo.segundos)
            case _:
                assert_never(fallo.clase)
        return web.Response(status=503)  # nadie la leerá: la conexión ya está cortada

    def _anotar(self, p: Peticion, fallo: Fallo | None, salida: web.StreamResponse) -> None:
        sin_token = {c: v for c, v in p.consulta.items() if "token" not in c}
        campos = {c: v for c, v in p.campos.items() if "token" not in c}
        callada = fallo is not None and fallo.clase in (Clase.RESET_ANTES, Clase.RESET_DESPUES, Clase.CUELGUE)
        self.anotadas.append(
            Anotada(
                red=p.red,
                metodo=p.metodo,
                ruta=p.ruta,
                consulta=sin_token,
                campos=campos if sum(map(len, map(str, campos.values()))) < 20_000 else {},
                instante=ahora(),
                fallo=fallo.clase.value if fallo else "",
                estado=None if callada else salida.status,
            )
        )


def anunciar(url: str, puerto_correo: int) -> None:
    """Decir en la terminal dónde mirar y qué poner en `.env`."""
    lineas = [f"Redes simuladas: {url}", "", "Para usarlas, en .env:"]
    lineas += [f"  PREGONERO_{red.upper()}_URL={url}/{red}" for red in REDES]
    if puerto_correo:
        lineas += ["  PREGONERO_SMTP_SERVIDOR=127.0.0.1", f"  PREGONERO_SMTP_PUERTO={puerto_correo}"]
        lineas += ["  PREGONERO_SMTP_CIFRADO=ninguno", "", f"Los correos que lleguen: {url}/_control/correos"]
    lineas += ["", "Vale cualquier credencial inventada, pero hay que ponerla. Bluesky no se imita."]
    sys.stdout.write("\n".join([*lineas, "", "Ctrl+C para parar.", ""]))
    sys.stdout.flush()


def correr(
    puerto: int = 0,
    *,
    direccion: str = "127.0.0.1",
    semilla: int | None = None,
    puerto_correo: int | None = None,
    al_arrancar: Callable[[str], None] | None = None,
) -> None:
    """Correr en primer plano hasta que llegue SIGTERM o SIGINT.

    puerto_correo: el del buzón SMTP (0: el que esté libre; None: sin buzón). `al_arrancar` recibe la dirección, en
    vez de decirla en la terminal.
    """

    async def todo() -> None:
        servidor, parar = Servidor(semilla=semilla), asyncio.Event()
        for senal in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):  # Windows no deja atender señales en el bucle
                asyncio.get_running_loop().add_signal_handler(senal, parar.set)
        try:
            elegido = await servidor.arrancar(puerto, direccion=direccion, puerto_correo=puerto_correo)
            url = f"http://{direccion}:{elegido}"
            al_arrancar(url) if al_arrancar else anunciar(url, servidor.buzon.puerto)
            await parar.wait()
        finally:
            await servidor.detener()

    asyncio.run(todo())
