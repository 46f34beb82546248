"""Si cincuenta personas en el panel retrasan lo que se publica: las mismas publicaciones, con y sin ellas.

python -m bench.panel.muchos [--personas 50] [--segundos 40]

El retraso es el que va de la hora de cada publicación al instante en que se escribió la intención de mandarla.
"""

import http.client
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import psutil
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select, update
from sqlmodel import col

from bench.cuentas import percentil
from bench.panel.lleno import Lleno, abrir
from bench.panel.paginas import PAGINAS, panel_en_marcha, pedir
from conectores.contrato import calcular_huella
from modelos import Base, Entrega, Intento, Perfil, Publicacion

PIENSA_S = (1.0, 3.0)
"""Lo que alguien mira una página antes de pedir otra."""
_MIRADAS = [p for p in PAGINAS if not p.startswith(("/monitores", "/alertas"))]


def sembrar(base: Base, segundos: int) -> datetime:
    """Dos publicaciones por segundo en la red en memoria; devuelve la hora de la primera."""
    ahora = datetime.now(UTC)
    desde = ahora + timedelta(seconds=15)
    with base.escribir() as sesion:
        sesion.execute(update(Perfil).values(pausado_en=ahora, pausado_por="banco"))
        suyos = [
            Perfil(nombre=f"memoria-{ahora:%H%M%S}-{n}", red="memoria", creado_en=ahora, revisado_en=ahora)
            for n in range(2 * segundos)  # cada una en el suyo: nada la retrasa sino el proceso
        ]
        sesion.add_all(suyos)
        sesion.flush()
        for n in range(2 * segundos):
            en = desde + timedelta(seconds=n / 2)
            pub = Publicacion(
                texto=f"Banco {n}", programada_en=en, zona="UTC", origen="banco", creada_en=ahora, actualizada_en=ahora
            )
            sesion.add(pub)
            sesion.flush()
            sesion.add(_entrega(pub, suyos[n], en, ahora))
    return desde


def _entrega(pub: Publicacion, perfil: Perfil, en: datetime, ahora: datetime) -> Entrega:
    return Entrega(
        publicacion_id=pub.id,
        perfil_id=perfil.id,
        texto=pub.texto,
        clave=f"banco-{pub.id}",
        huella=calcular_huella(pub.texto, 0),
        no_antes_de=en,
        despertar_en=en,
        creada_en=ahora,
    )


def retrasos_ms(base: Base, desde: datetime) -> list[float]:
    orden = (
        select(col(Entrega.no_antes_de), col(Intento.iniciado_en))
        .join(Intento, col(Intento.entrega_id) == col(Entrega.id))
        .where(col(Entrega.no_antes_de) >= desde, col(Entrega.clave).like("banco-%"))
    )
    with base.leer() as sesion:
        return [(salio - hora).total_seconds() * 1000 for hora, salio in sesion.execute(orden)]


@contextmanager
def personas(cuantas: int, puerto: int, cookie: str) -> Iterator[list[float]]:
    """Esas personas mirando páginas al azar; lo que tardó cada una, en milisegundos."""
    fin, tiempos = threading.Event(), []

    def mirar(semilla: int) -> None:
        azar = random.Random(semilla)
        conexion = http.client.HTTPConnection("127.0.0.1", puerto, timeout=30)
        while not fin.wait(azar.uniform(*PIENSA_S)):
            comienzo = time.perf_counter()
            pedir(conexion, azar.choice(_MIRADAS), cookie)
            tiempos.append((time.perf_counter() - comienzo) * 1000)

    hilos = [threading.Thread(target=mirar, args=(n,)) for n in range(cuantas)]
    for hilo in hilos:
        hilo.start()
    try:
        yield tiempos
    finally:
        fin.set()
        for hilo in hilos:
            hilo.join()


def correr(lleno: Lleno, cuantas: int, segundos: int) -> tuple[list[float], list[float], float]:
    """Los retrasos de lo publicado, lo que tardaron las páginas, y los MB del proceso al final."""
    base = Base(lleno.valores["PREGONERO_BASE"])
    with panel_en_marcha(lleno.valores, orden="iniciar") as (puerto, proceso):
        desde = sembrar(base, segundos)
        with personas(cuantas, puerto, lleno.cookie) as tiempos:
            time.sleep(15 + segundos + 3)
        peso = psutil.Process(proceso.pid).memory_full_info().pss / 1e6
        retrasos = retrasos_ms(base, desde)
    base.cerrar()
    return retrasos, tiempos, peso


def principal(
    cuantas: Annotated[int, typer.Option("--personas")] = 50,
    segundos: Annotated[int, typer.Option()] = 40,
) -> None:
    tabla = Table("", "Publicadas", "Retraso p50", "p99", "peor", "Páginas", "p50", "p95", "Memoria")
    with tempfile.TemporaryDirectory(prefix="pregonero-muchos-") as carpeta:
        lleno = abrir(Path(carpeta) / "oficina", mensajes=20_000)
        for nombre, n in (("sin nadie", 0), (f"{cuantas} personas", cuantas)):
            retrasos, tiempos, peso = correr(lleno, n, segundos)
            tabla.add_row(
                nombre,
                str(len(retrasos)),
                *(f"{v:.0f} ms" for v in (percentil(retrasos, 0.5), percentil(retrasos, 0.99), max(retrasos))),
                str(len(tiempos)),
                *(f"{percentil(tiempos, p):.0f} ms" if tiempos else "—" for p in (0.5, 0.95)),
                f"{peso:.0f} MB",
            )
    Console(width=120).print(tabla)


if __name__ == "__main__":
    typer.run(principal)
