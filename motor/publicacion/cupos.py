"""Cuándo puede volver a publicar un perfil. Puro.

La separación mínima impide la ráfaga: tras un apagón, lo pendiente sale de uno en uno y espaciado.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from conectores.contrato import Cupo


def libre_desde(
    ultimo: datetime | None, *, separacion: timedelta, llenos: Iterable[tuple[Cupo, datetime | None]]
) -> datetime | None:
    """El primer instante en que el perfil puede publicar otra vez; None si nada se lo impide.

    ultimo: cuándo empezó su último intento. llenos: cada cupo con su `maximo`-ésimo intento más reciente, si cabe en
    la ventana: hasta que ése salga de ella no hay sitio.

        cupo 2 cada hora, intentos 9:00 y 9:10  ->  10:00
    """
    instantes = [mas_antiguo + cupo.ventana for cupo, mas_antiguo in llenos if mas_antiguo is not None]
    if ultimo is not None:
        instantes.append(ultimo + separacion)
    return max(instantes, default=None)
