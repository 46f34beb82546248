"""La otra mitad bajo carga: cuánto retrasa oír a publicar, cuánto cuesta mirar a mil monitores, y qué queda tras matar
al demonio mientras oye, nota y avisa.

python -m bench.escucha [puntualidad] [deteccion] [caos] [--muertes 30] [--semilla 1] [--base sqlite|postgresql]
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, insert, select, update
from sqlmodel import col

from bench.caos_al_oir import Pueblo, matar
from bench.cuentas import percentil
from bench.redes import SimuladorAparte
from modelos import Entrega, Intento, Monitor, Perfil
from modelos.escucha import Conteo, Fuente, Mensaje
from motor.arranque import Oficina, abrir_oficina
from motor.demo.voces import COSAS, INUNDADAS
from motor.escucha.almacen.contar import Suma, inicio_de, sumar
from motor.escucha.deteccion import Deteccion
from motor.publicacion.alta import registrar
from motor.publicacion.propuesta import Propuesta
from tests.servidores.postgresql import ServidorPostgreSQL

PAGINA = "100200300400500"
VOCES, SEGUNDOS, MONITORES, DIAS = 20_000, 60, 1000, 30
MAS = 1.5
"""Lo más que puede crecer el percentil 99 de lo que tarda en empezar a salir lo que toca, por estar oyendo."""

Fila = tuple[str, str, bool]
"""Qué, cuánto, y si está bien."""


# ── Puntualidad ──────────────────────────────────────────────────────────────────────────────────────────────────


def puntualidad(carpeta: Path, azar: random.Random) -> Iterator[Fila]:
    """Una publicación por segundo, sin oír nada y mientras se oyen veinte mil mensajes."""
    with SimuladorAparte(semilla=1) as sim:
        _hacer_hablar(sim, azar)
        medidas = {}
        for nombre, oye in (("sin oír", False), ("oyendo", True)):
            medidas[nombre], oidos, ocupado = _una_por_segundo(carpeta / nombre, sim, oye=oye)
            suyas = medidas[nombre]
            yield f"{nombre}: salieron", f"{len(suyas)} de {SEGUNDOS}", len(suyas) == SEGUNDOS
            for p in (0.5, 0.99, 1.0):
                yield f"{nombre}: p{round(100 * p)}", f"{percentil(suyas, p):.1f} ms", True
            yield f"{nombre}: oídos entre tanto", f"{oidos}, {ocupado:.0f} % de un procesador", oye == bool(oidos)
    razon = percentil(medidas["oyendo"], 0.99) / percentil(medidas["sin oír"], 0.99)
    yield "p99 oyendo ÷ sin oír", f"{razon:.2f}", razon <= MAS


def _hacer_hablar(sim: SimuladorAparte, azar: random.Random) -> None:
    ahora = datetime.now(UTC)
    for tanda in range(VOCES // 2000):
        sim.pedir(
            "POST",
            "voces",
            [
                {
                    "red": "facebook",
                    "perfil": PAGINA,
                    "clase": "mencion",
                    "texto": f"{azar.choice(COSAS + INUNDADAS)} ({tanda}-{n})",
                    "instante": (ahora - timedelta(seconds=azar.uniform(0, 14 * 86_400))).isoformat(),
                    "autor_id": str(azar.randrange(10**6)),
                    "autor_nombre": "Vecina",
                }
                for n in range(2000)
            ],
        )


def _una_por_segundo(carpeta: Path, sim: SimuladorAparte, *, oye: bool) -> tuple[list[float], int, float]:
    """Los retrasos (ms) hasta que se escribe la intención de mandar, cuántos se oyeron, y el procesador que se usó."""
    variables = _variables(carpeta, f"sqlite:///{carpeta}/p.db") | {
        "PREGONERO_ESCUCHAR": "si" if oye else "no",
        "PREGONERO_PANEL_PUERTO": "0",
        "PREGONERO_FACEBOOK_URL": f"{sim.url}/facebook",
        "PREGONERO_FACEBOOK_TOKEN": "token-facebook",
        "PREGONERO_SEPARACION_S": "0",
    }
    oficina, ahora = abrir_oficina(variables), datetime.now(UTC)
    comienzo = ahora + timedelta(seconds=5)
    instantes = {f"Aviso {n}": comienzo + timedelta(seconds=n + (n * 0.37) % 1) for n in range(SEGUNDOS)}
    with oficina.entorno.base.escribir() as sesion:
        sesion.add(Perfil(nombre="fb", red="facebook", id_externo=PAGINA, creado_en=ahora, revisado_en=ahora))
        sesion.add(Perfil(nombre="memoria", red="memoria", creado_en=ahora, revisado_en=ahora))
        sesion.flush()
        for texto, cuando in instantes.items():
            cual = Propuesta(texto=texto, perfiles=("memoria",), programada_en=cuando, zona="America/Mexico_City")
            registrar(sesion, oficina.entorno, cual, ahora=ahora)
    with _demonio(variables, carpeta) as proceso:
        antes, mirado = 0.0, psutil.Process(proceso.pid)
        while datetime.now(UTC) < comienzo + timedelta(seconds=SEGUNDOS + 3):
            time.sleep(0.5)
            antes = sum(mirado.cpu_times()[:2])
    with oficina.entorno.base.leer() as sesion:
        filas = sesion.execute(
            select(col(Entrega.texto), col(Intento.iniciado_en)).join(
                Intento, col(Intento.entrega_id) == col(Entrega.id)
            )
        ).all()
    with oficina.escucha.base.leer() as sesion:
        oidos = sesion.scalar(select(func.count()).select_from(Mensaje)) or 0
    _cerrar(oficina)
    return [(i - instantes[t]).total_seconds() * 1000 for t, i in filas], oidos, 100 * antes / (SEGUNDOS + 8)


def _variables(carpeta: Path, base: str) -> dict[str, str]:
    (carpeta / "config").mkdir(parents=True, exist_ok=True)
    monitores = "".join(
        f'[m{n}]\nnombre = "Monitor {n}"\nalguna = ["{palabra}"]\nflexion = true\n'
        for n, palabra in enumerate(("inundación", "bache", "agua", "luz", "basura", "predial", "mercado", "semáforo"))
    )
    (carpeta / "config" / "monitores.toml").write_text(monitores, encoding="utf-8")
    valores = {
        "BASE": base,
        "PANEL_PUERTO": "0",
        "BUZON": str(carpeta / "buzon"),
        "ACERVO": str(carpeta / "acervo"),
        "ARCHIVOS": str(carpeta / "config"),
        "RESUMEN_DIARIO": "no",
    }
    return {f"PREGONERO_{c}": v for c, v in valores.items()}


@contextmanager
def _demonio(variables: dict[str, str], carpeta: Path) -> Iterator["subprocess.Popen[bytes]"]:
    limpio = {k: v for k, v in os.environ.items() if not k.startswith("PREGONERO_")}
    with (carpeta / "bitacora.log").open("ab") as bitacora:
        proceso = subprocess.Popen(
            [sys.executable, "-m", "motor", "iniciar"], env={**limpio, **variables}, stdout=bitacora, stderr=bitacora
        )
        try:
            yield proceso
        finally:
            proceso.terminate()
            proceso.wait(20)


# ── Mil monitores ────────────────────────────────────────────────────────────────────────────────────────────────


class _Reloj:
    def __init__(self, ahora: datetime) -> None:
        self._ahora = ahora

    def ahora(self) -> datetime:
        return self._ahora

    def desde_el_arranque(self) -> float:
        return self._ahora.timestamp()

    def avanzar(self, cuanto: timedelta) -> None:
        self._ahora += cuanto


def deteccion(carpeta: Path, azar: random.Random) -> Iterator[Fila]:
    """Lo que tarda una mirada a mil monitores con un mes de pasado; toca una cada diez segundos."""
    carpeta.mkdir()
    oficina = abrir_oficina(_variables(carpeta, f"sqlite:///{carpeta}/p.db"))
    reloj = _Reloj(datetime(2026, 11, 22, 15, tzinfo=UTC))
    escucha = replace(oficina.escucha, principal=replace(oficina.entorno, reloj=reloj))
    _sembrar_monitores(oficina, reloj.ahora(), azar)
    suya, antes_mb = Deteccion(escucha), psutil.Process().memory_info().rss / 1e6

    def fila(que: str, tope_s: float) -> Fila:
        antes = time.perf_counter()
        suya.detectar()
        duro = time.perf_counter() - antes
        return f"{MONITORES} monitores: {que}", f"{duro:.3f} s", duro <= tope_s

    yield fila(f"aprender {DIAS} días de una vez", 60)
    yield "memoria que añade", f"{psutil.Process().memory_info().rss / 1e6 - antes_mb:.0f} MB", True
    reloj.avanzar(timedelta(seconds=10))
    yield fila("nada cambió", 0.2)
    reloj.avanzar(timedelta(minutes=5))
    _oir_todo(oficina, reloj.ahora())
    yield fila("pasaron cinco minutos y nada cambió", 0.2)
    _decir_en_todos(oficina, reloj.ahora())
    yield fila("todos cambiaron", 1)
    reloj.avanzar(timedelta(hours=1))
    _oir_todo(oficina, reloj.ahora())
    yield fila("cambió la hora", 3)
    _cerrar(oficina)


def _sembrar_monitores(oficina: Oficina, ahora: datetime, azar: random.Random) -> None:
    desde = ahora - timedelta(days=DIAS)
    nuevos = [
        Monitor(clave=f"m{n}", nombre=f"M {n}", desde=desde, creado_en=desde, origen="banco") for n in range(MONITORES)
    ]
    with oficina.entorno.base.escribir() as sesion:
        sesion.add_all(nuevos)
    with oficina.escucha.base.escribir() as sesion:
        for n in range(12):
            sesion.add(Fuente(clave=f"f{n}", red="memoria", desde=desde, proxima_en=ahora))
        for monitor in nuevos:
            horas = [ahora - timedelta(hours=h) for h in range(1, 24 * DIAS) if azar.random() < 0.6]
            filas = [
                {"monitor_id": monitor.id, "paso_s": 3600, "inicio": h, "cuenta": azar.randint(1, 6)} for h in horas
            ]
            sesion.execute(insert(Conteo), filas)
    _oir_todo(oficina, ahora)


def _oir_todo(oficina: Oficina, ahora: datetime) -> None:
    with oficina.escucha.base.escribir() as sesion:
        hecho = update(Fuente).values(cubierta_hasta=ahora, oida_en=ahora, proxima_en=ahora + timedelta(minutes=5))
        sesion.execute(hecho.execution_options(synchronize_session=False))


def _decir_en_todos(oficina: Oficina, ahora: datetime) -> None:
    with oficina.escucha.base.escribir() as sesion:
        sumar(sesion, Suma({(n, 3600, inicio_de(ahora, 3600)): 2 for n in range(1, MONITORES + 1)}))


def _cerrar(oficina: Oficina) -> None:
    oficina.entorno.base.cerrar()
    oficina.escucha.base.cerrar()


# ── Muertes ──────────────────────────────────────────────────────────────────────────────────────────────────────


def caos(carpeta: Path, azar: random.Random, *, muertes: int, gestor: str) -> Iterator[Fila]:
    """Matar al demonio (en PostgreSQL, a dos) mientras oye, nota y avisa; al final, las cuentas."""
    carpeta.mkdir()
    with ExitStack() as pila:
        base, demonios = f"sqlite:///{carpeta}/pregonero.db", 1
        if gestor == "postgresql":
            servidor = pila.enter_context(ServidorPostgreSQL(lambda _: None))
            base, demonios = pila.enter_context(servidor.base()), 2
        pueblo = pila.enter_context(Pueblo(carpeta, base=base))
        cuentas = matar(pueblo, azar, muertes=muertes, demonios=demonios)
    yield f"{gestor}: muertes", f"{muertes}, con {demonios} a la vez", True
    for que, (cuanto, bien) in cuentas.items():
        yield f"{gestor}: {que}", cuanto, bien


# ── decirlo ──────────────────────────────────────────────────────────────────────────────────────────────────────


def principal(
    partes: Annotated[list[str] | None, typer.Argument(help="Qué: puntualidad, deteccion, caos.")] = None,
    muertes: Annotated[int, typer.Option(help="Cuántas veces matar al demonio.")] = 30,
    semilla: Annotated[int, typer.Option(help="La del azar.")] = 1,
    base: Annotated[str, typer.Option(help="Dónde el caos: sqlite o postgresql.")] = "sqlite",
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON.")] = False,
) -> None:
    """Medir la escucha bajo carga. Código 1 si algo no llega a su meta."""
    hacer: dict[str, Callable[[Path, random.Random], Iterator[Fila]]] = {
        "puntualidad": puntualidad,
        "deteccion": deteccion,
        "caos": lambda carpeta, azar: caos(carpeta, azar, muertes=muertes, gestor=base),
    }
    tabla = Table("Medida", "Valor", title="La escucha bajo carga", title_justify="left")
    filas: list[Fila] = []
    with tempfile.TemporaryDirectory(prefix="pregonero-escucha-") as temporal:
        for parte in partes or hacer:
            filas += hacer[parte](Path(temporal) / parte, random.Random(semilla))
    for que, cuanto, bien in filas:
        tabla.add_row(que, cuanto, style="" if bien else "bold red")
    if en_json:
        hechas: list[dict[str, Any]] = [{"que": q, "cuanto": c, "bien": b} for q, c, b in filas]
        print(json.dumps(hechas, ensure_ascii=False))
    else:
        (Console() if sys.stdout.isatty() else Console(width=120)).print(tabla)
    if not all(bien for _, _, bien in filas):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(principal)
