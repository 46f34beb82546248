"""El banco de caos: matar, congelar, cortar y mentir mientras se publica, y contar lo que quedó a la vista.

python -m bench.caos --muertes 200 --publicaciones 2000 [--base postgresql --trabajadores 3] [--ingenuo] [--proxy]

Sale con 1 si algo se perdió o se repitió. Cómo leer los números: bench/README.md.
"""

import contextlib
import json
import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bench import ingenuo, trabajador
from bench.cuentas import Cuentas, contar, percentil, quedan
from bench.escenario import (
    AL_NATURAL,
    CON_PRISA,
    REDES,
    Escenario,
    dibujar,
    perfiles,
    propuestas,
    sembrar,
    variables,
)
from bench.redes import CLASES, ProxyAparte, SimuladorAparte
from bench.vidas import VIDA_S, Vivero, por_fork, por_orden
from config.ajustes import cargar
from modelos import Base
from modelos.migraciones import migrar
from motor.arranque import abrir_entorno
from tests.servidores.postgresql import ServidorPostgreSQL

ESPERA_FINAL_S = 420.0
VEREDICTO_MAXIMO_S = 120.0


class BaseDeDatos(StrEnum):
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prueba:
    """naturales: con los plazos que trae Pregonero. orden: con `pregonero iniciar` en vez de `fork`."""

    escenario: Escenario
    muertes: int
    base: BaseDeDatos
    trabajadores: int
    ingenuo: bool
    proxy: bool
    naturales: bool
    orden: bool
    tasa: float

    @property
    def nombre(self) -> str:
        manera = "ingenua" if self.ingenuo else "protocolo"
        partes = [manera, self.base.value, f"{self.trabajadores} trab."]
        partes += ["proxy"] if self.proxy else []
        partes += ["plazos por omisión"] if self.naturales else []
        partes += ["orden real"] if self.orden else []
        if len(self.escenario.redes) == 1:
            partes.append(self.escenario.redes[0])
        return " · ".join(partes)


@dataclass(slots=True)
class Resultado:
    prueba: Prueba
    cuentas: Cuentas
    muertes: int
    congelaciones: int
    fallos: dict[str, int]
    arranque_s: float
    caos_s: float
    drenaje_s: float

    @property
    def bien(self) -> bool:
        lentos = self.prueba.naturales and percentil(self.cuentas.veredictos_s, 1) > VEREDICTO_MAXIMO_S
        return self.cuentas.limpias and not lentos

    def como_json(self) -> dict[str, Any]:
        return {
            "prueba": self.prueba.nombre,
            "semilla": self.prueba.escenario.semilla,
            "muertes": self.muertes,
            "congelaciones": self.congelaciones,
            **self.cuentas.como_json(),
            "fallos_de_red": sum(self.fallos.values()),
            "arranque_s": round(self.arranque_s, 3),
            "caos_s": round(self.caos_s, 1),
            "drenaje_s": round(self.drenaje_s, 1),
            "bien": self.bien,
        }


def correr(prueba: Prueba, carpeta: Path) -> Resultado:
    azar, escenario = random.Random(prueba.escenario.semilla), prueba.escenario
    with contextlib.ExitStack() as pila:
        simulador = pila.enter_context(SimuladorAparte(semilla=escenario.semilla))
        url = simulador.url
        if prueba.proxy:
            url = pila.enter_context(ProxyAparte(simulador.url, cada_s=0.15, semilla=escenario.semilla)).url
        urls = {red: f"{url}/{red}" for red in REDES}
        plazos = AL_NATURAL if prueba.naturales else CON_PRISA
        base = pila.enter_context(_base(prueba.base, carpeta))
        valores = variables(plazos, carpeta=carpeta, base=base, urls=urls)
        _sembrar(prueba, carpeta, valores, simulador)
        simulador.ajustar(
            latencia_s=0.03, latencia_azar_s=0.22, retraso_listado_azar_s=1.0, ventana_cupo_s=2.0, estricto=False
        )
        tasas = dict.fromkeys(CLASES, prueba.tasa)
        simulador.fallar_al_azar(tasas, alcance="escrituras")
        vivero = _vivero(prueba, azar, valores, carpeta)
        inicio = time.monotonic()
        # Meta pide un minuto entero tras cada 429: los del final sólo alargarían el drenaje.
        sin_limite = {clase: tasa for clase, tasa in tasas.items() if clase != "limite_429"}

        def al_paso(muertes: int) -> None:
            if muertes == int(prueba.muertes * 0.7):
                simulador.fallar_al_azar(sin_limite, alcance="escrituras")
            if sys.stderr.isatty():
                print(f"\r{prueba.nombre}: {muertes}/{prueba.muertes} muertes ", end="", file=sys.stderr)

        vivero.matar(prueba.muertes, trabajadores=prueba.trabajadores, al_paso=al_paso)
        caos_s = time.monotonic() - inicio
        fallos = simulador.sanar()
        inicio = time.monotonic()
        _drenar(vivero, prueba, valores)
        with _abierta(base) as abierta, abierta.leer() as sesion:
            cuentas = contar(sesion, simulador.publicadas())
        return Resultado(
            prueba,
            cuentas,
            vivero.muertes,
            vivero.congelaciones,
            fallos,
            percentil(vivero.arranques_s, 0.5),
            caos_s,
            time.monotonic() - inicio,
        )


@contextlib.contextmanager
def _base(cual: BaseDeDatos, carpeta: Path) -> Iterator[str]:
    if cual is BaseDeDatos.SQLITE:
        yield f"sqlite:///{carpeta / 'pregonero.db'}"
        return

    def preparar(url: str) -> None:
        with _abierta(url) as base:
            migrar(base.motor)

    with ServidorPostgreSQL(preparar) as servidor, servidor.base() as url:
        yield url


@contextlib.contextmanager
def _abierta(url: str) -> Iterator[Base]:
    base = Base(url)
    try:
        yield base
    finally:
        base.cerrar()  # nada abierto al hacer fork


def _sembrar(prueba: Prueba, carpeta: Path, valores: dict[str, str], simulador: SimuladorAparte) -> None:
    """Perfiles, y publicaciones repartidas en lo que durará el caos, más o menos."""
    ahora = datetime.now(UTC)
    imitados = []
    entorno = abrir_entorno(cargar(valores, archivo=Path("/dev/null")))
    with entorno.base.escribir() as sesion:
        for perfil, credenciales, imitado in perfiles(prueba.escenario, ahora):
            sesion.add(perfil)
            valores.update(credenciales)
            imitados.append(imitado)
    simulador.pedir("POST", "perfiles", imitados)
    entorno.base.cerrar()
    entorno = abrir_entorno(cargar(valores, archivo=Path("/dev/null")))
    por_vida_s = 2.0 if prueba.orden else 0.8 if prueba.trabajadores == 1 else 1.4
    durante = timedelta(seconds=max(1.0, prueba.muertes * por_vida_s / prueba.trabajadores))
    fotos = dibujar(carpeta / "fotos")
    listas = list(propuestas(prueba.escenario, desde=ahora, durante=durante, fotos=fotos))
    sembrar(entorno, listas, ahora)
    entorno.base.cerrar()


def _vivero(prueba: Prueba, azar: random.Random, valores: dict[str, str], carpeta: Path) -> Vivero:
    if prueba.orden:
        partera = por_orden([sys.executable, "-m", "motor", "iniciar"], valores)
    else:
        partera = por_fork(ingenuo.correr if prueba.ingenuo else trabajador.correr, valores)
    # Solo, un congelado no deja trabajar a nadie; entre varios, interesa que despierte con el arriendo vencido.
    congelado_s = (0.2, 2.0) if prueba.trabajadores == 1 else (0.5, 8.0)
    vida_s = (0.1, 15.0) if prueba.naturales else VIDA_S
    return Vivero(partera, azar, carpeta / "bitacora.jsonl", vida_s=vida_s, congelado_s=congelado_s)


def _drenar(vivero: Vivero, prueba: Prueba, valores: dict[str, str]) -> None:
    """Dejar trabajar en paz hasta que todo tenga veredicto."""
    limite = time.monotonic() + ESPERA_FINAL_S

    def acabado() -> bool:
        with _abierta(valores["PREGONERO_BASE"]) as base, base.leer() as sesion:
            return quedan(sesion) == 0 or time.monotonic() > limite

    vivero.vivir(trabajadores=prueba.trabajadores, hasta=acabado)


# ── decirlo ──────────────────────────────────────────────────────────────────────────────────────────────────────


def tabla(resultados: list[Resultado]) -> Table:
    dibujo = Table(title="Caos", title_justify="left")
    for nombre in ("", *(r.prueba.nombre for r in resultados)):
        dibujo.add_column(nombre, justify="left" if not nombre else "right", overflow="fold")
    for titulo, valor in _FILAS.items():
        celdas = [valor(r) for r in resultados]
        dibujo.add_row(titulo, *(str(c) for c in celdas), style=_estilo(titulo, celdas))
    return dibujo


def _estilo(titulo: str, celdas: list[Any]) -> str:
    if titulo not in ("PERDIDAS", "REPETIDAS", "Mal adoptadas", "Por decidir sin correo"):
        return ""
    return "bold red" if any(celdas) else "bold green"


_FILAS: dict[str, Any] = {
    "Muertes (SIGKILL)": lambda r: r.muertes,
    "Congelaciones (SIGSTOP)": lambda r: r.congelaciones,
    "Fallos de la red": lambda r: sum(r.fallos.values()),
    "Entregas": lambda r: r.cuentas.esperadas,
    "A la vista de la gente": lambda r: r.cuentas.publicadas,
    "PERDIDAS": lambda r: r.cuentas.perdidas,
    "REPETIDAS": lambda r: r.cuentas.repetidas,
    "Mal adoptadas": lambda r: r.cuentas.mal_adoptadas,
    "Dadas por fallidas y estaban": lambda r: r.cuentas.fallidas_que_estaban,
    "Por decidir sin correo": lambda r: r.cuentas.sin_correo,
    "Intentos": lambda r: r.cuentas.intentos,
    "Muertes entre intención y desenlace": lambda r: r.cuentas.muertes_en_la_ventana,
    "Dudas": lambda r: r.cuentas.dudas,
    "  halladas en la red": lambda r: r.cuentas.halladas,
    "  ausencia confirmada": lambda r: r.cuentas.ausencias,
    "Del intento al veredicto, p50 (s)": lambda r: f"{percentil(r.cuentas.veredictos_s, 0.5):.1f}",
    "Del intento al veredicto, máx. (s)": lambda r: f"{percentil(r.cuentas.veredictos_s, 1):.1f}",
    "Estados": lambda r: ", ".join(f"{v} {k}" for k, v in r.cuentas.estados.items()),
    "Caos + drenaje (s)": lambda r: f"{r.caos_s:.0f} + {r.drenaje_s:.0f}",
}


def principal(
    muertes: Annotated[int, typer.Option(help="SIGKILL en total.")] = 200,
    publicaciones: Annotated[int, typer.Option(help="Entregas en total.")] = 2000,
    base: Annotated[BaseDeDatos, typer.Option(help="Dónde se guarda.")] = BaseDeDatos.SQLITE,
    trabajadores: Annotated[int, typer.Option(help="Procesos a la vez (más de uno sólo en PostgreSQL).")] = 1,
    redes: Annotated[str, typer.Option(help="Redes, separadas por comas.")] = ",".join(REDES),
    perfiles_por_red: Annotated[int, typer.Option(help="Perfiles de cada red.")] = 40,
    semilla: Annotated[int, typer.Option(help="Del azar.")] = 1,
    tasa: Annotated[float, typer.Option(help="De cada clase de fallo de la red.")] = 0.02,
    ingenuo: Annotated[bool, typer.Option(help="Publicar y después apuntar, para comparar.")] = False,
    proxy: Annotated[bool, typer.Option(help="A través de un proxy que entrega y corta la respuesta.")] = False,
    naturales: Annotated[bool, typer.Option(help="Con los plazos por omisión, de un minuto y no de segundos.")] = False,
    orden: Annotated[bool, typer.Option(help="Con la orden «pregonero iniciar», no con fork.")] = False,
    carpeta: Annotated[
        Path | None, typer.Option(help="Dónde dejar la base y la bitácora (por omisión, se borran).")
    ] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON.")] = False,
) -> None:
    """Matar y cortar mientras se publica, y contar. Código 1 si algo se perdió o se repitió."""
    if trabajadores > 1 and base is BaseDeDatos.SQLITE:
        raise typer.BadParameter("En SQLite sólo cabe un trabajador.")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    elegidas = tuple(redes.split(","))
    escenario = Escenario(
        publicaciones=publicaciones, redes=elegidas, perfiles_por_red=perfiles_por_red, semilla=semilla
    )
    prueba = Prueba(
        escenario=escenario,
        muertes=muertes,
        base=base,
        trabajadores=trabajadores,
        ingenuo=ingenuo,
        proxy=proxy,
        naturales=naturales,
        orden=orden,
        tasa=tasa,
    )
    trabajador.calentar(elegidas)
    with tempfile.TemporaryDirectory(prefix="pregonero-caos-") as temporal:
        lugar = carpeta or Path(temporal)
        lugar.mkdir(parents=True, exist_ok=True)
        resultado = correr(prueba, lugar)
    if en_json:
        print(json.dumps(resultado.como_json(), ensure_ascii=False))
    else:
        consola = Console()
        consola.print(tabla([resultado]))
        for detalle in resultado.cuentas.detalles[:20]:
            consola.print(f"  · {detalle}", markup=False)
    if not ingenuo and not resultado.bien:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(principal)
