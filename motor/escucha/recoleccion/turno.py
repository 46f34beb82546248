"""Turno: una vez que se atiende a una fuente. Lo que recibe quien la atiende, y lo que contesta."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from conectores.contrato import ErrorDePerfil
from conectores.contrato_escucha import Canal, HechosDeEscucha
from modelos import Perfil
from modelos.escucha import Fuente
from motor.escucha.entendido import Entender
from motor.escucha.entorno import EntornoDeEscucha

TANDAS_POR_TURNO = 5
"""Peticiones seguidas a una fuente que tiene mucho que contar, antes de dejar pasar a otra de la misma red."""

P = TypeVar("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turno:
    """fuente: suelta; quien la atiende lleva en ella su cursor. perfil: None si no es de un perfil nuestro.

    seguir: falso en cuanto se pide parar; se mira entre una petición y otra.
    """

    escucha: EntornoDeEscucha
    fuente: Fuente
    perfil: Perfil | None
    entender: Entender
    seguir: Callable[[], bool]

    def conector(self, poder: type[P]) -> P:
        """Quien contesta, con el poder que hace falta. Lanza ErrorDePerfil si no lo tiene."""
        escucha, fuente = self.escucha, self.fuente
        quien: Any = escucha.oyente(fuente) if self.perfil is None else escucha.principal.abrir(self.perfil)
        if not isinstance(quien, poder):
            raise ErrorDePerfil(f"{fuente.red} no permite esto.", remedio="Quite esta fuente, o use otra vía.")
        return quien

    @property
    def hechos(self) -> HechosDeEscucha:
        hechos = self.escucha.hechos_de(self.fuente.red)
        return hechos if hechos is not None else HechosDeEscucha(canales=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Resultado:
    """nuevos: lo que trajo y no se tenía. hay_mas: falta y se puede pedir ya. costo: los dólares que cobró la red.

    proxima_en: cuándo toca otra vez; None: lo decide la cadencia. detalle: algo que conviene que lea una persona.
    """

    nuevos: int = 0
    hay_mas: bool = False
    costo: Decimal = Decimal(0)
    proxima_en: datetime | None = None
    detalle: str = ""


def canal_de(hechos: HechosDeEscucha, nombre: str) -> Canal | None:
    """El canal de ese nombre, sea de los de siempre o el de la búsqueda."""
    todos = [*hechos.canales, *([hechos.busqueda] if hechos.busqueda is not None else [])]
    return next((c for c in todos if c.nombre == nombre), None)


CADA: dict[str, timedelta] = {
    "medir": timedelta(minutes=10),
    "seguir": timedelta(days=1),
    "retratar": timedelta(days=1),
    "revisar": timedelta(hours=1),
}
"""Cada cuánto, para los trabajos que no son oír un canal."""


def cada_de(fuente: Fuente, hechos: HechosDeEscucha) -> timedelta:
    canal = canal_de(hechos, fuente.canal)
    return canal.cada if canal is not None else CADA.get(fuente.trabajo, timedelta(hours=1))
