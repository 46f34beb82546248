"""Los perfiles de una misma organización se informan: a su gente le gustan horas parecidas. Puro.

z de cada perfil = lo común de la organización (varianza PARENTESCO) + lo propio (varianza 1 − PARENTESCO). De lo que
los demás dicen de lo común sale la curva de partida de cada uno; nadie se informa de sí mismo.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from motor.horarios.modelo.priori import Priori, Vector

PARENTESCO = 0.6
"""Qué parte de lo que un perfil se aparta de su red comparte con los de su organización. Con diez perfiles de seis
personas y 60 publicaciones propias, el hermano añade 0.4 puntos con 0.35, 0.9 con 0.5 y 1.7 con 0.65: son pocas.
"""

Informacion = tuple[Vector, Vector]


def informar(partida: Mapping[str, Priori], dicho: Mapping[str, Informacion]) -> dict[str, Priori]:
    """partida: la de cada perfil. dicho: lo que los datos de cada uno dicen de su z (`CurvaSemanal.informacion_`)."""
    de_lo_comun = {perfil: _de_lo_comun(*suya) for perfil, suya in dicho.items()}
    total = _sumar(list(de_lo_comun.values()))
    return {
        perfil: priori.sabiendo(*_sin(total, de_lo_comun.get(perfil))) if len(dicho.keys() - {perfil}) else priori
        for perfil, priori in partida.items()
    }


def _de_lo_comun(precision: Vector, por_media: Vector) -> Informacion:
    """Lo que se ve de z, visto de lo común: con lo propio por medio."""
    filtro = np.linalg.inv(np.eye(len(precision)) + (1 - PARENTESCO) * precision)
    return filtro.T @ precision, filtro.T @ por_media


def _sumar(partes: Sequence[Informacion]) -> Informacion:
    return np.sum([p for p, _ in partes], axis=0), np.sum([m for _, m in partes], axis=0)


def _sin(total: Informacion, propia: Informacion | None) -> Informacion:
    """La media y la covarianza de z de un perfil, por lo que dicen los demás."""
    precision, por_media = total if propia is None else (total[0] - propia[0], total[1] - propia[1])
    k = len(precision)
    comun = np.linalg.inv(np.eye(k) / PARENTESCO + (precision + precision.T) / 2)
    return comun @ por_media, (comun + comun.T) / 2 + (1 - PARENTESCO) * np.eye(k)
