"""Lo que dice una celda de una tabla exportada: un identificador, un número, un instante o un día. Puro.

Lo vacío y «--» es «sin dato», nunca cero. Lo que Excel estropeó se dice, y no se adivina.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from motor.entrada.leer.hoja import SinCalcular
from motor.fechas.escritas import FechaIlegible, leer_fecha
from motor.fechas.hora_local import en_utc
from motor.importacion.hojas import Valor

SIN_EXCEL = "Importe el CSV tal como se descargó, sin abrirlo en Excel; o un XLSX cuyas celdas sean texto."

_SIN_DATO = frozenset({"", "-", "--", "—", "–", "n/a", "na", "n/d", "nd", "null", "none", "sin dato"})
_CIENTIFICO = re.compile(r"[\"'=]*\d([.,]\d+)?e\+?\d{1,2}\"?", re.I)
_CON_MILES = re.compile(r"\d{1,3}(?:([.,'\u00a0\u202f ])\d{3})(?:\1\d{3})*(?:[.,]0+)?")
_SIN_MILES = re.compile(r"\d+(?:[.,]0+)?")
_CIFRAS_DE_EXCEL = 15
"""Excel guarda quince cifras de un número: las demás las vuelve ceros."""
_MAYOR = 2**62


class CeldaIlegible(Exception):
    """Lo escrito no se entiende; `remedio` dice qué cambiar."""

    def __init__(self, mensaje: str, remedio: str) -> None:
        super().__init__(f"{mensaje} {remedio}")
        self.mensaje = mensaje
        self.remedio = remedio


class IdEstropeado(CeldaIlegible):
    """Excel le quitó las últimas cifras al identificador."""

    def __init__(self, escrito: object) -> None:
        super().__init__(f"Excel estropeó el identificador («{escrito}»): le faltan las últimas cifras.", SIN_EXCEL)


def texto_de(celda: Valor) -> str:
    if isinstance(celda, SinCalcular):
        return ""
    return "" if celda is None else str(celda).replace("\x00", "").strip()


def id_de(celda: Valor) -> str:
    """El identificador, o vacío. Lanza IdEstropeado."""
    if isinstance(celda, bool) or celda is None:
        return ""
    if isinstance(celda, int | float):
        if abs(celda) >= 10**_CIFRAS_DE_EXCEL or celda != int(celda):
            raise IdEstropeado(f"{celda:.15g}")
        return str(int(celda))
    escrito = texto_de(celda).strip("\"'=")  # «="123"» es como Excel guarda un texto que parece número
    if _CIENTIFICO.fullmatch(escrito):
        raise IdEstropeado(escrito)
    return "" if escrito.lower() in _SIN_DATO else escrito


def acaba_en_ceros(escrito: str) -> bool:
    """Si pudo pasar por Excel: más de quince cifras, y todas las de sobra son ceros."""
    ultimo = escrito.rpartition("_")[2]
    return ultimo.isdecimal() and len(ultimo) > _CIFRAS_DE_EXCEL and not ultimo[_CIFRAS_DE_EXCEL:].strip("0")


def cuenta_de(celda: Valor) -> int | None:
    """Un número de veces; None si no hay dato. Lanza CeldaIlegible."""
    if celda is None:
        return None
    if isinstance(celda, str) and len(celda) < 19 and celda.isascii() and celda.isdigit():
        return int(celda)  # casi todas: sin esto, la mitad del tiempo se iría en lo que sigue
    if isinstance(celda, SinCalcular):
        raise CeldaIlegible("es una fórmula cuyo resultado no guardó nadie.", "Ábralo en Excel y guárdelo otra vez.")
    if isinstance(celda, int | float) and not isinstance(celda, bool):
        if celda < 0 or celda != celda or celda > _MAYOR or celda != int(celda):
            raise _no_es_un_numero(celda)
        return int(celda)
    escrito = texto_de(celda).strip("\"'=")
    if escrito.lower() in _SIN_DATO:
        return None
    if miles := _CON_MILES.fullmatch(escrito):
        escrito = escrito.replace(miles[1], "") if escrito.count(miles[1]) else escrito
    if not _SIN_MILES.fullmatch(escrito):
        raise _no_es_un_numero(texto_de(celda))
    numero = int(re.split("[.,]", escrito)[0])
    if numero > _MAYOR:
        raise _no_es_un_numero(texto_de(celda))
    return numero


def _no_es_un_numero(celda: object) -> CeldaIlegible:
    return CeldaIlegible(
        f"«{str(celda)[:40]}» no es un número de veces.", "Escriba sólo cifras, o deje la celda vacía si no hay dato."
    )


# ── cuándo ───────────────────────────────────────────────────────────────────────────────────────────────────


def instante_de(
    celda: Valor, *, formas: tuple[str, ...], zona: ZoneInfo, ahora: datetime, dia_primero: bool = False
) -> datetime | None:
    """El instante UTC; None si la celda está vacía o sólo dice el día. Lanza CeldaIlegible.

    formas: las de `strptime`; sin ninguna, como escribe la gente. dia_primero: la tabla pasó por un Excel en español.
    """
    if isinstance(celda, SinCalcular | bool | int | float | time):
        raise _no_es_una_fecha(celda, formas)
    if celda is None or (isinstance(celda, date) and not isinstance(celda, datetime)):
        return None
    try:
        if isinstance(celda, datetime) and celda.time() == time():
            return None  # Excel guarda las 0:00 aunque nadie las escribiera
        if isinstance(celda, datetime) or not formas:
            return leer_fecha(celda, ahora=ahora, zona=zona).instante
        cuando, con_hora = _con_formas(celda, formas, dia_primero=dia_primero)
        if not con_hora:
            return None
        return cuando.astimezone(UTC) if cuando.tzinfo is not None else en_utc(cuando, zona)
    except FechaIlegible as error:
        raise CeldaIlegible(error.mensaje, error.remedio) from None


def dia_de(
    celda: Valor, *, formas: tuple[str, ...], zona: ZoneInfo, ahora: datetime, dia_primero: bool = False
) -> date | None:
    """El día; None si la celda está vacía. Lanza CeldaIlegible."""
    if celda is None:
        return None
    if isinstance(celda, datetime):
        return celda.date()
    if isinstance(celda, date):
        return celda
    if not isinstance(celda, str):
        raise _no_es_una_fecha(celda, formas)
    if formas:
        return _con_formas(celda, formas, dia_primero=dia_primero)[0].date()
    try:
        return leer_fecha(f"{celda} 12:00", ahora=ahora, zona=zona).instante.astimezone(zona).date()
    except FechaIlegible as error:
        raise CeldaIlegible(error.mensaje, error.remedio) from None


def fin_del_dia(dia: date, zona: ZoneInfo) -> datetime:
    """El último segundo de un día en una zona: los números de ese día son los que había entonces."""
    siguiente = datetime.combine(dia + timedelta(days=1), time(), tzinfo=zona)
    return siguiente.astimezone(UTC) - timedelta(seconds=1)


def va_el_dia_primero(celda: Valor) -> bool | None:
    """True: «28/09/2026» no puede ser mes/día. False: «09/28/2026» no puede ser día/mes. None: no se sabe."""
    hallado = re.match(r"(\d{1,2})/(\d{1,2})/\d{4}", celda) if isinstance(celda, str) else None
    if hallado is None:
        return None
    primero, segundo = int(hallado[1]), int(hallado[2])
    return True if primero > 12 >= segundo else False if segundo > 12 >= primero else None


def _con_formas(escrito: str, formas: tuple[str, ...], *, dia_primero: bool) -> tuple[datetime, bool]:
    for forma in formas:
        if dia_primero:
            forma = forma.replace("%m/%d/%Y", "%d/%m/%Y")
        try:
            cuando = datetime.strptime(escrito, forma)  # noqa: DTZ007 # sin zona, es la de la cuenta: se le pone después
        except ValueError:
            continue
        return cuando, "%H" in forma
    raise _no_es_una_fecha(escrito, formas)


def _no_es_una_fecha(celda: object, formas: tuple[str, ...]) -> CeldaIlegible:
    escrito = celda.formula if isinstance(celda, SinCalcular) else celda
    remedio = "Escríbala como «2026-12-01 09:00»."
    if formas:
        ejemplo = datetime(2026, 12, 31, 9, 30, tzinfo=UTC).strftime(formas[0])
        remedio = f"La red la escribe como «{ejemplo}»: vuelva a exportar la tabla, o corrija la celda."
    return CeldaIlegible(f"no entendemos la fecha «{str(escrito)[:40]}».", remedio)
