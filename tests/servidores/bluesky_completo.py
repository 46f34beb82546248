"""La red Bluesky entera en esta máquina: el servidor oficial y la red social que lo lee, con PostgreSQL y Redis.

Para lo que el servidor solo no tiene: menciones, respuestas, me gusta, búsqueda y números. Arranca en unos diez
segundos; sin npm, PostgreSQL o Redis, quien lo pide se salta diciendo por qué.
"""

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from typing import Any, Self

import requests

from tests.servidores.bluesky import Cuenta, NoDisponible, ServidorBluesky, puerto_libre
from tests.servidores.postgresql import ServidorPostgreSQL

_ARRANQUE_S = 15
_VISIBLE_S = 10


class RedBluesky(ServidorBluesky):
    """Mientras dure el `with`. Lo publicado tarda una o dos décimas de segundo en verse."""

    def __enter__(self) -> Self:
        if (redis := shutil.which("redis-server")) is None:
            raise NoDisponible("hace falta redis-server (apt-get install redis-server)")
        self._pila = contextlib.ExitStack()
        try:
            postgresql = self._pila.enter_context(ServidorPostgreSQL(lambda _: None))
            self._url_de_base = self._pila.enter_context(postgresql.base_vacia())
            self._puerto_de_redis = self._pila.enter_context(_redis(redis))
            return super().__enter__()
        except BaseException:
            self._pila.close()
            raise

    def __exit__(self, *que: object) -> None:
        super().__exit__(*que)
        self._pila.close()

    def _con_que(self) -> dict[str, str]:
        return {
            "DB_POSTGRES_URL": self._url_de_base,
            "DB_POSTGRES_SCHEMA": "bsky",
            "REDIS_HOST": f"127.0.0.1:{self._puerto_de_redis}",
            "APPVIEW_PUERTO": str(puerto_libre()),
            "OZONE_PUERTO": str(puerto_libre()),
        }

    # ── lo que hace la gente ──

    def entrar(self, cuenta: Cuenta) -> str:
        """Un token para hablar como esa cuenta."""
        sesion = self.xrpc(
            "com.atproto.server.createSession", {"identifier": cuenta.nombre, "password": cuenta.contrasena}
        )
        return str(sesion["accessJwt"])

    def decir(self, cuenta: Cuenta, texto: str, *, token: str, **registro: Any) -> dict[str, str]:
        """Publicar como una persona cualquiera; devuelve `{"uri", "cid"}`."""
        return self._crear(cuenta, token, "app.bsky.feed.post", {"text": texto, "langs": ["es"], **registro})

    def gustar(self, cuenta: Cuenta, que: dict[str, str], *, token: str) -> None:
        self._crear(cuenta, token, "app.bsky.feed.like", {"subject": {"uri": que["uri"], "cid": que["cid"]}})

    def seguir(self, cuenta: Cuenta, did: str, *, token: str) -> None:
        self._crear(cuenta, token, "app.bsky.graph.follow", {"subject": did})

    def borrar(self, cuenta: Cuenta, uri: str, *, token: str) -> None:
        coleccion, rkey = uri.split("/")[-2:]
        cuerpo = {"repo": cuenta.did, "collection": coleccion, "rkey": rkey}
        self.xrpc("com.atproto.repo.deleteRecord", cuerpo, token=token)

    def esperar(self, uri: str, *, token: str, visible: bool = True) -> None:
        """Hasta que la red enseñe esa publicación, o deje de enseñarla."""
        limite = time.monotonic() + _VISIBLE_S
        while time.monotonic() < limite:
            respuesta = requests.get(
                f"{self.url}/xrpc/app.bsky.feed.getPosts",
                params={"uris": uri},
                headers={"Authorization": f"Bearer {token}"},
                timeout=10,
            )
            if respuesta.ok and bool(respuesta.json()["posts"]) == visible:
                return
            time.sleep(0.03)
        raise TimeoutError(f"La red no {'enseñó' if visible else 'quitó'} {uri}.")

    def _crear(self, cuenta: Cuenta, token: str, coleccion: str, registro: dict[str, Any]) -> dict[str, str]:
        creado = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        cuerpo = {"repo": cuenta.did, "collection": coleccion, "record": {"createdAt": creado, **registro}}
        hecho = self.xrpc("com.atproto.repo.createRecord", cuerpo, token=token)
        return {"uri": hecho["uri"], "cid": hecho["cid"]}


def mencion_de(cuenta: Cuenta, texto: str) -> dict[str, Any]:
    """Un registro que nombra a la cuenta: sin la faceta, la red no avisa a nadie."""
    nombre = f"@{cuenta.nombre}"
    entero = f"{nombre} {texto}"
    rasgo = {"$type": "app.bsky.richtext.facet#mention", "did": cuenta.did}
    return {
        "texto": entero,
        "facets": [{"index": {"byteStart": 0, "byteEnd": len(nombre.encode())}, "features": [rasgo]}],
    }


@contextlib.contextmanager
def _redis(programa: str) -> Any:
    puerto = puerto_libre()
    with tempfile.TemporaryDirectory(prefix="pregonero-redis-") as carpeta:
        orden = [programa, "--port", str(puerto), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        proceso = subprocess.Popen(
            [*orden, "--dir", carpeta], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            limite = time.monotonic() + _ARRANQUE_S
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", puerto), timeout=1):
                    break
                if time.monotonic() > limite or proceso.poll() is not None:
                    raise NoDisponible("redis-server no arrancó")
                time.sleep(0.05)
            yield puerto
        finally:
            proceso.terminate()
            proceso.wait(10)
