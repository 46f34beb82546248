"""Hasta cuándo se silencia: cuatro horas, lo que queda de hoy, o lo que se escriba. Puro."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from motor.fechas.dias import FechaIlegible
from motor.fechas.escritas import leer_fecha
from motor.legible import instante_legible

HORAS = 4
LO_MAS = timedelta(days=90)


class Plazo(StrEnum):
    CUATRO = "cuatro"
    HOY = "hoy"
    HASTA = "hasta"


class PlazoIlegible(ValueError):
    """Lo que se escribió no sirve; el mensaje dice por qué."""


def fin_de(plazo: Plazo, escrito: str = "", *, ahora: datetime, zona: ZoneInfo) -> datetime:
    """escrito: «mañana 9:00», sólo para HASTA. Lanza PlazoIlegible."""
    match plazo:
        case Plazo.CUATRO:
            return ahora + timedelta(hours=HORAS)
        case Plazo.HOY:
            manana = ahora.astimezone(zona).date() + timedelta(days=1)
            return datetime.combine(manana, datetime.min.time(), zona)
        case Plazo.HASTA:
            return escrito_hasta(escrito, ahora=ahora, zona=zona)


def escrito_hasta(escrito: str, *, ahora: datetime, zona: ZoneInfo) -> datetime:
    """Lanza PlazoIlegible si no se entiende, si ya pasó o si es demasiado."""
    try:
        fin = leer_fecha(escrito, ahora=ahora, zona=zona).instante
    except FechaIlegible as error:
        raise PlazoIlegible(str(error)) from None
    if fin <= ahora:
        raise PlazoIlegible(f"{instante_legible(fin, zona)} ya pasó.")
    if fin - ahora > LO_MAS:
        raise PlazoIlegible(f"Lo más que se silencia son {LO_MAS.days} días.")
    return fin
