"""Cuándo puede volver a publicar un perfil. Puro.

La separación mínima impide la ráfaga: tras un apagón, lo pendiente sale de uno en uno y espaciado.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from conectores.contrato import Cupo


def libre_desde(
    ahora: datetime, *, separacion: timedelta, agotables: Iterable[tuple[Cupo, datetime | None]]
) -> datetime:
    """El primer instante en que el perfil puede publicar otra vez, contando el intento de `ahora`.

    agotables: cada cupo con el instante de su `maximo - 1`-ésimo intento anterior más reciente dentro de la
    ventana; None si hubo menos. Si los hubo, el cupo queda lleno hasta que el más antiguo salga de la ventana.

        cupo 2 cada hora, intentos 9:00 y ahora 9:10  ->  10:00
    """
    instante = ahora + separacion
    for cupo, mas_antiguo in agotables:
        if cupo.maximo == 1:
            mas_antiguo = ahora
        if mas_antiguo is not None:
            instante = max(instante, mas_antiguo + cupo.ventana)
    return instante
