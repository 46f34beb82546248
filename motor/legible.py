"""Instantes y plazos como los lee una persona en México. Puro."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MESES = tuple(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()  # noqa: SIM905 # doce literales son menos legibles
)


def instante_legible(instante: datetime, zona: ZoneInfo) -> str:
    """«mar 1 dic 2026, 9:00», en la zona de la oficina."""
    local = instante.astimezone(zona)
    dia, mes = DIAS[local.weekday()][:3], MESES[local.month - 1][:3]
    return f"{dia} {local.day} {mes} {local.year}, {local:%-H:%M}"


def dia_legible(dia: date) -> str:
    """«Martes 1 de diciembre»."""
    return f"{DIAS[dia.weekday()].capitalize()} {dia.day} de {MESES[dia.month - 1]}"


def retraso_legible(retraso: timedelta) -> str:
    """«25 min», «2 h 5 min», «3 días»."""
    minutos = int(retraso.total_seconds() // 60)
    if minutos >= 48 * 60:
        return f"{minutos // (24 * 60)} días"
    return f"{minutos // 60} h {minutos % 60} min" if minutos >= 60 else f"{minutos} min"
