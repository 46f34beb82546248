"""Instantes y valores como los manda el mundo: hora local, con huecos, repeticiones y basura."""

from datetime import datetime
from math import isfinite

HORA_S = 3600
DIA_S = 86_400
RETROCESO_S = HORA_S
"""Lo más que puede retroceder la hora local: el cambio de horario repite una hora."""


VALOR_MAXIMO = 1e15


class ErrorDePicos(ValueError):
    """Un dato que no se puede usar; el mensaje dice qué cambiar."""


def segundos(instante: datetime) -> int:
    """Segundos de la hora de pared, sin zona: el ritmo de un pueblo va con su reloj."""
    return instante.toordinal() * DIA_S + instante.hour * HORA_S + instante.minute * 60 + instante.second


def revisado(valor: float) -> float:
    """El mismo valor; ErrorDePicos si no puede ser un conteo."""
    if 0.0 <= valor < VALOR_MAXIMO:
        return valor
    if not isfinite(valor):
        raise ErrorDePicos(f"El valor «{valor}» no es un número: deje fuera ese intervalo si no hay dato.")
    raise ErrorDePicos(f"El valor «{valor:g}» no puede ser un conteo: debe ser cero o más, y menor que mil billones.")


def pasos_entre(antes: int, ahora: int, paso_s: int) -> int:
    """Cuántos intervalos avanza el reloj, al menos uno; una hora repetida cuenta como el intervalo siguiente."""
    transcurridos = ahora - antes
    if transcurridos < -RETROCESO_S:
        raise ErrorDePicos("La hora retrocede: ordene los intervalos del más viejo al más nuevo.")
    return max(1, (transcurridos + paso_s // 2) // paso_s)
