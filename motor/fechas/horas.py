"""La hora de un día como la dice la gente: «9:00», «9 am», «9 y media de la noche», «a mediodía». Puro."""

import re
from datetime import time

from motor.fechas.dias import FechaIlegible

_MOMENTOS = r"am|pm|(?:de|en|por) la (?:manana|tarde|noche|madrugada)|del (?:dia|mediodia)"

_HORA = re.compile(
    r"(?:a )?(?:la|las|los)? ?(?:"
    r"(?P<h>\d{1,2})(?:[:.h](?P<m>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?)?"
    r"(?: y (?P<fraccion>media|cuarto))?"
    r" ?(?:hrs?|horas?|h)? ?"
    rf"(?P<momento>{_MOMENTOS})?"
    r"|(?:al? )?(?P<palabra>mediodia|medio dia|medianoche|media noche)"
    r")"
)
_AL_REVES = re.compile(rf"(?P<momento>{_MOMENTOS}) (?P<hora>a las? .+)")

_EN_24 = "Escríbala en 24 horas, por ejemplo «21:00»."
_A_QUE_DIA = "Escriba «00:00» si es al empezar ese día, o «23:59» si es al terminar."


def es_hora(texto: str) -> bool:
    return _HORA.fullmatch(texto) is not None


def hora_de(texto: str) -> time | None:
    """La hora que dice un texto sin acentos ni mayúsculas, o None si no es una. Lanza FechaIlegible."""
    if al_reves := _AL_REVES.fullmatch(texto):  # «en la tarde a las 5»
        texto = f"{al_reves['hora']} {al_reves['momento']}"
    hallado = _HORA.fullmatch(texto)
    if hallado is None:
        return None
    if palabra := hallado["palabra"]:
        if "noche" in palabra:
            raise FechaIlegible("«medianoche» no dice si es al empezar o al terminar el día.", _A_QUE_DIA)
        return time(12, 0)
    return _de_numeros(hallado)


def _de_numeros(hallado: re.Match[str]) -> time:
    hora, minuto, segundo = int(hallado["h"]), int(hallado["m"] or 0), int(hallado["s"] or 0)
    if hallado["fraccion"]:
        if hallado["m"]:
            raise FechaIlegible(f"«{hallado[0]}» dice los minutos dos veces.", _EN_24)
        minuto = 30 if hallado["fraccion"] == "media" else 15
    if hora > 23 or minuto > 59 or segundo > 59:
        remedio = _A_QUE_DIA if hora == 24 else "Las horas van de 0:00 a 23:59."
        raise FechaIlegible(f"«{hallado[0].strip()}» no es una hora del día.", remedio)
    return time(_en_24_horas(hora, (hallado["momento"] or "").split(" ")[-1]), minuto, segundo)


_RANGOS = {
    # momento: (horas de 12 que se dicen así, lo que se suma, horas de 24 que se toleran)
    "am": (range(1, 12), 0, range(12)),
    "pm": (range(1, 12), 12, range(12, 24)),
    "madrugada": (range(1, 7), 0, range(7)),
    "manana": (range(1, 12), 0, range(1, 12)),
    "dia": (range(0), 0, range(12, 13)),
    "mediodia": (range(0), 0, range(12, 13)),
    "tarde": (range(1, 9), 12, range(12, 21)),
    "noche": (range(6, 12), 12, range(18, 24)),
}


def _en_24_horas(hora: int, momento: str) -> int:
    if not momento:
        return hora
    dicho = {"am": "am", "pm": "pm", "dia": "del día", "mediodia": "del mediodía", "manana": "de la mañana"}
    dicho_asi = f"«{hora} {dicho.get(momento, f'de la {momento}')}»"
    if hora == 12 and momento in ("am", "noche", "madrugada", "manana"):
        raise FechaIlegible(
            f"{dicho_asi} se entiende de varias maneras.",
            "Escriba «00:00» si es al empezar el día, «12:00» si es a mediodía o «23:59» si es al terminar.",
        )
    dichas, suma, toleradas = _RANGOS[momento]
    if hora in dichas:
        return hora + suma
    if hora in toleradas:
        return hora
    raise FechaIlegible(f"{dicho_asi} no es una hora.", _EN_24)
