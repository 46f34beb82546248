"""El modelo de las horas: de lo que un perfil ha publicado, el mapa de lo que vale cada hora de su semana. Puro."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from motor.horarios.mapa import Mapa
from motor.horarios.modelo.diseno import ESPACIADO, disenar
from motor.horarios.modelo.hermanos import Informacion, informar
from motor.horarios.modelo.priori import Priori, Vector, centrar, priori_de
from motor.horarios.publicada import Publicada

if TYPE_CHECKING:
    from motor.horarios.modelo.curva import CurvaSemanal

CONFIANZA = 1.645
"""Desviaciones del intervalo del 90 %."""
ESPACIADO_PUBLICO = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Historial:
    """Lo que un perfil ha publicado. organizacion: los de una misma se ayudan; vacía: aprende solo."""

    red: str
    publicadas: Sequence[Publicada]
    organizacion: str = ""


def aprender(
    historiales: Mapping[str, Historial],
    *,
    de: Collection[str] | None = None,
    avance: Callable[[str], None] = lambda _perfil: None,
) -> dict[str, Mapa]:
    """El mapa de cada perfil (sólo los nombrados en `de`, si se dice). Determinista."""
    quienes = sorted(historiales if de is None else de)
    prioris = _prioris(historiales, quienes)
    mapas = {}
    for perfil in quienes:
        mapas[perfil] = _mapa(historiales[perfil].publicadas, prioris[perfil])
        avance(perfil)
    return mapas


def _prioris(historiales: Mapping[str, Historial], quienes: Sequence[str]) -> dict[str, Priori]:
    """De dónde parte cada uno: la curva de su red, y lo que digan los otros perfiles de su organización."""
    partida = {perfil: priori_de(historiales[perfil].red) for perfil in quienes}
    familias: dict[str, list[str]] = defaultdict(list)
    for perfil, historial in sorted(historiales.items()):
        if historial.organizacion:
            familias[historial.organizacion].append(perfil)
    for familia in familias.values():
        suyos = {perfil: partida[perfil] for perfil in familia if perfil in partida}
        if suyos and len(familia) > 1:
            partida |= informar(suyos, _dicho({p: historiales[p] for p in familia}))
    return partida


def _dicho(familia: Mapping[str, Historial]) -> dict[str, Informacion]:
    return {
        perfil: _ajustada(historial.publicadas, priori_de(historial.red)).informacion_
        for perfil, historial in familia.items()
        if historial.publicadas
    }


def _ajustada(publicadas: Sequence[Publicada], priori: Priori) -> "CurvaSemanal":
    # scikit-learn tarda un segundo en llegar y ocupa decenas de MB: sólo la trae quien aprende.
    from motor.horarios.modelo.curva import CurvaSemanal

    diseno = disenar(publicadas)
    return CurvaSemanal(priori).fit(diseno.x, diseno.y, sample_weight=diseno.pesos)


def _mapa(publicadas: Sequence[Publicada], priori: Priori) -> Mapa:
    if not publicadas:
        base = centrar(priori.base, priori.habito)
        desviacion = np.sqrt((base**2).sum(1) + priori.resto)
        return _en_mapa(centrar(priori.media, priori.habito), desviacion, 0, priori, ESPACIADO_PUBLICO)
    curva = _ajustada(publicadas, priori)
    return _en_mapa(curva.curva_, curva.desviacion_, len(publicadas), priori, float(curva.coef_[ESPACIADO - 1]))


def _en_mapa(curva: Vector, desviacion: Vector, publicaciones: int, priori: Priori, espaciado: float) -> Mapa:
    """espaciado: nunca negativo; que convenga amontonarlas es más probable un azar que un hallazgo."""

    def por_ciento(valores: Vector) -> tuple[float, ...]:
        return tuple(float(v) for v in 100 * np.expm1(valores))

    return Mapa(
        ganancia=por_ciento(curva),
        inferior=por_ciento(curva - CONFIANZA * desviacion),
        superior=por_ciento(curva + CONFIANZA * desviacion),
        publicaciones=publicaciones,
        curva=priori.curva,
        espaciado=max(espaciado, 0.0),
    )
