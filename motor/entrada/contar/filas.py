"""El veredicto de cada fila de un calendario."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from conectores.contrato import Problema
from modelos.estados import Estado
from motor.entrada.contar.textos import LEGIBLES, Linea, por_aprobar
from motor.fechas.escritas import fecha_larga


class Suerte(StrEnum):
    ACEPTADA = "aceptada"
    CAMBIADA = "cambiada"
    IGUAL = "igual"
    RECHAZADA = "rechazada"
    OMITIDA = "omitida"


BUENAS = frozenset({Suerte.ACEPTADA, Suerte.CAMBIADA, Suerte.IGUAL})


@dataclass(frozen=True, slots=True)
class VeredictoDeFila:
    """texto: lo que dirá la columna `resultado`. publicacion_id: None si no hay ninguna."""

    numero: int
    suerte: Suerte
    texto: str
    publicacion_id: int | None = None


def dicho_de_problemas(problemas: Sequence[Problema]) -> str:
    """Los problemas de una fila en un renglón; su número ya se ve en la hoja."""
    return " ".join(str(replace(p, donde=re.sub(r"^fila \d+, ", "", p.donde))) for p in problemas)


def dicho_de_lineas(lineas: Sequence[Linea], zona: ZoneInfo) -> str:
    """Cómo va una publicación, en un renglón: «Programada para el … en x, facebook», o red por red si ya difieren."""
    if not lineas:
        return "Sin ningún perfil."
    esperan = {linea.instante for linea in lineas if linea.estado is Estado.PROGRAMADA}
    perfiles = list(dict.fromkeys(linea.perfil for linea in lineas))
    por_que = lineas[0].por_que
    # Las demás partes de un hilo van a la hora de la primera y no repiten por qué.
    una_razon = all(linea.por_que == por_que for linea in lineas if linea.parte == 0)
    if len(esperan) == 1 and una_razon and all(linea.estado is Estado.PROGRAMADA for linea in lineas):
        dicho = f"Programada para el {fecha_larga(lineas[0].instante, zona)} en {', '.join(perfiles)}."
        return f"{dicho} {por_que}." if por_que else dicho
    return " ".join(_de_linea(linea, zona) for linea in lineas)


def _de_linea(linea: Linea, zona: ZoneInfo) -> str:
    cuando = fecha_larga(linea.instante, zona)
    if linea.estado is Estado.PUBLICADA:
        return f"{linea.perfil}: publicada el {cuando}" + (f" ({linea.url})." if linea.url else ".")
    if linea.estado is Estado.PROGRAMADA:
        return f"{linea.perfil}: programada para el {cuando}." + (f" {linea.por_que}." if linea.por_que else "")
    if linea.por_aprobar:
        return f"{linea.perfil}: {por_aprobar(linea)} Si se aprueba a tiempo, sale el {cuando}."
    return f"{linea.perfil}: {LEGIBLES[linea.estado]}." + (f" {linea.detalle}" if linea.detalle else "")
