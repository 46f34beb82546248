"""Lo que tarda y lo que pesa cada página con la oficina llena (`bench.panel.lleno`), pedida por HTTP a otro proceso.

python -m bench.panel.paginas CARPETA [--veces 40] [--json]

Meta: percentil 95 por debajo de 100 ms con dos núcleos, y menos de 60 KB comprimida.
"""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.cuentas import percentil
from bench.panel.lleno import abrir

META_MS = 100.0
META_KB = 60.0
PAGINAS = (
    "/",
    "/calendario?vista=mes",
    "/calendario?vista=semana",
    "/calendario?vista=lista",
    "/publicacion/100",
    "/componer",
    "/borradores",
    "/aprobaciones",
    "/acervo",
    "/acervo?q=reforestacion",
    "/hemeroteca",
    "/hemeroteca?q=reforestacion",
    "/perfiles",
    "/perfiles/1",
    "/monitores",
    "/monitores/1",
    "/alertas",
    "/horarios",
    "/horarios/1",
    "/flujos",
    "/usuarios",
    "/bitacora",
    "/cuenta",
)


@dataclass(frozen=True, slots=True)
class Medida:
    """Milisegundos del servidor, y kilobytes tal como viajan."""

    pagina: str
    estado: int
    mediana_ms: float
    p95_ms: float
    kb: float


@contextlib.contextmanager
def panel_en_marcha(
    valores: dict[str, str], *, orden: str = "panel"
) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """El panel en su proceso, y en qué puerto atiende. orden: «panel», o «iniciar» con el demonio."""
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        puerto = int(libre.getsockname()[1])
    entorno = {**os.environ, **valores, "PREGONERO_PANEL_PUERTO": str(puerto)}
    proceso = subprocess.Popen([sys.executable, "-m", "motor", orden], env=entorno, stdout=subprocess.DEVNULL)
    try:
        _esperar(puerto)
        yield puerto, proceso
    finally:
        proceso.terminate()
        proceso.wait(20)


def _esperar(puerto: int) -> None:
    limite = time.monotonic() + 60
    while time.monotonic() < limite:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", puerto), 1):
            return
        time.sleep(0.1)
    raise TimeoutError("El panel no atiende.")


def pedir(conexion: http.client.HTTPConnection, camino: str, cookie: str) -> tuple[int, int]:
    """El estado y los bytes que viajaron."""
    conexion.request("GET", camino, headers={"Cookie": f"sesion={cookie}", "Accept-Encoding": "gzip"})
    respuesta = conexion.getresponse()
    return respuesta.status, len(respuesta.read())


def medir(carpeta: Path, veces: int) -> list[Medida]:
    lleno = abrir(carpeta)
    with panel_en_marcha(lleno.valores) as (puerto, _):
        conexion = http.client.HTTPConnection("127.0.0.1", puerto, timeout=60)
        return [_medida(conexion, camino, lleno.cookie, veces=veces) for camino in PAGINAS]


def _medida(conexion: http.client.HTTPConnection, camino: str, cookie: str, *, veces: int) -> Medida:
    pedir(conexion, camino, cookie)  # la primera calienta plantillas y páginas de la base
    tiempos = []
    estado, bytes_ = 0, 0
    for _ in range(veces):
        comienzo = time.perf_counter()
        estado, bytes_ = pedir(conexion, camino, cookie)
        tiempos.append((time.perf_counter() - comienzo) * 1000)
    return Medida(camino, estado, percentil(tiempos, 0.5), percentil(tiempos, 0.95), bytes_ / 1000)


def principal(
    carpeta: Annotated[Path, typer.Argument(help="La de la oficina llena.")],
    veces: Annotated[int, typer.Option(help="Veces que se pide cada página.")] = 40,
    en_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    medidas = medir(carpeta, veces)
    if en_json:
        print(json.dumps([asdict(m) for m in medidas], indent=1))
    else:
        _ensenar(medidas)
    if any(m.estado != 200 or m.p95_ms > META_MS or m.kb > META_KB for m in medidas):
        raise typer.Exit(1)


def _ensenar(medidas: list[Medida]) -> None:
    tabla = Table("Página", "Estado", "Mediana", f"p95 (meta {META_MS:.0f} ms)", f"Peso (meta {META_KB:.0f} KB)")
    for m in medidas:
        mal = "[red]" if m.p95_ms > META_MS else ""
        tabla.add_row(m.pagina, str(m.estado), f"{m.mediana_ms:.1f} ms", f"{mal}{m.p95_ms:.1f} ms", f"{m.kb:.1f} KB")
    Console().print(tabla)


if __name__ == "__main__":
    typer.run(principal)
