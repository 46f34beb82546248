"""Un PostgreSQL de verdad, privado y efímero: carpeta temporal, puerto libre y sólo 127.0.0.1.

Cada prueba tiene su base, copiada de una plantilla ya migrada (unos 50 ms). Sin PostgreSQL instalado, quien lo pide
se salta diciendo por qué.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Self

import psycopg

from tests.servidores.bluesky import NoDisponible

_PLANTILLA = "plantilla"
_ARRANQUE_S = 30
# Sin esperar al disco: la base muere con la prueba.
_RAPIDO = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100", "shared_buffers=32MB")


class ServidorPostgreSQL:
    """Un servidor, mientras dure el `with`. `preparar(url)` deja lista la plantilla la primera vez."""

    def __init__(self, preparar: Callable[[str], None]) -> None:
        self._preparar = preparar
        self._numeros = count(1)

    def __enter__(self) -> Self:
        self._binarios = _buscar_binarios()
        self._usuario = _usuario_sin_privilegios()
        self._carpeta = Path(tempfile.mkdtemp(prefix="pregonero-pg-"))
        self._datos = self._carpeta / "datos"
        self._datos.mkdir(mode=0o700)
        if self._usuario:
            for carpeta in (self._carpeta, self._datos):
                os.chown(carpeta, self._usuario["user"], self._usuario["group"])
        iniciar = ["initdb", "-D", str(self._datos), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        self._ejecutar(*iniciar, "--no-instructions")
        with socket.socket() as enchufe:
            enchufe.bind(("127.0.0.1", 0))
            self.puerto = int(enchufe.getsockname()[1])
        self.encender()
        self._sql(f"CREATE DATABASE {_PLANTILLA}")
        self._preparar(self._url(_PLANTILLA))
        return self

    def __exit__(self, *_: object) -> None:
        self.apagar()
        shutil.rmtree(self._carpeta, ignore_errors=True)

    @contextlib.contextmanager
    def base(self) -> Iterator[str]:
        """La URL de una base nueva con las tablas puestas; al salir se borra, aunque quede alguien conectado."""
        nombre = f"prueba_{next(self._numeros)}"
        self._sql(f"CREATE DATABASE {nombre} TEMPLATE {_PLANTILLA} STRATEGY FILE_COPY")
        try:
            yield self._url(nombre)
        finally:
            self._sql(f"DROP DATABASE {nombre} WITH (FORCE)")

    @contextlib.contextmanager
    def base_vacia(self) -> Iterator[str]:
        """Como `base`, pero sin una sola tabla."""
        nombre = f"prueba_{next(self._numeros)}"
        self._sql(f"CREATE DATABASE {nombre}")
        try:
            yield self._url(nombre)
        finally:
            self._sql(f"DROP DATABASE {nombre} WITH (FORCE)")

    def encender(self) -> None:
        ajustes = ["listen_addresses=127.0.0.1", f"port={self.puerto}", f"unix_socket_directories={self._carpeta}"]
        orden = [str(self._binarios / "postgres"), "-D", str(self._datos)]
        for ajuste in (*ajustes, *_RAPIDO):
            orden += ["-c", ajuste]
        with (self._carpeta / "salida.log").open("ab") as salida:
            self._proceso = subprocess.Popen(
                orden, cwd=self._carpeta, stdin=subprocess.DEVNULL, stdout=salida, stderr=salida, **self._usuario
            )
        limite = time.monotonic() + _ARRANQUE_S
        while time.monotonic() < limite:
            with contextlib.suppress(psycopg.OperationalError):
                self._sql("SELECT 1")
                return
            if self._proceso.poll() is not None:
                break
            time.sleep(0.02)
        registro = (self._carpeta / "salida.log").read_text(errors="replace")
        raise RuntimeError(f"PostgreSQL no arrancó: {registro[-1500:]}")

    def apagar(self) -> None:
        """En seco para los clientes (como un corte de la red), con orden para los datos."""
        self._proceso.send_signal(signal.SIGINT)
        try:
            self._proceso.wait(15)
        except subprocess.TimeoutExpired:
            self._proceso.send_signal(signal.SIGQUIT)
            self._proceso.wait()

    def _url(self, nombre: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.puerto}/{nombre}"

    def _sql(self, orden: str) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True, connect_timeout=5) as conexion:
            conexion.execute(orden.encode())

    def _ejecutar(self, programa: str, *argumentos: str) -> None:
        subprocess.run(
            [str(self._binarios / programa), *argumentos],
            cwd=self._carpeta,
            check=True,
            capture_output=True,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            **self._usuario,
        )


def _buscar_binarios() -> Path:
    instalados = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda r: int(r.parts[-3]))
    if instalados:
        return instalados[-1].parent
    en_ruta = shutil.which("initdb")
    if en_ruta is None:
        raise NoDisponible("no está instalado (apt-get install postgresql)")
    return Path(en_ruta).resolve().parent


def _usuario_sin_privilegios() -> dict[str, Any]:
    """PostgreSQL se niega a trabajar como root: entonces se usa el usuario que crea su paquete."""
    if os.geteuid() != 0:
        return {}
    try:
        fila = pwd.getpwnam("postgres")
    except KeyError:
        raise NoDisponible("hace falta el usuario «postgres» para no usarlo como root") from None
    return {"user": fila.pw_uid, "group": fila.pw_gid, "extra_groups": []}
