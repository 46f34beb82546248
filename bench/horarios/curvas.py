"""Hacer las curvas públicas con que parte el motor, de una carpeta de cuentas públicas.

python -m bench.horarios.curvas --datos CARPETA [--salida motor/horarios/modelo/curvas.npz]

Sólo salen agregados: por red, la media de 168 horas, y una covarianza común resumida en unas pocas columnas; nada de
ninguna cuenta. Qué datos se usaron, y su licencia, en `motor/horarios/modelo/curvas.md`.
"""

import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from bench.horarios.carpeta import leer_carpeta
from bench.horarios.leyes import Curva
from bench.horarios.partida import Partidas, aprender_de
from bench.horarios.pasado import huella_de, limpiar
from motor.horarios.mapa import SEMANA
from motor.horarios.modelo import priori

SALIDA = Path(priori.__file__).with_name("curvas.npz")
COLUMNAS = 64
"""De las 168 de la covarianza: con ellas queda sin decir menos de un centésimo de la varianza."""
MENOS = 100
"""Una cuenta con menos publicaciones no enseña una curva."""


def principal(
    datos: Annotated[Path, typer.Option(help="La carpeta con los CSV.")],
    salida: Annotated[Path, typer.Option(help="Dónde se escribe.")] = SALIDA,
) -> None:
    """Aprender las curvas públicas y escribirlas."""
    cuentas = {nombre: limpiar(h) for nombre, h in leer_carpeta(datos).items()}
    huellas = [huella_de(h) for h in cuentas.values() if len(h.publicadas) >= MENOS]
    habito = np.mean([h.cuenta / h.cuenta.sum() for h in huellas], axis=0)
    escribir(salida, aprender_de(huellas), habito)
    print(f"{len(huellas)} cuentas; {salida.stat().st_size} bytes", file=sys.stderr)


def escribir(salida: Path, partidas: Partidas, habito: Curva) -> None:
    covarianza = next(iter(partidas.values())).covarianza  # es común a todas las redes
    base, resto = columnas(covarianza, COLUMNAS)
    medias = {f"media.{red}": partida.media for red, partida in partidas.items()}
    medias["media.general"] = np.mean([p.media for p in partidas.values()], axis=0)
    todo = medias | {"base": base, "resto": resto, "habito": habito}
    np.savez_compressed(salida, **{nombre: v.astype("float32") for nombre, v in todo.items()})  # type: ignore[arg-type] # savez admite matrices por nombre


def columnas(covarianza: Curva, cuantas: int) -> tuple[Curva, Curva]:
    """(168, cuantas) con base @ base.T casi la covarianza, y (168,) la varianza que falta. El signo, fijo."""
    valores, vectores = np.linalg.eigh(covarianza)
    cuales = np.argsort(-valores)[:cuantas]
    base = vectores[:, cuales] * np.sqrt(np.maximum(valores[cuales], 0))
    base = base * np.where(base[np.abs(base).argmax(0), np.arange(cuantas)] < 0, -1, 1)
    return base, np.maximum(np.diag(covarianza).reshape(SEMANA) - (base**2).sum(1), 0)


if __name__ == "__main__":
    typer.run(principal)
