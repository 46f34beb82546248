"""Cómo va cada fuente, para quien la mira: en la orden `fuentes` y en el diagnóstico. Puro, salvo las dos lecturas."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import func, select
from sqlmodel import col

from modelos import Gasto
from modelos.escucha import Fuente
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.archivo import FuentesInvalidas, leer
from motor.escucha.recoleccion.fuentes import QUITADA
from motor.escucha.recoleccion.presupuesto import a_dolares

ATRASO = timedelta(hours=1)
"""Lo que puede pasarse de su hora una fuente antes de sospechar que nadie escucha."""


class Salud(StrEnum):
    BIEN = "se oye"
    NUEVA = "aún no le toca"
    FALLA = "con fallo"
    ILEGIBLE = "no se deja ver"
    DUERME = "sin dinero"
    APAGADA = "apagada"
    QUITADA = "quitada"
    ATRASADA = "nadie la atiende"


def salud_de(fuente: Fuente, ahora: datetime) -> Salud:
    if fuente.apagada_porque:
        return Salud.QUITADA if fuente.apagada_porque == QUITADA else Salud.APAGADA
    if fuente.fallos:
        return Salud.FALLA
    if fuente.detalle and fuente.trabajo != "retratar" and fuente.proxima_en > ahora:
        return Salud.DUERME
    if ahora - fuente.proxima_en > ATRASO:
        return Salud.ATRASADA
    if fuente.detalle:
        return Salud.ILEGIBLE
    return Salud.BIEN if fuente.oida_en is not None else Salud.NUEVA


def porque(fuente: Fuente) -> str:
    """Lo que hay que leer si no se oye."""
    return fuente.apagada_porque or fuente.detalle


def todas(escucha: EntornoDeEscucha) -> list[Fuente]:
    """Las fuentes, por red y nombre."""
    with escucha.base.leer() as sesion:
        return list(sesion.scalars(select(Fuente).order_by(col(Fuente.red), col(Fuente.nombre), col(Fuente.id))))


@dataclass(frozen=True, slots=True)
class Renglon:
    """Lo que se gastó en algo, en un mes. apartado: lo que está dentro y aún no se sabe si se cobró."""

    mes: str
    red: str
    concepto: str
    unidades: int
    dolares: Decimal
    apartado: Decimal


def gasto_por_mes(escucha: EntornoDeEscucha) -> list[Renglon]:
    """De lo más nuevo a lo más viejo, y de lo que más costó a lo que menos."""
    suma = func.sum(col(Gasto.microdolares))
    apartado = func.sum(col(Gasto.microdolares)).filter(col(Gasto.reservado))
    orden = (
        select(col(Gasto.mes), col(Gasto.red), col(Gasto.concepto), func.sum(col(Gasto.unidades)), suma, apartado)
        .group_by(col(Gasto.mes), col(Gasto.red), col(Gasto.concepto))
        .order_by(col(Gasto.mes).desc(), col(Gasto.red), suma.desc())
    )
    with escucha.principal.base.leer() as sesion:
        return [
            Renglon(mes, red, concepto, int(unidades), a_dolares(int(micros)), a_dolares(int(aparte or 0)))
            for mes, red, concepto, unidades, micros, aparte in sesion.execute(orden)
        ]


def faltas_del_archivo(escucha: EntornoDeEscucha) -> tuple[str, ...]:
    """Lo que hay que corregir en fuentes.toml; vacía si está bien o no existe."""
    try:
        leer(escucha.archivos, reconocer_red=escucha.principal.reconocer_red)
    except FuentesInvalidas as error:
        return error.faltas
    return ()


def contadas(fuentes: Iterable[Fuente], ahora: datetime) -> dict[Salud, int]:
    cuentas: dict[Salud, int] = {}
    for fuente in fuentes:
        salud = salud_de(fuente, ahora)
        cuentas[salud] = cuentas.get(salud, 0) + 1
    return cuentas
