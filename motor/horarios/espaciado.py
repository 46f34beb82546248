"""El espaciado: lo que pesa en la respuesta el tiempo que pasó desde la publicación anterior. Puro.

Lo usan igual quien aprende y quien elige; por eso no está en casa de ninguno.
"""

import numpy as np
import numpy.typing as npt

LIMITES_H = (0.15, 72.0)
"""Entre cuántas horas cuenta: antes de nueve minutos o pasados tres días, da igual."""


def espaciado(horas: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Su logaritmo, de la misma forma. Sin anterior, infinito."""
    return np.log(np.clip(horas, *LIMITES_H))
