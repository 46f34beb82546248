"""Decir, antes de cambiar un monitor, cuánto habría contado. No escribe nada."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVarTuple

from sqlalchemy import Row, Select, func, select, tuple_
from sqlmodel import col

from conectores.contrato_escucha import Clase
from modelos import Base
from modelos.escucha import Mensaje
from motor.escucha.entendedor import vigia_de
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.monitores.definicion import Definicion
from motor.escucha.monitores.recuento import LEIDAS, Avance, cuentan_ahora

_TANDA = 2000

Columnas = TypeVarTuple("Columnas")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anticipo:
    """Cuántos mensajes habría contado una definición, y de cuántos. ejemplos: los más nuevos, recortados, para ver si
    son los que se buscan.
    """

    cuenta: int
    leidos: int
    ejemplos: tuple[str, ...]


def anticipar(
    escucha: EntornoDeEscucha,
    definiciones: Mapping[str, Definicion],
    *,
    plazo: timedelta = timedelta(days=30),
    avance: Avance = lambda _van, _de: None,
    ejemplos: int = 3,
) -> dict[str, Anticipo]:
    """Cuántos de los mensajes guardados de ese plazo habría contado cada definición."""
    claves = dict(enumerate(definiciones))
    vigia = vigia_de(escucha, {n: definiciones[clave] for n, clave in claves.items()})
    cuentas, vistos = dict.fromkeys(claves, 0), {n: list[str]() for n in claves}
    desde = escucha.reloj.ahora() - plazo
    with escucha.base.leer() as sesion:
        de = sesion.scalar(_del_plazo(select(func.count()), desde)) or 0
    van, sigue = 0, None
    while mensajes := _anteriores(escucha.base, desde, sigue):
        for m in mensajes:
            for n in cuentan_ahora(vigia, m):
                cuentas[n] += 1
                if len(vistos[n]) < ejemplos and m.clase != Clase.DIRECTO:  # lo privado se cuenta y no se enseña
                    vistos[n].append(" ".join(f"{m.titulo} {m.texto}".split())[:200])
        van, sigue = van + len(mensajes), (mensajes[-1].publicado_en, mensajes[-1].id)
        avance(min(van, de), de)
    return {clave: Anticipo(cuenta=cuentas[n], leidos=van, ejemplos=tuple(vistos[n])) for n, clave in claves.items()}


def _del_plazo(orden: Select[*Columnas], desde: datetime) -> Select[*Columnas]:
    return orden.where(col(Mensaje.publicado_en) >= desde, col(Mensaje.borrado_en).is_(None))


def _anteriores(base: Base, desde: datetime, sigue: tuple[datetime, int] | None) -> list[Row[Any]]:
    """Una tanda, de los más nuevos a los más viejos; cada una en su lectura, que una larga estorba a quien escribe."""
    orden = _del_plazo(select(*LEIDAS), desde)
    if sigue is not None:
        orden = orden.where(tuple_(col(Mensaje.publicado_en), col(Mensaje.id)) < sigue)
    with base.leer() as sesion:
        return list(
            sesion.execute(orden.order_by(col(Mensaje.publicado_en).desc(), col(Mensaje.id).desc()).limit(_TANDA))
        )
