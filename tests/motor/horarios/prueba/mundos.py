"""Mundos de mentira cuya verdad se sabe: cuánto vale de veras la mejor hora, y el sorteo tal como lo hace el motor."""

import numpy as np

from motor.horarios.prueba.ensayo import Ensayo

AZAR = 0.1


def mundo(
    semilla: int, *, cuantas: int, desviacion: float, perfiles: int = 3, azar: float = AZAR
) -> tuple[list[Ensayo], float]:
    """(los ensayos, lo que valió de veras la mejor hora sobre una al azar, en logaritmo).

    desviacion: entre las horas de cada publicación; con cero, ninguna hora vale más que otra. El perfil crece con el
    tiempo, los videos gustan más, y el ruido tiene colas largas.
    """
    rng = np.random.default_rng(semilla)
    niveles = rng.normal(3, 1, perfiles)
    ensayos, vale = [], []
    for i in range(cuantas):
        perfil, candidatas = int(rng.integers(perfiles)), int(rng.integers(3, 100))
        horas = rng.normal(0, desviacion, candidatas)
        mejor = int(horas.argmax())
        toca = int(rng.integers(candidatas)) if rng.random() < azar else mejor
        crece, video = 0.5 * i / cuantas, bool(rng.random() < 0.3)
        y = niveles[perfil] + crece + horas[toca] + 0.5 * video + 0.6 * rng.standard_t(4)
        vale.append(horas[mejor] - horas.mean())
        ensayos.append(
            Ensayo(
                perfil=f"perfil-{perfil}",
                valor=max(float(np.expm1(y)), 0.0),
                probabilidad=azar / candidatas + (1 - azar) * (toca == mejor),
                candidatas=candidatas,
                la_mejor=toca == mejor,
                antes=float(niveles[perfil] + crece + rng.normal(0, 0.2)),
                tipo="video" if video else "foto",
                largo=int(rng.integers(0, 400)),
            )
        )
    return ensayos, float(np.mean(vale))
