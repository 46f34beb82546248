"""El calendario con 5 000 publicaciones al mes en tres perfiles, y lo que tardaría leyéndolo todo como objetos.

python -m bench.calendario CARPETA [--veces 40]

Meta: percentil 95 por debajo de 100 ms y menos de 60 KB comprimida, en cualquier vista. CARPETA: la de
`bench.panel.lleno`; si no está llena, se llena (basta con pocos mensajes oídos).
"""

import http.client
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.cuentas import percentil
from bench.panel.lleno import abrir
from bench.panel.paginas import META_KB, META_MS, panel_en_marcha, pedir
from modelos.consultas import agenda
from motor.arranque import abrir_oficina

VISTAS = (
    "/calendario?vista=mes",
    "/calendario?vista=semana",
    "/calendario?vista=lista",
    "/calendario?vista=mes&perfil=1",
    "/calendario?vista=mes&campana=Campa%C3%B1a+3",
    "/calendario?vista=mes&etiqueta=tema-5&estado=publicadas",
    "/calendario?vista=lista&pagina=40",
)


def medir(valores: dict[str, str], cookie: str, *, veces: int) -> dict[str, tuple[list[float], int]]:
    """Por vista, los milisegundos de cada vez y los bytes que viajan."""
    medidas = {}
    with panel_en_marcha(valores) as (puerto, _):
        conexion = http.client.HTTPConnection("127.0.0.1", puerto, timeout=60)
        for camino in VISTAS:
            pedir(conexion, camino, cookie)
            tiempos, bytes_ = [], 0
            for _ in range(veces):
                comienzo = time.perf_counter()
                estado, bytes_ = pedir(conexion, camino, cookie)
                tiempos.append((time.perf_counter() - comienzo) * 1000)
                if estado != 200:
                    raise typer.Exit(2)
            medidas[camino] = (tiempos, bytes_)
    return medidas


def ingenua(valores: dict[str, str], *, veces: int) -> list[float]:
    """Leer el mes entero como objetos, sin pintarlo: lo que haría un calendario escrito sin pensar en muchas."""
    entorno = abrir_oficina(valores).entorno
    principio = entorno.reloj.ahora().replace(day=1, hour=0, minute=0)
    tiempos = []
    for _ in range(veces):
        comienzo = time.perf_counter()
        with entorno.base.leer() as sesion:
            agenda(sesion, desde=principio - timedelta(days=6), hasta=principio + timedelta(days=36), limite=1_000_000)
        tiempos.append((time.perf_counter() - comienzo) * 1000)
    return tiempos


def principal(
    carpeta: Annotated[Path, typer.Argument(help="La de la oficina llena.")],
    veces: Annotated[int, typer.Option(help="Veces que se pide cada vista.")] = 40,
) -> None:
    lleno = abrir(carpeta, mensajes=1000)
    medidas = medir(lleno.valores, lleno.cookie, veces=veces)
    sin_pensar = percentil(ingenua(lleno.valores, veces=5), 0.5)
    cuadro = Table(
        "Vista", "Mediana", f"p95 (meta {META_MS:.0f} ms)", f"Peso (meta {META_KB:.0f} KB)", "Ingenua / ésta"
    )
    for camino, (tiempos, bytes_) in medidas.items():
        mediana, p95 = percentil(tiempos, 0.5), percentil(tiempos, 0.95)
        cuadro.add_row(
            camino, f"{mediana:.1f} ms", f"{p95:.1f} ms", f"{bytes_ / 1000:.1f} KB", f"{sin_pensar / mediana:.1f} ×"
        )
    Console().print(cuadro, f"Sólo leer el mes como objetos: {sin_pensar:.0f} ms (mediana de 5).")
    if any(percentil(t, 0.95) > META_MS or b > META_KB * 1000 for t, b in medidas.values()):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(principal)
