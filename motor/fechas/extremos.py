"""Un extremo de un plazo: «hoy 14:00», «el viernes», «el 3» (de diciembre, como el otro extremo). Puro."""

import contextlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from motor.fechas.dias import Anclaje, Dia, FechaIlegible, separar_dia
from motor.fechas.escritas import sin_enlaces
from motor.fechas.hora_local import en_utc
from motor.fechas.horas import hora_de

_SOLO_NUMERO = re.compile(r"(?:el |dia )*(\d{1,2})")
_DIA_U_HORA = re.compile(r"(?:el )?(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo) \d{1,2}")
_CON_ARTICULO = re.compile(r"^(?:(?:el|este|dia)\s+)+(?=\d)")
_RELATIVO = re.compile(r"\b(hoy|manana)\b")

_MEDIO = timedelta(days=180)
"""Un plazo escrito sin año («del 28 de diciembre al 3 de enero») no dura más."""

_CRUZANDO_EL_MES = timedelta(days=14)
"""«entre el 28 y el 3 de diciembre» cruza el mes; «entre el 5 y el 3 de diciembre» está al revés."""


@dataclass(frozen=True, slots=True)
class Extremo:
    """dia: None si sólo se dijo la hora, o el número del día, que toma el mes del otro extremo. hora: None es el día
    entero.
    """

    dia: Dia | None = None
    hora: time | None = None
    numero: int = 0

    def principio(self, zona: ZoneInfo) -> datetime:
        assert self.dia is not None  # noqa: S101 # se completa antes de preguntarlo
        if self.hora is None:
            return comienzo(self.dia.dia, zona)
        return en_utc(datetime.combine(self.dia.dia, self.hora), zona)

    def final(self, zona: ZoneInfo) -> datetime:
        assert self.dia is not None  # noqa: S101 # ídem
        return self.principio(zona) if self.hora is not None else comienzo(self.dia.dia + timedelta(days=1), zona)

    @property
    def anclaje(self) -> Anclaje:
        return self.dia.anclaje if self.dia else Anclaje.DIA


def comienzo(dia: date, zona: ZoneInfo) -> datetime:
    """Cuándo empieza un día (UTC). Donde el reloj se salta la medianoche, lo más cercano."""
    return datetime.combine(dia, time(), tzinfo=zona).astimezone(UTC)


def leer_extremo(texto: str, *, hoy: date) -> Extremo:
    """Lanza FechaIlegible si no se entiende entero. texto: llano."""
    texto = _CON_ARTICULO.sub("", texto.strip(" .;-"))
    if solo := _SOLO_NUMERO.fullmatch(texto):
        return Extremo(numero=int(solo[1]))
    if _DIA_U_HORA.fullmatch(texto):
        raise FechaIlegible(f"«{texto}» no dice si es el día o la hora.", "Diga el mes, o escriba la hora con «:00».")
    separado = separar_dia(texto, hoy=hoy)
    dia, resto = separado or (None, texto)
    resto = sin_enlaces(resto)
    hora = hora_de(resto) if resto else None
    if (resto and hora is None) or (dia is None and hora is None):
        raise FechaIlegible(f"no entendemos «{texto}».")
    return Extremo(dia, hora)


def leer_par(primero: str, segundo: str, *, hoy: date) -> tuple[Extremo, Extremo]:
    """Los dos extremos de «entre … y …», cada uno completado con lo que sólo dice el otro. Lanza FechaIlegible."""
    try:
        uno = leer_extremo(primero, hoy=hoy)
    except FechaIlegible:
        # «del 28 de diciembre al 3 de enero», dicho el 30: ya empezó, pero no ha pasado.
        otro = leer_extremo(segundo, hoy=hoy)
        if otro.dia is None:
            raise
        return leer_extremo(primero, hoy=otro.dia.dia - _MEDIO), otro
    otro = leer_extremo(segundo, hoy=hoy)
    if uno.dia and otro.dia and otro.dia.dia < uno.dia.dia and not _RELATIVO.search(segundo):
        with contextlib.suppress(FechaIlegible):  # «entre el lunes y el miércoles», dicho el martes
            otro = leer_extremo(segundo, hoy=uno.dia.dia)
    return _completados(uno, otro, hoy)


def _completados(uno: Extremo, otro: Extremo, hoy: date) -> tuple[Extremo, Extremo]:
    if uno.dia is None and otro.dia is None:
        if uno.numero or otro.numero:
            raise FechaIlegible("falta decir de qué mes.", "Escriba, por ejemplo, «entre el 3 y el 5 de diciembre».")
        de_hoy = Dia(hoy, Anclaje.DIA)
        return replace(uno, dia=de_hoy), replace(otro, dia=de_hoy)
    if uno.dia is None and otro.dia is not None:
        return replace(uno, dia=_con_numero(uno.numero, otro.dia, antes=True)), otro
    if otro.dia is None and uno.dia is not None:
        return uno, replace(otro, dia=_con_numero(otro.numero, uno.dia, antes=False))
    return uno, otro


def _con_numero(numero: int, otro: Dia, *, antes: bool) -> Dia:
    """El día de ese número más cercano al otro extremo, antes o después de él; sin número, el mismo día."""
    if not numero:
        return otro
    if not 1 <= numero <= 31:
        raise FechaIlegible(f"el día {numero} no existe.")
    dia, paso = otro.dia, timedelta(days=-1 if antes else 1)
    while dia.day != numero:
        dia += paso
    if dia.month != otro.dia.month and abs(dia - otro.dia) > _CRUZANDO_EL_MES:
        raise FechaIlegible(
            f"no se sabe de qué mes es el {numero}.",
            "Escriba primero la fecha más cercana, o los dos meses: «entre el 28 de noviembre y el 3 de diciembre».",
        )
    return Dia(dia, otro.anclaje)
