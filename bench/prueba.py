"""Una prueba de caos: sembrar, matar mientras se publica, dejar drenar, y contar."""

import contextlib
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from bench import ingenuo, mundos, trabajador
from bench.cuentas import Cuentas, contar, percentil, quedan
from bench.escenario import AL_NATURAL, CON_PRISA, Escenario, dibujar, propuestas, sembrar, variables
from bench.mundos import Mundo
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
    ingenuo: bool = False
    proxy: bool = False
    naturales: bool = False
    orden: bool = False
    tasa: float = 0.02

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
    azar = random.Random(prueba.escenario.semilla)
    with mundos.abrir(prueba.escenario, proxy=prueba.proxy) as mundo, _base(prueba.base, carpeta) as base:
        plazos = AL_NATURAL if prueba.naturales else CON_PRISA
        valores = variables(plazos, carpeta=carpeta, base=base, urls=mundo.urls)
        _sembrar(prueba, carpeta, valores, mundo)
        mundo.estropear(prueba.tasa, con_limites=True)

        def al_paso(muertes: int) -> None:
            if muertes == int(prueba.muertes * 0.7):
                # Meta pide un minuto entero tras cada 429: los del final sólo alargarían el drenaje.
                mundo.estropear(prueba.tasa, con_limites=False)
            if sys.stderr.isatty():
                print(f"\r{prueba.nombre}: {muertes}/{prueba.muertes} muertes ", end="", file=sys.stderr)

        vivero = _vivero(prueba, azar, valores, carpeta)
        inicio = time.monotonic()
        vivero.matar(prueba.muertes, trabajadores=prueba.trabajadores, al_paso=al_paso)
        caos_s = time.monotonic() - inicio
        fallos = mundo.sanar()
        inicio = time.monotonic()
        _drenar(vivero, prueba, valores)
        with _abierta(base) as abierta, abierta.leer() as sesion:
            cuentas = contar(sesion, mundo.publicadas())
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


def _sembrar(prueba: Prueba, carpeta: Path, valores: dict[str, str], mundo: Mundo) -> None:
    """Perfiles, y publicaciones repartidas en lo que durará el caos, más o menos."""
    ahora, conocidos = datetime.now(UTC), mundo.conocer(prueba.escenario)
    for conocido in conocidos:
        valores.update(conocido.credenciales)
    entorno = abrir_entorno(cargar(valores, archivo=Path(os.devnull)))
    with entorno.base.escribir() as sesion:
        sesion.add_all(c.fila(ahora) for c in conocidos)
    por_vida_s = 2.0 if prueba.orden else 0.8 if prueba.trabajadores == 1 else 1.4
    if prueba.naturales:
        por_vida_s = 8.0
    durante = timedelta(seconds=max(1.0, prueba.muertes * por_vida_s / prueba.trabajadores))
    fotos = dibujar(carpeta / "fotos")
    listas = list(propuestas(prueba.escenario, desde=ahora, durante=durante, fotos=fotos))
    sembrar(entorno, listas, ahora)
    entorno.base.cerrar()  # nada abierto al hacer fork


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
