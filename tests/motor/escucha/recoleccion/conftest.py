from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlmodel import select

from conectores.contrato_escucha import Oido
from conectores.memoria.conector import RedEnMemoria, red_en_memoria
from conectores.memoria.pueblo import Pueblo
from modelos import Correo, Gasto, Perfil
from modelos.escucha import Fuente, Mensaje
from motor.escucha.entendido import Entendido
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.fuentes import sincronizar_fuentes
from motor.escucha.recoleccion.recolector import Hecho, Recolector
from tests.conftest import RelojFijo

COORDINACION = ("coordinadora@ejemplo.mx",)


def entender(_: str, oidos: Sequence[Oido]) -> list[Entendido]:
    """Sin monitores: a estas pruebas no les importa qué cuenta cada uno."""
    return [Entendido(None, ()) for _ in oidos]


@pytest.fixture
def red(request: pytest.FixtureRequest, reloj: RelojFijo) -> RedEnMemoria:
    red = red_en_memoria(request.node.nodeid)
    red.ahora = reloj.ahora
    return red


@pytest.fixture
def pueblo(red: RedEnMemoria) -> Pueblo:
    return red.pueblo


@pytest.fixture
def perfil(red: RedEnMemoria, perfil_de: Callable[..., Perfil]) -> Perfil:
    return perfil_de()


@pytest.fixture
def escucha(escucha: EntornoDeEscucha) -> EntornoDeEscucha:
    reglas = replace(escucha.reglas, coordinacion=COORDINACION)
    return replace(escucha, principal=replace(escucha.principal, reglas=reglas))


def de_pago(escucha: EntornoDeEscucha, *, costo: str, presupuesto: str) -> EntornoDeEscucha:
    """La misma, donde cada petición puede costar tanto y la oficina puso tanto al mes."""
    hechos = escucha.hechos_de("memoria")
    assert hechos is not None
    caros = replace(hechos, canales=tuple(replace(c, costo=Decimal(costo)) for c in hechos.canales))
    return replace(escucha, hechos_de=lambda _: caros, presupuesto=lambda _: Decimal(presupuesto))


class Casa:
    """Lo que hace falta para correr rondas y mirar qué quedó."""

    def __init__(self, escucha: EntornoDeEscucha, reloj: RelojFijo) -> None:
        self.escucha = escucha
        self.reloj = reloj
        self.hechos: list[tuple[str, Hecho]] = []
        self.recolector = Recolector(
            escucha,
            lambda: entender,
            azar=Random(7),
            al_acabar=lambda fuente, hecho: self.hechos.append((fuente.clave, hecho)),
        )

    def vuelta(self) -> int:
        """Todo lo que toca ahora, hasta el final."""
        total = 0
        while empezadas := self.recolector.recolectar():
            total += empezadas
            assert self.recolector.esperar(20)
        return total

    def sincronizar(self, **como: Any) -> None:
        sincronizar_fuentes(self.escucha, **como)

    def solo(self, clave: str, *, ya: bool = False) -> None:
        """Que sólo le toque a una: las demás, dentro de diez días."""
        with self.escucha.base.escribir() as sesion:
            for fuente in self.fuentes().values():
                if fuente.clave != clave:
                    fuente.proxima_en = self.reloj.ahora() + timedelta(days=10)
                elif ya:
                    fuente.proxima_en = self.reloj.ahora()
                sesion.merge(fuente)

    def fuente(self, clave: str) -> Fuente:
        with self.escucha.base.leer() as sesion:
            return sesion.exec(select(Fuente).where(Fuente.clave == clave)).one()

    def fuentes(self) -> dict[str, Fuente]:
        with self.escucha.base.leer() as sesion:
            return {f.clave: f for f in sesion.exec(select(Fuente))}

    def mensajes(self) -> list[Mensaje]:
        with self.escucha.base.leer() as sesion:
            return list(sesion.exec(select(Mensaje).order_by(Mensaje.id)))  # type: ignore[arg-type] # la columna, no el número

    def gastos(self) -> list[Gasto]:
        with self.escucha.principal.base.leer() as sesion:
            return list(sesion.exec(select(Gasto)))

    def correos(self) -> list[Correo]:
        with self.escucha.principal.base.leer() as sesion:
            return list(sesion.exec(select(Correo)))


@pytest.fixture
def casa(escucha: EntornoDeEscucha, reloj: RelojFijo) -> Casa:
    return Casa(escucha, reloj)
