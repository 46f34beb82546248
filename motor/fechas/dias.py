"""El día como lo escribe la gente: en números, en palabras, por su día de la semana o contando desde hoy. Puro."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from motor.legible import DIAS, MESES

EJEMPLO = "Escriba, por ejemplo, «1 de diciembre de 2026, 9:00» o «2026-12-01 09:00»."

_CADUCO = timedelta(days=183)
"""Un día sin año que ya pasó y no vuelve en medio año es más probable un error que una cita para el año próximo."""


class Anclaje(StrEnum):
    """De qué depende lo escrito: de nada, del día en que se lee, o del momento justo en que se lee."""

    FIJO = "fijo"
    DIA = "dia"
    MOMENTO = "momento"


class FechaIlegible(Exception):
    """Lo escrito no se entiende, o se entiende de varias maneras; `remedio` dice cómo escribirlo."""

    def __init__(self, mensaje: str, remedio: str = EJEMPLO) -> None:
        super().__init__(f"{mensaje} {remedio}")
        self.mensaje = mensaje
        self.remedio = remedio


@dataclass(frozen=True, slots=True)
class Dia:
    """Un día entendido. suelto: sólo se dijo «lunes» y hoy es lunes, así que la hora dirá si es hoy."""

    dia: date
    anclaje: Anclaje = Anclaje.FIJO
    suelto: bool = False


def dia_largo(dia: date) -> str:
    return f"{DIAS[dia.weekday()]} {dia.day} de {MESES[dia.month - 1]} de {dia.year}"


_SEMANA = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_DE_LA_SEMANA = re.compile(
    rf"\b(?:(?:el|este|(?P<antes>proximo)|del)\s+)*(?P<dia>{'|'.join(_SEMANA)})\b(?P<despues>\s+(?:proximo|que viene))?"
)


def separar_dia(texto: str, *, hoy: date) -> tuple[Dia, str] | None:
    """El día y lo que queda (que debe ser la hora), o None si no hay día. Lanza FechaIlegible.

    texto: sin acentos ni mayúsculas. Si además dice el día de la semana, comprueba que sea ése.
    """
    semana = _DE_LA_SEMANA.search(texto)
    sin_semana = f"{texto[: semana.start()]} {texto[semana.end() :]}" if semana else texto
    for forma, construir in _FORMAS:
        if hallado := forma.search(sin_semana):
            dia = construir(hallado, hoy)
            if semana:
                _exigir(dia.dia, _SEMANA.index(semana["dia"]))
            return dia, f"{sin_semana[: hallado.start()]} {sin_semana[hallado.end() :]}"
    if semana is None:
        return None
    faltan = (_SEMANA.index(semana["dia"]) - hoy.weekday()) % 7
    proximo = bool(semana["antes"] or semana["despues"])
    faltan = 7 if faltan == 0 and proximo else faltan
    return Dia(hoy + timedelta(days=faltan), Anclaje.DIA, suelto=faltan == 0), sin_semana


def _exigir(dia: date, numero: int) -> None:
    if dia.weekday() != numero:
        raise FechaIlegible(
            f"el {dia.day} de {MESES[dia.month - 1]} de {dia.year} es {DIAS[dia.weekday()]}, no {DIAS[numero]}.",
            "Corrija el día o la fecha.",
        )


def _dia(anual: int, mes: int, dia: int) -> date:
    try:
        return date(anual, mes, dia)
    except ValueError:
        nombre = f"{dia} de {MESES[mes - 1]} de {anual}" if 1 <= mes <= 12 else f"mes {mes}"
        raise FechaIlegible(f"el {nombre} no existe.", f"El día va antes que el mes. {EJEMPLO}") from None


def _de_iso(hallado: re.Match[str], _hoy: date) -> Dia:
    return Dia(_dia(int(hallado[1]), int(hallado[2]), int(hallado[3])))


def _de_numeros(hallado: re.Match[str], _hoy: date) -> Dia:
    anual = int(hallado[3])
    return Dia(_dia(anual + 2000 if anual < 100 else anual, int(hallado[2]), int(hallado[1])))


def _de_numeros_sin_anual(hallado: re.Match[str], hoy: date) -> Dia:
    return _proximo(int(hallado[1]), int(hallado[2]), hoy)


def _de_palabras(hallado: re.Match[str], hoy: date) -> Dia:
    escrito = hallado["dia"]
    dia = 1 if escrito.startswith("primer") else int(re.sub(r"\D", "", escrito))
    abreviado = hallado["mes"][:3].replace("set", "sep")
    mes = next(i for i, nombre in enumerate(MESES, 1) if nombre.startswith(abreviado))
    return Dia(_dia(int(hallado["anual"]), mes, dia)) if hallado["anual"] else _proximo(dia, mes, hoy)


def _de_relativo(hallado: re.Match[str], hoy: date) -> Dia:
    dias = {"hoy": 0, "manana": 1, "pasado manana": 2}[hallado[1]]
    return Dia(hoy + timedelta(days=dias), Anclaje.DIA)


def _proximo(dia: int, mes: int, hoy: date) -> Dia:
    """El próximo día con ese nombre. Si el de este año ya pasó hace poco, se pregunta: casi siempre es un error."""
    if not 1 <= mes <= 12 or not 1 <= dia <= 31:
        _dia(hoy.year, mes, dia)
    # El 29 de febrero puede tardar ocho años en volver.
    con_ese_nombre = [d for a in range(hoy.year, hoy.year + 10) if (d := _si_existe(a, mes, dia)) is not None]
    if not con_ese_nombre:
        _dia(hoy.year, mes, dia)
    cuando = next(d for d in con_ese_nombre if d >= hoy)
    if con_ese_nombre[0] < hoy and cuando - hoy > _CADUCO:
        raise FechaIlegible(
            f"el {dia} de {MESES[mes - 1]} ya pasó.",
            f"Si es el de {cuando.year}, escriba el año: «{dia} de {MESES[mes - 1]} de {cuando.year}, 9:00».",
        )
    return Dia(cuando, Anclaje.DIA)


def _si_existe(anual: int, mes: int, dia: int) -> date | None:
    try:
        return date(anual, mes, dia)
    except ValueError:
        return None


_NOMBRES = {nombre for mes in MESES for nombre in (mes, mes[:3])} | {"sept", "setiembre", "set"}
_MES = "|".join(sorted(_NOMBRES, key=len, reverse=True))
_ANUAL = r"(?:[\s-]+(?:de[l]?\s+)?(?:ano\s+)?(?P<anual>\d{4})\b)?"
_FORMAS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Dia]], ...] = (
    (re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?=t\d|\b)"), _de_iso),
    (re.compile(r"\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?![\d:])"), _de_numeros),
    (re.compile(r"(?<![\d:.])(\d{1,2})[-/](\d{1,2})(?![\d:/-])"), _de_numeros_sin_anual),
    (
        re.compile(
            rf"\b(?P<dia>primero|primer|\d{{1,2}}(?:o|ro|°)?)[\s-]+(?:de[l]?[\s-]+)?(?P<mes>{_MES})\b\.?{_ANUAL}"
        ),
        _de_palabras,
    ),
    (re.compile(rf"\b(?P<mes>{_MES})\b\.? (?P<dia>\d{{1,2}})(?![\d:]){_ANUAL}"), _de_palabras),
    (re.compile(r"\b(pasado manana|hoy|(?<!de la )(?<!por la )(?<!en la )manana)\b"), _de_relativo),
)
