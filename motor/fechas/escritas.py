"""Las fechas como las escribe la gente, y nada que haya que adivinar. Puro: quien llama da el `ahora` y la zona.

Se entiende, con o sin acentos, mayúsculas, comas o «a las»:

    2026-12-01 09:00 · 01/12/2026 9:00 (el día va primero) · 1 de diciembre de 2026, 9:00 · 1 dic 9 am
    lunes 9:00 · viernes 4 de diciembre a las 9 de la noche · hoy 18:00 · mañana 9:00 · pasado mañana a mediodía
    en 2 horas · ya · 2026-12-01T09:00-06:00

Una hora sin «am», «pm» ni «de la noche» es de 24 horas. Una fecha sin hora, un día de la semana que no corresponde,
una hora que ese día no existe o que ocurre dos veces, y un día sin año que ya pasó se preguntan: FechaIlegible.
"""

import contextlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from motor.fechas.dias import EJEMPLO, Anclaje, Dia, FechaIlegible, dia_largo, separar_dia
from motor.fechas.hora_local import FUERA, en_utc
from motor.fechas.horas import es_hora, hora_de
from motor.letras import sin_acentos

__all__ = [
    "LARGO_MAXIMO",
    "Anclaje",
    "FechaIlegible",
    "FechaLeida",
    "dentro_de",
    "fecha_larga",
    "leer_fecha",
    "leer_vencimiento",
    "llano",
    "sin_enlaces",
]

RECIEN = timedelta(minutes=5)
"""«lunes 9:00», dicho el lunes a las 9:03, es hoy."""


@dataclass(frozen=True, slots=True)
class FechaLeida:
    """instante: UTC. local: «2026-12-01 09:00» en la zona de la oficina."""

    instante: datetime
    local: str
    anclaje: Anclaje = Anclaje.FIJO


def leer_fecha(escrito: str | datetime | date, *, ahora: datetime, zona: ZoneInfo) -> FechaLeida:
    """El instante que alguien escribió (o su celda de Excel). Lanza FechaIlegible, que dice cómo escribirlo."""
    if isinstance(escrito, str):
        return _leer_texto(escrito, ahora.astimezone(zona), zona)
    if not isinstance(escrito, datetime):
        raise _sin_hora(str(escrito), escrito)
    return _en_zona(_al_segundo(escrito), zona, Anclaje.FIJO)


def leer_vencimiento(escrito: str | datetime | date, *, ahora: datetime, zona: ZoneInfo) -> FechaLeida:
    """Como `leer_fecha`, pero un día sin hora vale hasta que termina."""
    if isinstance(escrito, date) and not isinstance(escrito, datetime):
        escrito = datetime.combine(escrito, time(23, 59))
    try:
        return leer_fecha(escrito, ahora=ahora, zona=zona)
    except FechaIlegible:
        if not isinstance(escrito, str):
            raise
        with contextlib.suppress(FechaIlegible):
            return leer_fecha(f"{escrito} 23:59", ahora=ahora, zona=zona)
        raise


def fecha_larga(instante: datetime, zona: ZoneInfo) -> str:
    """«martes 1 de diciembre de 2026 a las 9:00»."""
    local = instante.astimezone(zona)
    return f"{dia_largo(local.date())} a {'la' if local.hour == 1 else 'las'} {local:%-H:%M}"


# ── el texto ─────────────────────────────────────────────────────────────────────────────────────────────────────

LARGO_MAXIMO = 100
_YA = re.compile(r"(ya( mismo)?|ahora( mismo)?|ahorita|de inmediato|inmediatamente)[.!]*")
_CON_DESFASE = re.compile(r"(.*\d:\d\d(?::\d\d)?)\s*(z|utc|[+-]\d\d:?\d\d)")


def _leer_texto(escrito: str, ahora: datetime, zona: ZoneInfo) -> FechaLeida:
    texto = llano(escrito)
    if not texto:
        raise FechaIlegible("la fecha está vacía.")
    if len(texto) > LARGO_MAXIMO:
        raise FechaIlegible("la fecha es demasiado larga para entenderla.")
    if _YA.fullmatch(texto):
        return _leida(ahora, zona, Anclaje.MOMENTO)
    if (espera := dentro_de(texto)) is not None:
        return _leida(ahora.astimezone(UTC) + espera, zona, Anclaje.MOMENTO)
    desfase: timedelta | None = None
    if con_desfase := _CON_DESFASE.fullmatch(texto):
        texto, desfase = con_desfase[1], _desfase(con_desfase[2])
    dia, hora = _dia_y_hora(texto, ahora.date(), escrito)
    cuando = datetime.combine(dia.dia, hora)
    if dia.suelto:
        _exigir_que_no_haya_pasado(cuando, ahora, escrito)
    if desfase is not None:
        return _leida(_menos(cuando, desfase), zona, dia.anclaje)
    return _en_zona(cuando, zona, dia.anclaje)


def llano(texto: str) -> str:
    """Sin acentos, mayúsculas ni comas, y con un solo espacio."""
    junto = re.sub(r"\b([ap])\s*\.\s*m\b\.?", r"\1m", sin_acentos(texto))
    return re.sub(r"\s+", " ", junto.replace("–", "-").replace(",", " ")).strip(" .")


def _dia_y_hora(texto: str, hoy: date, escrito: str) -> tuple[Dia, time]:
    separado = separar_dia(texto, hoy=hoy)
    if separado is None:
        if es_hora(sin_enlaces(texto)):
            raise FechaIlegible(f"«{escrito}» dice la hora pero no el día.")
        raise FechaIlegible(f"no entendemos la fecha «{escrito}».")
    dia, resto = separado
    resto = sin_enlaces(resto)
    if not resto or _SOLO_EL_MOMENTO.fullmatch(resto):
        raise _sin_hora(escrito, dia.dia)
    hora = hora_de(resto)
    if hora is None:
        raise FechaIlegible(f"no entendemos «{resto}» en la fecha «{escrito}».")
    return dia, hora


_SOLO_EL_MOMENTO = re.compile(r"(?:de|en|por) la (?:manana|tarde|noche|madrugada)")


def sin_enlaces(texto: str) -> str:
    """La hora sola, sin «el día», «para», la «T» de ISO ni los restos de haber sacado el día."""
    texto = re.sub(r"\s+", " ", texto).strip(" .;-")
    texto = re.sub(r"^(?:(?:el|del?|dia|para|t)\b[ .;-]*)+", "", texto)
    texto = re.sub(r"^t(?=\d)", "", texto)
    return re.sub(r"(?:\s+(?:el|del?|dia))+$", "", texto).strip(" .;-")


def _sin_hora(escrito: str, dia: date) -> FechaIlegible:
    ejemplo = dia_largo(dia).split(" ", 1)[1]
    return FechaIlegible(f"«{escrito}» no dice la hora.", f"Añádala, por ejemplo «{ejemplo}, 9:00».")


def _exigir_que_no_haya_pasado(cuando: datetime, ahora: datetime, escrito: str) -> None:
    if cuando < ahora.replace(tzinfo=None) - RECIEN:
        otra = cuando + timedelta(days=7)
        raise FechaIlegible(
            f"«{escrito}»: hoy es {dia_largo(cuando.date())} y esa hora ya pasó.",
            f"Si es dentro de una semana, escriba «{dia_largo(otra.date())}, {otra:%-H:%M}».",
        )


# ── lo que no es ni día ni hora ──────────────────────────────────────────────────────────────────────────────────

_NUMEROS = {"un": 1.0, "una": 1.0, "dos": 2.0, "tres": 3.0, "cuatro": 4.0, "cinco": 5.0, "seis": 6.0, "media": 0.5}
_UNIDADES = {"minuto": 60, "min": 60, "hora": 3600, "h": 3600, "hr": 3600, "dia": 86_400, "semana": 604_800}
_DENTRO = re.compile(r"(?:en|dentro de) (\d{1,4}|[a-z]+) ?([a-z]+?)s?(?: y (media))?")


def dentro_de(texto: str) -> timedelta | None:
    """Cuánto es «en 2 horas», ya llano; None si no se dice así."""
    hallado = _DENTRO.fullmatch(texto)
    if hallado is None or hallado[2] not in _UNIDADES:
        return None
    cuantos = float(hallado[1]) if hallado[1].isdecimal() else _NUMEROS.get(hallado[1])
    if cuantos is None:
        return None
    return timedelta(seconds=(cuantos + (0.5 if hallado[3] else 0)) * _UNIDADES[hallado[2]])


def _desfase(escrito: str) -> timedelta:
    if escrito in ("z", "utc"):
        return timedelta()
    horas, minutos = int(escrito[1:3]), int(escrito[-2:])
    if horas > 14 or minutos > 59:
        raise FechaIlegible(f"«{escrito}» no es un desfase de hora.", "Escriba, por ejemplo, «-06:00».")
    return (-1 if escrito[0] == "-" else 1) * timedelta(hours=horas, minutes=minutos)


def _menos(cuando: datetime, desfase: timedelta) -> datetime:
    try:
        return (cuando - desfase).replace(tzinfo=UTC)
    except OverflowError:
        raise FechaIlegible(FUERA, EJEMPLO) from None


def _al_segundo(cuando: datetime) -> datetime:
    """Excel guarda las horas como fracciones: las 9:00 pueden llegar como 8:59:59.999."""
    try:
        return (cuando + timedelta(milliseconds=500)).replace(microsecond=0)
    except OverflowError:
        raise FechaIlegible(FUERA, EJEMPLO) from None


def _en_zona(cuando: datetime, zona: ZoneInfo, anclaje: Anclaje) -> FechaLeida:
    return _leida(en_utc(cuando, zona) if cuando.tzinfo is None else cuando, zona, anclaje)


def _leida(cuando: datetime, zona: ZoneInfo, anclaje: Anclaje) -> FechaLeida:
    try:
        instante = cuando.astimezone(UTC)
        return FechaLeida(instante, f"{instante.astimezone(zona):%Y-%m-%d %H:%M}", anclaje)
    except (OverflowError, ValueError):
        raise FechaIlegible(FUERA, EJEMPLO) from None
