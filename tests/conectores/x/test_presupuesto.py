"""El presupuesto de la oficina contra lo que X cobraría de verdad: nunca se rebasa, y lo que falta se sabe."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from modelos import Perfil
from motor.escucha.entorno import EntornoDeEscucha
from simulador.en_hilo import Simulador
from tests.conectores.x.conftest import Abrir
from tests.conftest import RelojFijo
from tests.motor.escucha.recoleccion.conftest import Casa

YO = "1001"
HOLGADO, JUSTO = Decimal(20), Decimal(1)


@pytest.fixture
def casa_con(
    escucha: EntornoDeEscucha, reloj: RelojFijo, perfil_de: Callable[..., Perfil], abrir: Abrir, sim: Simulador
) -> Callable[[Decimal], Casa]:
    """La oficina con la X imitada y un presupuesto. X usa la hora de verdad, así que el reloj empieza en ella."""
    reloj.saltar(datetime.now(UTC) - reloj.ahora())
    sim.ajustar("x", ventana_cupo_s=0.01)
    perfil_de("x", id_externo=YO)
    reglas = replace(escucha.reglas, coordinacion=("coordinadora@ejemplo.mx",))
    principal = replace(escucha.principal, abrir=lambda _: abrir(), reglas=reglas)

    def armar(presupuesto: Decimal) -> Casa:
        encendida = replace(escucha, principal=principal, encendida=lambda _: True, presupuesto=lambda _: presupuesto)
        return Casa(encendida, reloj)

    return armar


def _hablar(sim: Simulador, cuantas: int) -> None:
    for n in range(cuantas):
        sim.mencionar("x", YO, f"@SanJacintoGob se inundó, van {n}", autor_id=str(7000 + n), hace=timedelta(minutes=5))


def _apuntado(casa: Casa) -> Decimal:
    return sum((Decimal(g.microdolares) for g in casa.gastos()), Decimal()) / 1_000_000


def test_con_dinero_se_oye_todo_y_se_apunta_lo_que_x_cobro(sim: Simulador, casa_con: Callable[..., Casa]) -> None:
    _hablar(sim, 90)
    casa = casa_con(HOLGADO)
    casa.vuelta()
    assert len([m for m in casa.mensajes() if m.clase == "mencion"]) == 90
    assert sim.cobrado() <= _apuntado(casa) <= HOLGADO


def test_un_alud_no_rebasa_el_presupuesto_ni_en_lo_apuntado_ni_en_lo_cobrado(
    sim: Simulador, casa_con: Callable[..., Casa], reloj: RelojFijo
) -> None:
    casa = casa_con(JUSTO)
    for _ in range(6):
        _hablar(sim, 60)
        casa.vuelta()
        reloj.avanzar(timedelta(minutes=20))
    assert 0 < sim.cobrado() <= JUSTO
    assert sim.cobrado() <= _apuntado(casa) <= JUSTO
    assert 0 < len(casa.mensajes()) < 360, "lo que no se pudo pagar no se oyó"


def test_sin_encender_no_se_pregunta_nada(sim: Simulador, casa_con: Callable[..., Casa], reloj: RelojFijo) -> None:
    _hablar(sim, 5)
    casa = casa_con(HOLGADO)
    apagada = Casa(replace(casa.escucha, encendida=lambda _: False), reloj)
    apagada.vuelta()
    assert apagada.mensajes() == []
    assert sim.cobrado() == 0
    assert all("Enterprise" in f.apagada_porque for f in apagada.fuentes().values())
