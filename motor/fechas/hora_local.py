"""De la hora de la pared a un instante: la que no existe y la que ocurre dos veces se preguntan. Puro.

México no cambia de hora desde octubre de 2022, salvo la franja fronteriza (Tijuana, Juárez, Ojinaga, Matamoros…),
que lo hace cuando Estados Unidos.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from motor.fechas.dias import FechaIlegible

FUERA = "esa fecha queda fuera del calendario."


def en_utc(cuando: datetime, zona: ZoneInfo) -> datetime:
    """El instante UTC de una hora local. Lanza FechaIlegible si ese día no existe, o si son dos."""
    try:
        primera = cuando.replace(tzinfo=zona, fold=0).astimezone(UTC)
        segunda = cuando.replace(tzinfo=zona, fold=1).astimezone(UTC)
        vuelta = primera.astimezone(zona).replace(tzinfo=None)
    except (OverflowError, ValueError):
        raise FechaIlegible(FUERA, "Revise el año.") from None
    if primera == segunda:
        return primera
    if vuelta != cuando:
        # Con el desfase de antes del salto se pasa de largo; con el de después, se queda corto.
        antes, despues = f"{segunda.astimezone(zona):%Y-%m-%d %H:%M}", f"{primera.astimezone(zona):%Y-%m-%d %H:%M}"
        raise FechaIlegible(
            f"las {cuando:%-H:%M} del {cuando:%Y-%m-%d} no existen en {zona.key}: el reloj se adelanta y se las salta.",
            f"Escriba «{antes}» o «{despues}».",
        )
    raise FechaIlegible(
        f"las {cuando:%-H:%M} del {cuando:%Y-%m-%d} ocurren dos veces en {zona.key}: el reloj se atrasa.",
        f"Diga cuál: «{_con_desfase(primera, zona)}» (la primera) o «{_con_desfase(segunda, zona)}» (la segunda).",
    )


def _con_desfase(instante: datetime, zona: ZoneInfo) -> str:
    local = instante.astimezone(zona)
    desfase = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M} {desfase[:3]}:{desfase[3:5]}"
