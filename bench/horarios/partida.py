"""Las curvas de partida: por red, la media del efecto de las 168 horas y cómo difieren unas cuentas de otras.

`aprender_de` las saca de cuentas públicas, por esperanza y maximización: el efecto de cada cuenta es normal, con la
media de su red y una covarianza común encogida hacia un núcleo periódico liso; de la cuenta se ve lo que suman sus
residuos en cada hora. A lo aprendido se suma un núcleo quebrado: cada cuenta tiene horas suyas (un noticiero, un
sorteo) que se repiten de un día a otro y no se parecen a las de al lado; lo liso no las dice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from bench.horarios.leyes import REDES, Curva, curva_publica
from motor.horarios.mapa import SEMANA

VUELTAS = 15
DEL_NUCLEO, DE_TODAS = 40.0, 6.0
"""Cuánto pesan, en cuentas: el núcleo en la covarianza, y la media de todas las redes en la de cada una."""
DESVIACION = 0.19
SUELTO = 0.25
"""De la varianza, lo que se añade quebrado. Más cuesta a las 60 publicaciones; menos, a las 720."""
PUBLICACIONES = 4000
"""Una cuenta no pesa más que con éstas."""


@dataclass(frozen=True, slots=True)
class Partida:
    media: Curva
    covarianza: Curva


Partidas = Mapping[str, Partida]


@dataclass(frozen=True, slots=True, kw_only=True)
class Huella:
    """De una cuenta: cuántas publicaciones y cuánto residuo en cada hora, y la varianza de los residuos."""

    red: str
    cuenta: Curva
    suma: Curva
    varianza: float


def partida_de(red: str, partidas: Partidas) -> Partida:
    """La de su red; si no la hay, la media de todas."""
    if red in partidas:
        return partidas[red]
    todas = list(partidas.values())
    return Partida(np.mean([p.media for p in todas], axis=0), np.mean([p.covarianza for p in todas], axis=0))


@cache
def de_fabrica() -> dict[str, Partida]:
    """Las de `curvas.npz`, con las que también se hacen los mundos."""
    suyas = {red: curva_publica(red) for red in REDES}
    comun = np.mean([factores @ factores.T for _, factores in suyas.values()], axis=0)
    return {red: Partida(media, 0.5 * comun + 0.01 * nucleo()) for red, (media, _) in suyas.items()}


@cache
def liso() -> Curva:
    """De varianza uno: sobre todo la hora del día, distinta en fin de semana, y un poco la de cada día."""
    diaria = _periodica(24, 0.785)
    iguales = np.equal.outer(np.arange(SEMANA) // 24 >= 5, np.arange(SEMANA) // 24 >= 5)
    suma = diaria * (1.0 + 0.6 * iguales + 0.25 * _periodica(SEMANA, 0.9))
    liso: Curva = suma / suma[0, 0]
    return liso


@cache
def quebrado() -> Curva:
    """De varianza uno. Sobre todo, cada hora del día por su cuenta: una entre semana y otra en fin de semana."""
    iguales = np.equal.outer(np.arange(SEMANA) // 24 >= 5, np.arange(SEMANA) // 24 >= 5)
    quebrado: Curva = (
        0.6 * _periodica(24, 0.19) * iguales
        + 0.25 * _periodica(24, 0.5) * iguales
        + 0.15 * _periodica(24, 0.5) * _periodica(SEMANA, 0.15)
    )
    return quebrado


@cache
def nucleo() -> Curva:
    """El de la referencia, de varianza uno: lo de cada hora del día, lo de la semana y lo de ambas."""
    diaria, semanal = _periodica(24, 0.6), _periodica(SEMANA, 0.3)
    periodica: Curva = 0.5 * diaria + 0.25 * semanal + 0.25 * diaria * semanal
    return periodica


def _periodica(horas: int, alcance: float) -> Curva:
    entre = np.subtract.outer(np.arange(SEMANA), np.arange(SEMANA))
    curva: Curva = np.exp(-2 * (np.sin(np.pi * entre / horas) / alcance) ** 2)
    return curva


def huella(red: str, *, ranura: Curva, residuo: Curva) -> Huella:
    pesa = min(1.0, PUBLICACIONES / len(residuo))
    return Huella(
        red=red,
        cuenta=np.bincount(ranura, minlength=SEMANA) * pesa,
        suma=np.bincount(ranura, residuo, SEMANA) * pesa,
        varianza=float(residuo.var()) + 1e-3,
    )


def aprender_de(huellas: Sequence[Huella]) -> dict[str, Partida]:
    """Las partidas de las redes que haya en las huellas."""
    base = DESVIACION**2 * liso()
    redes = sorted({h.red for h in huellas})
    medias, covarianza = {red: np.zeros(SEMANA) for red in redes}, base
    centrar = np.eye(SEMANA) - 1 / SEMANA
    for _ in range(VUELTAS):
        # El nivel de la cuenta no se conoce: entra como una constante muy incierta.
        precision = np.linalg.inv(covarianza + 4.0 + 1e-6 * np.eye(SEMANA))
        acumulada, efectos = DEL_NUCLEO * base, []
        for h in huellas:
            posterior = np.linalg.inv(precision + np.diag(h.cuenta / h.varianza))
            efecto = centrar @ posterior @ (h.suma / h.varianza + precision @ medias[h.red])
            efectos.append(efecto)
            desvio = efecto - medias[h.red]
            acumulada = acumulada + np.outer(desvio, desvio) + centrar @ posterior @ centrar
        covarianza = acumulada / (len(huellas) + DEL_NUCLEO)
        medias = _medias(huellas, efectos)
    covarianza = covarianza + SUELTO * DESVIACION**2 * quebrado()
    return {red: Partida(medias[red], covarianza) for red in redes}


def _medias(huellas: Sequence[Huella], efectos: Sequence[Curva]) -> dict[str, Curva]:
    """La de cada red, encogida hacia la de todas."""
    todas = DE_TODAS * np.mean(efectos, axis=0)
    medias = {}
    for red in {h.red for h in huellas}:
        suyos = [e for e, h in zip(efectos, huellas, strict=True) if h.red == red]
        medias[red] = (np.sum(suyos, axis=0) + todas) / (len(suyos) + DE_TODAS)
    return medias
