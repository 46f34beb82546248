"""Lo que tardan las páginas de lo que se oye con un millón de mensajes guardados, y probar un monitor en ellos.

python -m bench.panel_escucha CARPETA [--veces 20]

CARPETA es la de `python -m bench.panel.lleno`. Se pide por dentro, sin red: es el tiempo del servidor.
"""

import re
import statistics
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import select
from starlette.testclient import TestClient

from bench.panel.lleno import abrir
from modelos import Historia, Perfil
from modelos.escucha import Pico
from motor.arranque import abrir_oficina
from panel.aplicacion import crear
from panel.peticion import COOKIE

FICHA = re.compile(r'name="csrf" content="([^"]+)"')
MONITOR = {"nombre": "Agua", "alguna": "no hay agua\nfuga de agua", "ninguna": "jamaica", "flexion": "1"}


def principal(
    carpeta: Annotated[Path, typer.Argument(help="La de la oficina llena.")],
    veces: Annotated[int, typer.Option(help="Veces que se pide cada página.")] = 20,
) -> None:
    lleno = abrir(carpeta)
    oficina = abrir_oficina(lleno.valores)
    ahora = oficina.entorno.reloj.ahora()
    with oficina.entorno.base.escribir() as sesion:
        perfil = sesion.exec(select(Perfil.id)).first()
        historia = sesion.exec(select(Historia).where(Historia.clave == "monitor:1")).first()
        if historia is None:
            historia = Historia(
                clase="pico", clave="monitor:1", asunto="Sube", monitores="1", abierta_en=ahora, ultima_en=ahora
            )
            sesion.add(historia)
    with oficina.escucha.base.leer() as sesion:
        sesion.exec(select(Pico).limit(1)).first()
    cliente = TestClient(crear(oficina), base_url="http://127.0.0.1")
    cliente.cookies.set(COOKIE, lleno.cookie)
    hallada = FICHA.search(cliente.get("/mas").text)
    assert hallada is not None
    cabeceras = {"x-csrf-token": hallada[1]}
    caminos = ["/monitores", "/monitores/1", "/monitores/1?ver=dias", "/monitores/1?ensayo=1", "/monitores/nuevo"]
    caminos += ["/alertas", f"/alertas/{historia.id}", "/horarios", f"/horarios/{perfil}"]
    print(f"{'página':32} {'mediana':>9} {'p95':>9} {'KB':>6}")
    for camino in caminos:
        _medir(camino, lambda c=camino: cliente.get(c), veces)
    probar = {**MONITOR, "accion": "probar"}
    _medir("probar un monitor", lambda: cliente.post("/monitores/nuevo", data=probar, headers=cabeceras), 5)


def _medir(nombre: str, pedir: Callable[[], object], veces: int) -> None:
    respuesta = pedir()
    assert respuesta.status_code == 200, (nombre, respuesta.status_code)  # type: ignore[attr-defined]
    tiempos = []
    for _ in range(veces):
        comienzo = time.perf_counter()
        pedir()
        tiempos.append((time.perf_counter() - comienzo) * 1000)
    peso = len(zlib.compress(respuesta.content)) / 1024  # type: ignore[attr-defined]
    p95 = sorted(tiempos)[max(round(0.95 * len(tiempos)) - 1, 0)]
    print(f"{nombre:32} {statistics.median(tiempos):7.0f}ms {p95:7.0f}ms {peso:6.1f}")


if __name__ == "__main__":
    typer.run(principal)
