"""Por qué un monitor cuenta un mensaje, o por qué casi lo cuenta. Puro."""

from collections.abc import Sequence
from dataclasses import dataclass

from conectores.contrato_escucha import Clase
from motor.escucha.lugares.donde import Donde
from motor.escucha.monitores.definicion import Definicion, Termino
from motor.escucha.monitores.normalizar import normalizar
from motor.escucha.monitores.vigia import Vigia


@dataclass(frozen=True, slots=True, kw_only=True)
class Motivo:
    """terminos: los que halló, como los escribió una persona. por_lugar: si el lugar pesó. porque_no: vacío si lo
    cuenta; si no, lo que le faltó, teniendo alguna de sus palabras.
    """

    monitor: int
    terminos: tuple[str, ...]
    por_lugar: bool = False
    porque_no: str = ""


def motivos(
    vigia: Vigia,
    texto: str,
    *,
    red: str,
    clase: Clase,
    titulo: str = "",
    idioma: str = "",
    autor: str = "",
    donde: Donde | None = None,
) -> list[Motivo]:
    """Los que cuentan un mensaje y por qué; después, los que tienen alguna de sus palabras y no lo cuentan."""
    linea = normalizar(texto, titulo=titulo, autor=autor)
    cuentan = set(vigia.en_linea(linea, red=red, clase=clase, idioma=idioma, donde=donde))
    si, no = [], []
    for monitor, d in vigia.definiciones.items():
        hallados = vigia.hallados(monitor, linea)
        terminos = _escritos((*d.todas, *d.alguna), hallados)
        if monitor in cuentan:
            por_lugar = d.zona is not None and donde is not None and donde.confianza >= d.zona.confianza_minima
            si.append(Motivo(monitor=monitor, terminos=terminos, por_lugar=por_lugar))
        elif terminos:
            porque_no = _porque_no(d, hallados, red=red, clase=clase, donde=donde)
            no.append(Motivo(monitor=monitor, terminos=terminos, porque_no=porque_no))
    return si + no


def _porque_no(d: Definicion, hallados: frozenset[Termino], *, red: str, clase: Clase, donde: Donde | None) -> str:
    if sobran := _escritos(d.ninguna, hallados):
        return f"lo descarta {_entre_comillas(sobran)}"
    if faltan := tuple(t.escrito for t in d.todas if t not in hallados):
        return f"le falta {_entre_comillas(faltan)}"
    if d.alguna and hallados.isdisjoint(d.alguna):
        return "no dice ninguna de «alguna»"
    if clase not in d.clases:
        return f"no cuenta los de clase {clase.value}"
    if d.redes and red not in d.redes:
        return f"sólo cuenta los de {', '.join(sorted(d.redes))}"
    if d.zona is None:
        return "no cuenta los de ese idioma"
    if donde is None:
        return "no se sabe de dónde es"
    if donde.confianza < d.zona.confianza_minima:
        return f"no se está bastante seguro de dónde es ({donde.confianza:g} de {d.zona.confianza_minima:g})"
    return "es de otro lugar"


def _escritos(terminos: Sequence[Termino], hallados: frozenset[Termino]) -> tuple[str, ...]:
    return tuple(t.escrito for t in terminos if t in hallados)


def _entre_comillas(escritos: Sequence[str]) -> str:
    return " y ".join(f"«{e}»" for e in escritos)
