"""«mejor hora»: entre qué dos instantes puede elegirla Pregonero. Puro: quien llama da el `ahora` y la zona.

Se entiende, con o sin acentos, mayúsculas o comas, y también con el día delante («viernes, mejor hora»):

    mejor hora · a la mejor hora · mejor horario · mejor hora en los próximos 3 días
    mejor hora hoy · mañana · el viernes por la tarde · el 3 de diciembre · el viernes entre las 10:00 y las 14:00
    mejor hora esta semana · la próxima semana · este fin de semana · este mes · en diciembre
    mejor hora entre el 3 y el 5 de diciembre · del lunes al miércoles · entre hoy 14:00 y mañana 12:00
    mejor hora antes del evento del viernes 18:00 · antes del viernes (el jueves es el último día)
    mejor hora hasta el viernes (el viernes también) · después del 3 de diciembre · desde el lunes

Un día entero va de las 0:00 a las 0:00 del siguiente. Lo que ya pasó de un plazo no cuenta.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

from motor.fechas.dias import EJEMPLO, Anclaje, FechaIlegible
from motor.fechas.escritas import LARGO_MAXIMO, llano
from motor.fechas.hora_local import FUERA
from motor.fechas.plazos import Lectura, leer_plazo
from motor.horarios.ventana import Ventana

EJEMPLO_DE_MEJOR_HORA = (
    "Escriba «mejor hora», o con su plazo: «mejor hora antes del viernes 18:00», "
    "«mejor hora entre el 3 y el 5 de diciembre»."
)


_ULTIMO_ANUAL = 9990
"""Más allá no caben los días de alrededor, que también se miran al elegir."""


@dataclass(frozen=True, slots=True)
class VentanaLeida:
    """limite: se dijo hasta cuándo sirve («antes de», «hasta»): después ya no debe salir."""

    ventana: Ventana
    anclaje: Anclaje
    limite: bool = False


def es_mejor_hora(escrito: str) -> bool:
    """Si pide la mejor hora, aunque su plazo no se entienda."""
    return _sin_cabeza(llano(escrito)) is not None


def leer_mejor_hora(escrito: str, *, ahora: datetime, zona: ZoneInfo, plazo: timedelta) -> VentanaLeida | None:
    """El plazo que alguien escribió, o None si no pide la mejor hora. Lanza FechaIlegible, que dice cómo escribirlo.

    plazo: hasta cuándo se busca si no se dice.
    """
    texto = llano(escrito)
    resto = _sin_cabeza(texto)
    if resto is None:
        if _la_quiso_decir(texto):
            raise FechaIlegible(f"no entendemos «{escrito.strip()[:60]}».", EJEMPLO_DE_MEJOR_HORA)
        return None
    dicha = " ".join(escrito.split())
    if max(len(texto), len(dicha)) > LARGO_MAXIMO:
        raise FechaIlegible("la fecha es demasiado larga para entenderla.", EJEMPLO_DE_MEJOR_HORA)
    try:
        tramo = leer_plazo(resto, Lectura(ahora.astimezone(UTC), zona, plazo))
    except OverflowError:
        raise FechaIlegible(FUERA, "Revise el año.") from None
    except FechaIlegible as error:
        raise _con_ejemplo(error, dicha) from None
    if tramo.hasta.year > _ULTIMO_ANUAL:
        raise FechaIlegible(f"{FUERA.rstrip('.')}: «{dicha}».", "Revise el año.")
    desde = max(tramo.desde, ahora.astimezone(UTC))
    if tramo.hasta <= tramo.desde:
        raise FechaIlegible(f"«{dicha}» termina antes de empezar.", "Escriba primero la fecha más cercana.")
    if tramo.hasta <= desde:
        raise FechaIlegible(f"«{dicha}» ya pasó.", "Ponga un plazo futuro, o «mejor hora» sin más.")
    return VentanaLeida(Ventana(desde=desde, hasta=tramo.hasta, dicha=dicha), tramo.anclaje, tramo.limite)


def _con_ejemplo(error: FechaIlegible, dicha: str) -> FechaIlegible:
    """El remedio, sin la hora que aquí sobra."""
    mensaje = error.mensaje if "«" in error.mensaje else f"{error.mensaje.rstrip('.')}: «{dicha}»."
    if EJEMPLO in error.remedio:
        return FechaIlegible(mensaje, error.remedio.replace(EJEMPLO, EJEMPLO_DE_MEJOR_HORA))
    return FechaIlegible(mensaje, error.remedio.replace(", 9:00»", "»"))


# ── ¿la pide? ────────────────────────────────────────────────────────────────────────────────────────────────────

_CABEZA = r"(?:(?:a|en|para)\s+)?(?:(?:las?|los|el)\s+)?mejor(?:es)?\s+(?:h?oras?|horarios?|momentos?)(?:\s+posibles?)?"
_DELANTE = re.compile(rf"¡?{_CABEZA}\b[\s.:;-]*(?P<resto>.*)")
_DETRAS = re.compile(rf"(?P<resto>.*?)[\s.:;-]+{_CABEZA}")
_PARECIDAS = re.compile(
    r"\bbest (?:time|hour)|\b(?:hora|horario|momento)s? (?:optim|ideal|pico)|\bmejor (?:dia|fecha)\b|\bprime time\b"
)
_SE_PARECE = 0.8


def _sin_cabeza(texto: str) -> str | None:
    """Lo que sigue (o precede) a «mejor hora», o None si no la pide."""
    hallado = _DELANTE.fullmatch(texto) or _DETRAS.fullmatch(texto)
    return hallado["resto"].strip(" !¡()") if hallado else None


def _la_quiso_decir(texto: str) -> bool:
    palabras = re.sub(r"^(?:(?:a|en|para|la|el) )+", "", texto)[:40].split(" ")
    return bool(_PARECIDAS.search(texto)) or any(
        SequenceMatcher(a="mejor hora", b=" ".join(palabras[:cuantas]), autojunk=False).ratio() >= _SE_PARECE
        for cuantas in (1, 2)
    )
