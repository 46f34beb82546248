"""El método de referencia: proceso gaussiano jerárquico promediado sobre amplitudes, en numpy a secas.

El efecto de las 168 horas es normal, con la media pública de la red y una covarianza pública suavizada más un núcleo
periódico, multiplicadas por una amplitud desconocida: {0.02, 0.15, 0.5, 1, 2}, pesadas por su evidencia («casi nada»,
incluida). Los controles, lineales; el ruido, t de Student por pesos iterados. Un término pequeño que no se puede
identificar (lo que se confunde con la hora) ensancha el intervalo.
"""

from collections.abc import Callable, Mapping

import numpy as np

from bench.horarios.leyes import Curva
from bench.horarios.muestra import Muestra, mapa, muestra
from bench.horarios.partida import Partida, Partidas, nucleo, partida_de
from motor.horarios.mapa import SEMANA, Mapa
from motor.horarios.modelo import Historial

AMPLITUDES = (0.02, 0.15, 0.5, 1.0, 2.0)
GRADOS = 4.0
CONFUSION = 0.04
"""Desviación, en logaritmo, de lo que parece de la hora y es de lo que se publica a esa hora."""


def referencia(partidas: Partidas) -> Callable[[Mapping[str, Historial]], dict[str, Mapa]]:
    """El método, con esas curvas de partida."""
    return lambda historiales: {
        perfil: _aprender(muestra(h), partida_de(h.red, partidas)) for perfil, h in historiales.items()
    }


def sin_partida(historiales: Mapping[str, Historial]) -> dict[str, Mapa]:
    """Un proceso gaussiano corriente sobre las horas: sin curva pública, con la amplitud más verosímil."""
    nada = Partida(np.zeros(SEMANA), 0.03 * nucleo())
    return {p: _aprender(muestra(h), nada, promediar=False) for p, h in historiales.items()}


def _aprender(m: Muestra, partida: Partida, *, promediar: bool = True) -> Mapa:
    if not len(m.y):
        return mapa(partida.media, m, error=np.sqrt(np.diag(partida.covarianza)))
    peso, ruido, f = m.peso, float(np.var(m.y)) * 0.8 + 0.05, partida.media
    for _ in range(5):
        precision, junto, beta = _reducir(m, peso / ruido)
        f, covarianza = _promediar(precision, junto, partida, promediar=promediar)
        resto = m.y - beta(f) - f[m.ranura]
        ruido = float((peso * resto**2).sum() / max(len(resto) - m.controles.shape[1] - 2, len(resto) / 3)) + 1e-3
        peso = m.peso * (GRADOS + 1) / (GRADOS + resto**2 / ruido)
    centro = np.eye(SEMANA) - m.habito
    error = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", centro, covarianza, centro), 0) + CONFUSION**2)
    return mapa(f, m, error=error)


def _reducir(m: Muestra, w: Curva):  # type: ignore[no-untyped-def]
    """Lo que las publicaciones dicen de las 168 horas, quitado lo que explican los controles y el nivel."""
    x = np.column_stack([np.ones(len(m.y)), m.controles])
    castigo = np.diag(np.r_[1e-6, np.full(x.shape[1] - 1, 4.0)])
    cruce = np.zeros((SEMANA, x.shape[1]))
    np.add.at(cruce, m.ranura, w[:, None] * x)
    inversa = np.linalg.inv(x.T @ (w[:, None] * x) + castigo)
    xy = x.T @ (w * m.y)
    precision = np.diag(np.bincount(m.ranura, w, SEMANA)) - cruce @ inversa @ cruce.T
    junto = np.bincount(m.ranura, w * m.y, SEMANA) - cruce @ inversa @ xy
    return precision, junto, lambda f: x @ (inversa @ (xy - cruce.T @ f))


def _promediar(precision: Curva, junto: Curva, partida: Partida, *, promediar: bool) -> tuple[Curva, Curva]:
    """Media y covarianza del efecto, sobre las amplitudes."""
    identidad, evidencia, medias, covarianzas = np.eye(SEMANA), [], [], []
    for a in AMPLITUDES:
        k, previa = a * partida.covarianza, min(1.0, a**0.5) * partida.media
        a_favor = junto - precision @ previa
        factor = np.linalg.solve(identidad + k @ precision, np.column_stack([k @ a_favor, k]))
        delta, covarianza = factor[:, 0], factor[:, 1:]
        _, determinante = np.linalg.slogdet(identidad + k @ precision)
        base = junto @ previa - previa @ precision @ previa / 2
        evidencia.append(base + a_favor @ delta / 2 - determinante / 2)
        medias.append(previa + delta)
        covarianzas.append(covarianza)
    pesos = np.exp(np.array(evidencia) - max(evidencia))
    pesos = pesos / pesos.sum() if promediar else (pesos == pesos.max()) * 1.0
    media = np.einsum("a,ai->i", pesos, np.array(medias))
    entre = np.array(medias) - media
    covarianza = np.einsum("a,aij->ij", pesos, np.array(covarianzas)) + np.einsum("a,ai,aj->ij", pesos, entre, entre)
    return media, covarianza
