"""Qué dice una celda del historial. Puro. Lo que no se entiende se dice, y no se adivina."""

import math
import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

_SI = ("1", "1.0", "sí", "si", "s", "true", "verdadero", "yes")
_NO = ("", "0", "0.0", "no", "n", "false", "falso")
_BANDERAS = dict.fromkeys(_SI, True) | dict.fromkeys(_NO, False)

_CON_MILES = re.compile(r"[+-]?[1-9]\d{0,2}([.,'\u00a0\u202f ]\d{3})+([.,]\d+)?")
_CON_COMA = re.compile(r"\d+,\d+")
_DEL_DIA_PRIMERO = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}.*")
_SOLO_EL_DIA = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_EL_MAS_LARGO = 10_000_000
_EJEMPLO = "Escríbala como «2026-12-01 09:30»"


class CeldaIlegible(Exception):
    """Lo escrito no se puede usar; `remedio` dice qué cambiar."""

    def __init__(self, mensaje: str, remedio: str) -> None:
        super().__init__(f"{mensaje} {remedio}")
        self.mensaje = mensaje
        self.remedio = remedio


def instante_local(escrito: str, zona: ZoneInfo) -> datetime:
    """La hora local, sin zona. Si lo escrito trae un desfase, se pasa a la de `zona`. Lanza CeldaIlegible."""
    if ":" not in escrito:  # `fromisoformat` daría las 0:00 a un día sin hora
        raise _sin_hora(escrito)
    try:
        leido = datetime.fromisoformat(escrito)
        return leido if leido.tzinfo is None else leido.astimezone(zona).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise _no_es_una_fecha(escrito) from None


@lru_cache(
    maxsize=1 << 16
)  # un historial repite sus números: sin esto, la mitad del tiempo se iría en volver a leerlos
def respuesta_de(escrito: str) -> float:
    """Las interacciones: cero o más. Lanza CeldaIlegible."""
    valor = _numero(escrito)
    if not math.isfinite(valor):
        raise CeldaIlegible(f"«{escrito[:40]}» no es un número.", "Si no hay dato, quite el renglón.")
    if valor < 0:
        raise CeldaIlegible(f"{escrito[:40]} es negativo.", "Las interacciones son cero o más.")
    return valor


@lru_cache(maxsize=1 << 16)
def largo_de(escrito: str) -> int:
    """Los caracteres del texto; vacío es que no se sabe, y se cuenta como ninguno. Lanza CeldaIlegible."""
    if not escrito:
        return 0
    valor = _numero(escrito)
    if not 0 <= valor <= _EL_MAS_LARGO:
        raise CeldaIlegible(f"«{escrito[:40]}» no es un largo.", "Escriba cuántos caracteres, o deje la celda vacía.")
    return int(valor)


@lru_cache(maxsize=1 << 10)
def bandera_de(escrito: str) -> bool:
    """0/1, sí/no, verdadero/falso, true/false; vacío es no. Lanza CeldaIlegible."""
    valor = _BANDERAS.get(escrito.strip().lower())
    if valor is None:
        raise CeldaIlegible(f"«{escrito[:40]}» no es sí ni no.", "Escriba 1 o 0, o deje la celda vacía.")
    return valor


def _numero(escrito: str) -> float:
    if not escrito:
        raise CeldaIlegible("está vacía.", "Escriba cuántas hubo (0, si ninguna), o quite el renglón si no se sabe.")
    if _CON_MILES.fullmatch(escrito):
        # «1.234» puede ser mil doscientos o uno y pico: quien lo sabe es quien hizo la tabla.
        raise CeldaIlegible(f"«{escrito[:40]}» lleva separador de miles.", "Escriba sólo las cifras: «1234».")
    try:
        if "_" in escrito:  # Python lee «1_000»; una hoja de cálculo no lo escribe
            raise ValueError
        return float(escrito)
    except ValueError:
        remedio = "Use punto para los decimales." if _CON_COMA.fullmatch(escrito) else "Escriba sólo cifras."
        raise CeldaIlegible(f"«{escrito[:40]}» no es un número.", remedio) from None


def _sin_hora(escrito: str) -> CeldaIlegible:
    if _SOLO_EL_DIA.fullmatch(escrito):
        return CeldaIlegible(f"«{escrito}» no dice la hora.", f"{_EJEMPLO}: sin la hora no se aprende de ella.")
    return _no_es_una_fecha(escrito)


def _no_es_una_fecha(escrito: str) -> CeldaIlegible:
    if not escrito:
        return CeldaIlegible("está vacía.", f"{_EJEMPLO}, o quite el renglón.")
    if _DEL_DIA_PRIMERO.fullmatch(escrito):
        return CeldaIlegible(
            f"«{escrito[:40]}» puede ser día y mes, o mes y día.",
            f"{_EJEMPLO} (en Excel, formato de celda personalizado «aaaa-mm-dd hh:mm»).",
        )
    return CeldaIlegible(f"no entendemos la fecha «{escrito[:40]}».", f"{_EJEMPLO}.")
