"""Lo que cuesta escuchar este mes en las redes que cobran: usado y límite."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlmodel import col

from modelos import Gasto
from modelos.escucha import Fuente
from motor.avisos.alzas.averiguar import nombre_de_red
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.cadencia import mes
from motor.escucha.recoleccion.presupuesto import a_dolares


@dataclass(frozen=True, slots=True, kw_only=True)
class GastoDeRed:
    """variable: la que cambia el límite."""

    red: str
    nombre: str
    usado: Decimal
    limite: Decimal

    @property
    def variable(self) -> str:
        return f"PREGONERO_{self.red.upper()}_PRESUPUESTO_USD"

    @property
    def parte(self) -> int:
        """Por ciento del límite, de 0 a 100."""
        return min(round(100 * self.usado / self.limite), 100) if self.limite else 100


def gastos(escucha: EntornoDeEscucha) -> list[GastoDeRed]:
    """Sólo las que cobran o ya cobraron algo."""
    orden = select(col(Gasto.red), func.sum(col(Gasto.microdolares))).where(
        col(Gasto.mes) == mes(escucha.reloj.ahora())
    )
    with escucha.principal.base.leer() as sesion:
        usados = {red: a_dolares(int(micros)) for red, micros in sesion.execute(orden.group_by(col(Gasto.red)))}
    with escucha.base.leer() as sesion:
        oidas = set(sesion.scalars(select(col(Fuente.red)).distinct()))
    todos = [
        GastoDeRed(
            red=red,
            nombre=nombre_de_red(escucha, red),
            usado=usados.get(red, Decimal(0)),
            limite=escucha.presupuesto(red),
        )
        for red in sorted(oidas | set(usados))
    ]
    return [g for g in todos if g.usado or g.limite]
