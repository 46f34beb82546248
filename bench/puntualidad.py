"""Puntualidad y peso: cuánto tarda en salir lo que toca, cuánto ocupa el demonio y cuánto cuesta reclamar.

python -m bench.puntualidad [rafaga] [una] [peso] [intencion] [--json]     (sin nombres: todo)
"""

import json
import logging
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from apscheduler.schedulers.background import BackgroundScheduler
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlmodel import col

from bench.cuentas import percentil
from bench.escenario import variables
from bench.redes import SimuladorAparte
from bench.volumen import sembrar_entregas, sembrar_mediciones
from conectores.memoria.conector import RedEnMemoria, red_en_memoria
from config.ajustes import Ajustes, cargar
from modelos import Entrega, Intento, Perfil
from motor.arranque import abrir_entorno
from motor.avisos.correo import Cartero
from motor.demonio import Demonio
from motor.entorno import Entorno
from motor.entrada.recorrido import Recorrido
from motor.publicacion.envio import Trabajo
from motor.publicacion.escribania import Escribania
from motor.publicacion.reclamo import reclamar

RAFAGA = 1000
DEMORA_S = 0.05
META = 1.3
"""Lo más que puede tardar el percentil 99 de una ráfaga, en veces lo ideal (trabajo entre hilos)."""


@dataclass(frozen=True, slots=True)
class Fila:
    """Una medida: qué, cuánto, y lo que se pide (None: sólo se informa)."""

    que: str
    cuanto: float
    unidad: str
    meta: float | None = None
    nota: str = ""

    @property
    def bien(self) -> bool:
        return self.meta is None or self.cuanto <= self.meta


@contextmanager
def demonio_en_marcha(valores: dict[str, str]) -> Iterator[Entorno]:
    """El demonio de verdad en un hilo, sin carpeta de entrada que recorrer."""
    entorno = abrir_entorno(cargar(valores, archivo=Path("/dev/null")))
    demonio = Demonio(
        entorno,
        Cartero(entorno.base, entorno.reloj, None),
        Recorrido(entorno),
        recorrido_s=3600,
        solos=True,
    )
    hilo = threading.Thread(target=demonio.correr)
    hilo.start()
    try:
        yield entorno
    finally:
        demonio.parar()
        hilo.join()
        entorno.base.cerrar()


def sembrar(
    valores: dict[str, str], red: str, instantes: list[datetime], *, opciones: dict[str, str] | None = None
) -> None:
    """Un perfil y una entrega por instante."""
    entorno = abrir_entorno(cargar(valores, archivo=Path("/dev/null")))
    ahora = datetime.now(UTC)
    with entorno.base.escribir() as sesion:
        for n in range(len(instantes)):
            sesion.add(
                Perfil(
                    nombre=f"{red}-{n}",
                    red=red,
                    id_externo=str(1_000 + n),
                    opciones=opciones or {},
                    creado_en=ahora,
                    revisado_en=ahora,
                )
            )
    sembrar_entregas(entorno.base, instantes, ahora=ahora)
    entorno.base.cerrar()


def _en_el_futuro(cuantas: int, dentro_de_s: float) -> list[datetime]:
    return [datetime.now(UTC) + timedelta(seconds=dentro_de_s)] * cuantas


def _esperar(hecho: Callable[[], bool], limite_s: float) -> None:
    limite = time.monotonic() + limite_s
    while not hecho() and time.monotonic() < limite:
        time.sleep(0.05)


def _retrasos(red: RedEnMemoria, hora: datetime) -> list[float]:
    return [(v.aceptada_en - hora).total_seconds() for v in red.vistas]


# ── la ráfaga ────────────────────────────────────────────────────────────────────────────────────────────────────


def rafaga(carpeta: Path) -> Iterator[Fila]:
    """Mil entregas de mil perfiles a la misma hora, con una red que tarda 50 ms."""
    hilos = int(Ajustes.model_fields["hilos"].default)
    ideal_s = RAFAGA * DEMORA_S / hilos
    yield Fila(f"ideal: {RAFAGA} × 50 ms ÷ {hilos} hilos", ideal_s, "s")
    yield from _rafaga_en_memoria(carpeta / "memoria", ideal_s)
    yield from _rafaga_por_http(carpeta / "http")
    yield from _rafaga_de_apscheduler()


def _rafaga_en_memoria(carpeta: Path, ideal_s: float) -> Iterator[Fila]:
    valores = variables({}, carpeta=carpeta, base=f"sqlite:///{carpeta / 'p.db'}", urls={})
    red = red_en_memoria(f"rafaga-{carpeta}")
    red.demora_s = DEMORA_S
    instantes = _en_el_futuro(RAFAGA, 5)
    sembrar(valores, "memoria", instantes, opciones={"red": f"rafaga-{carpeta}"})
    with demonio_en_marcha(valores):
        _esperar(lambda: len(red.vistas) >= RAFAGA, 40)
    yield from _de_rafaga("protocolo", _retrasos(red, instantes[0]), meta=META * ideal_s)


def _rafaga_por_http(carpeta: Path) -> Iterator[Fila]:
    with SimuladorAparte(semilla=1) as simulador:
        simulador.ajustar(latencia_s=DEMORA_S)
        urls = {"x": f"{simulador.url}/x"}
        valores = variables({}, carpeta=carpeta, base=f"sqlite:///{carpeta / 'p.db'}", urls=urls)
        instantes = _en_el_futuro(RAFAGA, 8)
        valores |= {f"PREGONERO_X_ACCESS_TOKEN__X_{n}": f"{1_000 + n}-t" for n in range(RAFAGA)}
        sembrar(valores, "x", instantes)

        def publicadas() -> list[dict[str, Any]]:
            lista: list[dict[str, Any]] = simulador.pedir("GET", "publicadas")["publicadas"]
            return lista

        with demonio_en_marcha(valores) as entorno:
            _esperar(lambda: _intentos(entorno) >= RAFAGA, 60)
            time.sleep(0.5)
        retrasos = [(datetime.fromisoformat(p["instante"]) - instantes[0]).total_seconds() for p in publicadas()]
    yield from _de_rafaga("protocolo, por HTTP (X imitada)", retrasos, meta=None)


def _intentos(entorno: Entorno) -> int:
    with entorno.base.leer() as sesion:
        return int(sesion.scalar(select(func.count(col(Intento.id))).where(col(Intento.desenlace).is_not(None))) or 0)


def _rafaga_de_apscheduler() -> Iterator[Fila]:
    """Un trabajo por publicación, con los valores que trae: diez hilos y un segundo de gracia."""
    hora, salidas = _en_el_futuro(1, 3)[0], list[float]()

    def publicar() -> None:
        time.sleep(DEMORA_S)
        salidas.append((datetime.now(UTC) - hora).total_seconds())

    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    metronomo = BackgroundScheduler(timezone=UTC)
    metronomo.start()
    for _ in range(RAFAGA):
        metronomo.add_job(publicar, "date", run_date=hora)
    _esperar(lambda: not metronomo.get_jobs(), 20)
    metronomo.shutdown(wait=True)
    yield Fila("APScheduler, un trabajo por publicación: TIRADAS", RAFAGA - len(salidas), "de 1000")
    yield Fila("APScheduler: la última que salió", max(salidas, default=0), "s")


def _de_rafaga(quien: str, retrasos: list[float], *, meta: float | None) -> Iterator[Fila]:
    yield Fila(f"{quien}: salieron", len(retrasos), f"de {RAFAGA}")
    yield Fila(f"{quien}: p50", percentil(retrasos, 0.5), "s")
    yield Fila(f"{quien}: p99", percentil(retrasos, 0.99), "s", meta)
    yield Fila(f"{quien}: última", percentil(retrasos, 1), "s")


# ── una sola ─────────────────────────────────────────────────────────────────────────────────────────────────────


def una(carpeta: Path) -> Iterator[Fila]:
    """Entregas solas, a instantes al azar: cuánto después de su hora llega a la red cada una."""
    import random

    azar, cuantas = random.Random(7), 150
    valores = variables({}, carpeta=carpeta, base=f"sqlite:///{carpeta / 'p.db'}", urls={})
    red = red_en_memoria(f"una-{carpeta}")
    comienzo = datetime.now(UTC) + timedelta(seconds=3)
    instantes = [comienzo + timedelta(seconds=azar.uniform(0, 60)) for _ in range(cuantas)]
    sembrar(valores, "memoria", instantes, opciones={"red": f"una-{carpeta}"})
    with demonio_en_marcha(valores):
        _esperar(lambda: len(red.vistas) >= cuantas, 80)
    por_perfil = {f"memoria-{n}": instante for n, instante in enumerate(instantes)}
    retrasos_ms = [(v.aceptada_en - por_perfil[v.perfil]).total_seconds() * 1000 for v in red.vistas]
    yield Fila("una sola: salieron", len(retrasos_ms), f"de {cuantas}")
    yield Fila("una sola, p50", percentil(retrasos_ms, 0.5), "ms")
    yield Fila("una sola, p99", percentil(retrasos_ms, 0.99), "ms", 50)
    yield Fila("una sola, máximo", percentil(retrasos_ms, 1), "ms")


# ── peso y reclamo ───────────────────────────────────────────────────────────────────────────────────────────────


def peso(carpeta: Path) -> Iterator[Fila]:
    """El demonio de verdad, ocioso, con un perfil de cada red; sin nada programado y con 100 000."""
    medidas = []
    for cuantas in (0, 100_000):
        suya = carpeta / str(cuantas)
        base = f"sqlite:///{suya / 'p.db'}"
        urls = dict.fromkeys(("x", "facebook", "instagram", "pinterest", "bluesky"), "http://127.0.0.1:9")
        valores = variables({}, carpeta=suya, base=base, urls=urls)
        entorno = abrir_entorno(cargar(valores, archivo=Path("/dev/null")))
        ahora = datetime.now(UTC)
        with entorno.base.escribir() as sesion:
            for n in range(1000):
                red = list(urls)[n] if n < len(urls) else "memoria"
                sesion.add(Perfil(nombre=f"p-{n}", red=red, id_externo=str(n), creado_en=ahora, revisado_en=ahora))
        futuro = ahora + timedelta(days=30)
        sembrar_entregas(
            entorno.base, [futuro + timedelta(seconds=3 * n) for n in range(cuantas)], ahora=ahora, perfiles=1000
        )
        entorno.base.cerrar()
        medidas.append(_rss_mb(valores))
        if cuantas:
            yield from _reclamo(valores)
    yield Fila("demonio ocioso", medidas[0], "MB", 150)
    yield Fila("100 000 programadas añaden", medidas[1] - medidas[0], "MB", 10)


def _rss_mb(valores: dict[str, str]) -> float:
    """Mediana de lo residente entre los segundos 6 y 10."""
    proceso = subprocess.Popen(
        [sys.executable, "-m", "motor", "iniciar"], env={"PATH": "/usr/bin:/bin", **valores}, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(6)
        medidas = []
        for _ in range(20):
            medidas.append(psutil.Process(proceso.pid).memory_info().rss / 1e6)
            time.sleep(0.2)
        return statistics.median(medidas)
    finally:
        proceso.terminate()
        proceso.wait(15)


def _reclamo(valores: dict[str, str]) -> Iterator[Fila]:
    """Reclamar 100 de 1000 que tocan, entre 100 000 programadas."""
    entorno = abrir_entorno(cargar(valores, archivo=Path("/dev/null")))
    with entorno.base.leer() as sesion:
        despues_de_mil = sesion.scalars(
            select(col(Entrega.despertar_en)).order_by(col(Entrega.despertar_en)).offset(1000).limit(1)
        ).one()
    duraciones_ms = []
    for n in range(11):
        antes = time.perf_counter()
        tomadas = reclamar(entorno.base, ahora=despues_de_mil, reglas=entorno.reglas, trabajador="banco", limite=100)
        if n:  # la primera compila las consultas
            duraciones_ms.append((time.perf_counter() - antes) * 1000)
        assert len(tomadas) == 100 or n == 10, len(tomadas)
    entorno.base.cerrar()
    yield Fila("reclamar 100 entre 100 000, p50", percentil(duraciones_ms, 0.5), "ms", 20)
    yield Fila("reclamar 100 entre 100 000, máximo", max(duraciones_ms), "ms")


# ── la intención mientras se guarda lo demás ─────────────────────────────────────────────────────────────────────


def intencion(carpeta: Path) -> Iterator[Fila]:
    """Confirmar una intención mientras otro hilo guarda mediciones sin descanso, en tandas."""
    for tanda in (200, 1000):
        suya = carpeta / str(tanda)
        valores = variables({"SEPARACION_S": "0"}, carpeta=suya, base=f"sqlite:///{suya / 'p.db'}", urls={})
        sembrar(valores, "memoria", _en_el_futuro(400, -1))
        entorno = abrir_entorno(cargar(valores, archivo=Path("/dev/null")))
        fin, guardadas = threading.Event(), 0

        def guardar(entorno: Entorno = entorno, fin: threading.Event = fin, tanda: int = tanda) -> None:
            nonlocal guardadas
            while not fin.is_set():
                sembrar_mediciones(entorno.base, cuantas=tanda, tanda=tanda, entregas=400, semilla=guardadas)
                guardadas += tanda

        hilo = threading.Thread(target=guardar, daemon=True)
        hilo.start()
        inicio = time.perf_counter()
        duraciones_ms = _intenciones(entorno)
        fin.set()
        hilo.join()
        ritmo = guardadas / (time.perf_counter() - inicio)
        entorno.base.cerrar()
        nota = f"{ritmo / 1000:.0f} mil mediciones/s"
        yield Fila(f"intención con tandas de {tanda}, p50", percentil(duraciones_ms, 0.5), "ms", nota=nota)
        # Quien guarda mucho lo hace en tandas de 200: mil filas tienen la base tomada cinco veces más.
        meta = 50 if tanda == 200 else None
        yield Fila(f"intención con tandas de {tanda}, p99", percentil(duraciones_ms, 0.99), "ms", meta)
        yield Fila(f"intención con tandas de {tanda}, máximo", max(duraciones_ms), "ms")


def _intenciones(entorno: Entorno) -> list[float]:
    escribania, duraciones_ms = Escribania(entorno), []
    while tanda := reclamar(
        entorno.base, ahora=entorno.reloj.ahora(), reglas=entorno.reglas, trabajador=entorno.trabajador, limite=50
    ):
        for reclamo in tanda:
            with entorno.base.leer() as sesion:
                entrega = sesion.get_one(Entrega, reclamo.entrega_id)
                trabajo = Trabajo(reclamo, entrega, sesion.get_one(Perfil, entrega.perfil_id), dudoso=False)
            time.sleep(0.005)
            antes = time.perf_counter()
            assert escribania.intentar(trabajo, preparada={})
            duraciones_ms.append((time.perf_counter() - antes) * 1000)
    return duraciones_ms


# ── decirlo ──────────────────────────────────────────────────────────────────────────────────────────────────────

PARTES: dict[str, Callable[[Path], Iterator[Fila]]] = {
    "rafaga": rafaga,
    "una": una,
    "peso": peso,
    "intencion": intencion,
}


def principal(
    partes: Annotated[list[str] | None, typer.Argument(help=f"Qué medir: {', '.join(PARTES)}.")] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON.")] = False,
) -> None:
    """Medir la puntualidad y el peso. Código 1 si algo no llega a su meta."""
    tabla = Table("Medida", "Valor", "Meta", "", title="Puntualidad y peso", title_justify="left")
    filas: list[Fila] = []
    with tempfile.TemporaryDirectory(prefix="pregonero-puntualidad-") as temporal:
        for parte in partes or PARTES:
            carpeta = Path(temporal) / parte
            carpeta.mkdir()
            filas += PARTES[parte](carpeta)
    for fila in filas:
        meta = f"≤ {fila.meta:.3g} {fila.unidad}" if fila.meta is not None else ""
        estilo = "" if fila.meta is None else "green" if fila.bien else "bold red"
        tabla.add_row(fila.que, f"{fila.cuanto:.4g} {fila.unidad}", meta, fila.nota, style=estilo)
    if en_json:
        print(json.dumps([{"que": f.que, "cuanto": f.cuanto, "unidad": f.unidad, "meta": f.meta} for f in filas]))
    else:
        (Console() if sys.stdout.isatty() else Console(width=120)).print(tabla)
    if not all(f.bien for f in filas):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(principal)
