"""El plazo de «mejor hora …»: «antes del viernes», «entre el 3 y el 5 de diciembre», «esta semana». Puro."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from motor.fechas.dias import Anclaje, Dia, FechaIlegible
from motor.fechas.escritas import dentro_de, sin_enlaces
from motor.fechas.extremos import Extremo, comienzo, leer_extremo, leer_par
from motor.fechas.hora_local import FUERA
from motor.fechas.horas import hora_de
from motor.legible import MESES


@dataclass(frozen=True, slots=True)
class Tramo:
    """desde, hasta: UTC; puede haber empezado ya. limite: se dijo hasta cuándo sirve."""

    desde: datetime
    hasta: datetime
    anclaje: Anclaje = Anclaje.DIA
    limite: bool = False


@dataclass(frozen=True, slots=True)
class Lectura:
    """Cuándo, dónde se lee, y hasta cuándo se busca si no se dice."""

    ahora: datetime
    zona: ZoneInfo
    plazo: timedelta

    @property
    def hoy(self) -> date:
        return self.ahora.astimezone(self.zona).date()

    def dias(self, desde: date, cuantos: int) -> Tramo:
        return Tramo(comienzo(desde, self.zona), comienzo(desde + timedelta(days=cuantos), self.zona))


_ANTES = re.compile(r"(?:(?P<antes>antes de)(?:l|\b)|(?P<hasta>hasta|a mas tardar)\b)\s*(?P<que>.+)")
_DESPUES = re.compile(r"(?:(?P<despues>despues de)(?:l|\b)|(?:desde|a partir de)(?:l|\b))\s*(?P<que>.+)")
_ENTRE = re.compile(r"(?:entre(?P<y>)|del?|desde)\b (?P<que>.+)")
_PROXIMOS = re.compile(
    r"(?:(?:en|durante|dentro de)\s+)?l[oa]s (?:proxim[oa]s|siguientes) (?P<cuanto>\w+ (?:dia|hora|semana)s)"
)
_NUMEROS_MAYORES = {"siete": "7", "ocho": "8", "diez": "10", "quince": "15"}


def leer_plazo(resto: str, lectura: Lectura) -> Tramo:
    """El plazo que dice lo que acompaña a «mejor hora», ya llano; vacío, el de la oficina. Lanza FechaIlegible."""
    if not resto:
        return Tramo(lectura.ahora, lectura.ahora + lectura.plazo, Anclaje.MOMENTO)
    if proximos := _PROXIMOS.fullmatch(resto):
        return _de_proximos(proximos["cuanto"], lectura)
    if (tramo := _del_calendario(resto, lectura)) is not None:
        return tramo
    if hallado := _ANTES.fullmatch(resto):
        return _hasta(hallado, lectura)
    if (tramo := _entre(resto, lectura)) is not None:
        return tramo
    if hallado := _DESPUES.fullmatch(resto):
        return _desde(hallado, lectura)
    return _de_un_dia(resto, lectura)


def _de_proximos(escrito: str, lectura: Lectura) -> Tramo:
    cuanto, _, unidad = escrito.partition(" ")
    dura = dentro_de(f"en {_NUMEROS_MAYORES.get(cuanto, cuanto)} {unidad}")
    if dura is None:
        raise FechaIlegible(f"no entendemos cuántos son «{escrito}».", "Escríbalo con número: «los próximos 3 días».")
    return Tramo(lectura.ahora, lectura.ahora + dura, Anclaje.MOMENTO)


_QUE_VIENE = r"(?:proxim[oa]\s+{0}|{0}\s+(?:proxim[oa]|que viene|siguiente|entrante))"
_DE = r"(?:(?:de|en|durante)\s+)?(?:(?:el|la|este|esta|del)\s+)*"
_SEMANA = re.compile(rf"{_DE}(?:(?P<otra>{_QUE_VIENE.format('semana')})|semana)")
_FIN_DE_SEMANA = re.compile(rf"{_DE}(?:(?P<otro>{_QUE_VIENE.format('fin de semana')})|fin de semana)")
_MES = re.compile(rf"{_DE}(?:(?P<otro>{_QUE_VIENE.format('mes')})|mes)")
_NOMBRE_DE_MES = re.compile(rf"(?:de|en|durante) (?P<mes>{'|'.join(MESES)})(?:\s+(?:del?\s+)?(?P<anual>\d{{4}}))?")


def _del_calendario(resto: str, lectura: Lectura) -> Tramo | None:
    """Una semana, su final, o un mes."""
    hoy = lectura.hoy
    lunes = hoy - timedelta(days=hoy.weekday())
    if hallado := _SEMANA.fullmatch(resto):
        return lectura.dias(lunes + timedelta(days=7 if hallado["otra"] else 0), 7)
    if hallado := _FIN_DE_SEMANA.fullmatch(resto):
        # Dicho entre semana, el próximo es el que viene ya; dicho en uno, el siguiente.
        salta = 7 if hallado["otro"] and hoy.weekday() >= 5 else 0
        return lectura.dias(lunes + timedelta(days=5 + salta), 2)
    if hallado := _MES.fullmatch(resto):
        return _de_un_mes(hoy.year, hoy.month + (1 if hallado["otro"] else 0), lectura)
    if hallado := _NOMBRE_DE_MES.fullmatch(resto):
        mes = MESES.index(hallado["mes"]) + 1
        anual = int(hallado["anual"] or hoy.year + (mes < hoy.month))
        return _de_un_mes(anual, mes, lectura, Anclaje.FIJO if hallado["anual"] else Anclaje.DIA)
    return None


def _de_un_mes(anual: int, mes: int, lectura: Lectura, anclaje: Anclaje = Anclaje.DIA) -> Tramo:
    """mes: 13 es enero del siguiente."""
    if not 1 <= anual < 9998:
        raise FechaIlegible(FUERA, "Revise el año.")
    primero, ultimo = (date(anual + (m - 1) // 12, (m - 1) % 12 + 1, 1) for m in (mes, mes + 1))
    return Tramo(comienzo(primero, lectura.zona), comienzo(ultimo, lectura.zona), anclaje)


# ── antes y después ──────────────────────────────────────────────────────────────────────────────────────────────

_COMO_SIGUE = re.compile(r"\s(?:del?|el|este)\s")
_CAMBIA_EL_DIA = re.compile(
    r"\d|\b(?:vispera|noche|tarde|manana|madrugada|mediodia|semana|mes|fin|primer\w*|segund[oa]|tercer\w*|ultim[oa]|"
    r"otr[oa]|siguiente|dias?|horas?|despues|antes)\b"
)


def _hasta(hallado: re.Match[str], lectura: Lectura) -> Tramo:
    """«antes del viernes» acaba al empezar el viernes; «hasta el viernes», cuando termina."""
    if (entero := _entero(hallado["que"], lectura)) is not None:
        fin, anclaje = entero.desde if hallado["antes"] else entero.hasta, entero.anclaje
    else:
        extremo = _de_hoy(_con_adorno(hallado["que"], lectura), lectura)
        if hallado["antes"] and extremo.hora is None and extremo.dia is not None and extremo.dia.suelto:
            extremo = Extremo(Dia(extremo.dia.dia + timedelta(days=7), Anclaje.DIA))  # dicho ese mismo día
        fin = extremo.principio(lectura.zona) if hallado["antes"] else extremo.final(lectura.zona)
        anclaje = extremo.anclaje
    return Tramo(min(lectura.ahora, fin - _UN_SEGUNDO), fin, anclaje, limite=True)


def _desde(hallado: re.Match[str], lectura: Lectura) -> Tramo:
    if (entero := _entero(hallado["que"], lectura)) is not None:
        comienza, anclaje = entero.hasta if hallado["despues"] else entero.desde, entero.anclaje
    else:
        extremo = _de_hoy(_con_adorno(hallado["que"], lectura), lectura)
        comienza = extremo.final(lectura.zona) if hallado["despues"] else extremo.principio(lectura.zona)
        anclaje = extremo.anclaje
    return Tramo(comienza, max(comienza, lectura.ahora) + lectura.plazo, anclaje)


def _entero(que: str, lectura: Lectura) -> Tramo | None:
    """«antes del fin de semana», «hasta diciembre», «antes de fin de mes»."""
    if _FIN_DE_MES.fullmatch(que):
        fin = _de_un_mes(lectura.hoy.year, lectura.hoy.month, lectura).hasta
        return Tramo(fin, fin)
    return _del_calendario(que, lectura) or _del_calendario(f"en {que}", lectura)


_FIN_DE_MES = re.compile(r"(?:el\s+)?fin(?:al|es)?\s+del?\s+mes")
_UN_SEGUNDO = timedelta(seconds=1)


def _de_hoy(extremo: Extremo, lectura: Lectura) -> Extremo:
    if extremo.numero:
        raise FechaIlegible(f"no se dice de qué mes es el {extremo.numero}.", "Dígalo: «antes del 3 de diciembre».")
    return extremo if extremo.dia else Extremo(Dia(lectura.hoy, Anclaje.DIA), extremo.hora)


def _con_adorno(texto: str, lectura: Lectura) -> Extremo:
    """«evento del viernes 18:00» es el viernes a las 18:00; pero «víspera del viernes» no es el viernes."""
    try:
        return leer_extremo(texto, hoy=lectura.hoy)
    except FechaIlegible:
        for corte in _COMO_SIGUE.finditer(texto):
            if _CAMBIA_EL_DIA.search(texto[: corte.start()]):
                break
            try:
                return leer_extremo(texto[corte.end() :], hoy=lectura.hoy)
            except FechaIlegible:
                continue
        raise


# ── entre dos extremos, o en un día ──────────────────────────────────────────────────────────────────────────────

_Y = re.compile(r"\sy\s")
_A = re.compile(r"\s(?:al|a(?! las?\b)|hasta|-)\s")
_PARTES_DEL_DIA = {"madrugada": (0, 6), "manana": (6, 12), "tarde": (12, 19), "noche": (19, 24)}
_CON_PARTE = re.compile(r"(?P<dia>.*?)\s*\b(?:de|en|por|esta|la| )+ (?P<parte>madrugada|manana|tarde|noche)")
_CON_HORAS = re.compile(
    r"(?P<dia>.+?)\s+(?:(?P<entre>entre|de)|(?P<hasta>antes de|hasta)|(?P<desde>despues de|desde|a partir de))"
    r"\s+(?P<horas>(?!\d{4}\b)(?:las?\s)?\d.*|(?:el\s)?mediodia.*)"
)
_ENTRE_HORAS = re.compile(r"\s(?:y|a|hasta|-)\s")


def _entre(resto: str, lectura: Lectura) -> Tramo | None:
    """«entre … y …», «del … al …»; None si no se dice así. Lanza FechaIlegible si ninguna manera de partirlo sirve."""
    error: FechaIlegible | None = None
    for primero, segundo in _partes(resto):
        try:
            uno, otro = leer_par(primero, segundo, hoy=lectura.hoy)
        except FechaIlegible as suyo:
            error = suyo
            continue
        anclaje = Anclaje.DIA if Anclaje.DIA in (uno.anclaje, otro.anclaje) else Anclaje.FIJO
        return Tramo(uno.principio(lectura.zona), otro.final(lectura.zona), anclaje)
    if error is not None:
        raise error
    return None


def _partes(resto: str) -> Iterator[tuple[str, str]]:
    """Cada manera de partirlo: la «y» de «9 y media» y la «a» de «a las 9» no separan."""
    hallado = _ENTRE.fullmatch(resto)
    if hallado is None:
        return
    que, separador = hallado["que"], _Y if hallado["y"] is not None else _A
    for corte in separador.finditer(que):
        yield que[: corte.start()], que[corte.end() :]


def _de_un_dia(resto: str, lectura: Lectura) -> Tramo:
    """Un día entero, su tarde, o unas horas de él."""
    if (con_parte := _CON_PARTE.fullmatch(resto)) and (dia := _solo_dia(con_parte["dia"] or "hoy", lectura)):
        desde, hasta = (_a_las(dia, hora, lectura.zona) for hora in _PARTES_DEL_DIA[con_parte["parte"]])
        return Tramo(desde, hasta, dia.anclaje)
    if (con_horas := _CON_HORAS.fullmatch(resto)) and (dia := _solo_dia(con_horas["dia"], lectura)):
        return _de_unas_horas(dia, con_horas, lectura)
    extremo = _de_hoy(leer_extremo(resto, hoy=lectura.hoy), lectura)
    if extremo.hora is not None:
        raise FechaIlegible(
            f"«{resto}» ya es una hora, y «mejor hora» pide que la elija Pregonero.",
            "Quite «mejor hora», o diga hasta cuándo: «mejor hora antes del viernes 18:00».",
        )
    return Tramo(extremo.principio(lectura.zona), extremo.final(lectura.zona), extremo.anclaje)


def _a_las(dia: Dia, hora: int, zona: ZoneInfo) -> datetime:
    """Por el reloj de la pared: el día en que cambia la hora no tiene 24. hora: hasta 24."""
    return Extremo(dia).final(zona) if hora == 24 else Extremo(dia, time(hora)).principio(zona)


def _solo_dia(texto: str, lectura: Lectura) -> Dia | None:
    try:
        extremo = leer_extremo(texto, hoy=lectura.hoy)
    except FechaIlegible:
        return None
    return extremo.dia if extremo.hora is None else None


def _de_unas_horas(dia: Dia, hallado: re.Match[str], lectura: Lectura) -> Tramo:
    """«el viernes entre las 10:00 y las 14:00», «hoy antes de las 18:00», «mañana desde las 10:00»."""
    escrito = hallado["horas"]
    dichas: list[tuple[str, ...]] = [(escrito,)]
    if hallado["entre"]:
        dichas = [(escrito[: c.start()], escrito[c.end() :]) for c in _ENTRE_HORAS.finditer(escrito)]
    for intento in dichas:
        horas = [_hora_sola(h) for h in intento]
        if None in horas:
            continue
        entero, instantes = Extremo(dia), [Extremo(dia, hora).principio(lectura.zona) for hora in horas]
        desde = entero.principio(lectura.zona) if hallado["hasta"] else instantes[0]
        hasta = entero.final(lectura.zona) if hallado["desde"] else instantes[-1]
        return Tramo(desde, hasta, dia.anclaje, limite=bool(hallado["hasta"]))
    raise FechaIlegible(f"no entendemos las horas «{escrito}».", "Escriba «el viernes entre las 10:00 y las 14:00».")


def _hora_sola(texto: str) -> time | None:
    return hora_de(sin_enlaces(texto))
