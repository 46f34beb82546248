"""Lo que cuesta oír a un pueblo, a la cadencia declarada: las cuentas del README, hechas."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from conectores.contrato_escucha import Canal, Desde, Gasto, Tanda
from conectores.x import hechos, precios
from conectores.x.conector import ConectorX
from conectores.x.precios import gastos
from simulador.en_hilo import Simulador
from tests.conectores.x.conftest import Abrir

YO = "1001"
MENCIONES_AL_DIA, HALLADAS_AL_DIA = 10, 15
DIAS = 3


def dolares(varios: tuple[Gasto, ...]) -> Decimal:
    return sum((g.dolares for g in varios), Decimal())


class _Fuente:
    """Una fuente que se pregunta una y otra vez, y lo que va gastando."""

    def __init__(self, canal: Canal, preguntar: Callable[[Desde], Tanda]) -> None:
        self.canal, self.cursor, self.oidos, self.gastado, self.mayor = canal, "", 0, Decimal(), Decimal()
        self._preguntar, self._inicio = preguntar, datetime.now(UTC) - timedelta(minutes=5)

    def preguntar(self) -> None:
        hay_mas = True
        while hay_mas:
            tanda = self._preguntar(Desde(cursor=self.cursor, no_antes_de=self._inicio))
            self.cursor, hay_mas = tanda.cursor, tanda.hay_mas
            self.oidos += len(tanda.oidos)
            self.gastado += dolares(tanda.gastos)
            self.mayor = max(self.mayor, dolares(tanda.gastos))


def test_unos_dias_de_pueblo_cuestan_lo_que_dice_el_readme(sim: Simulador, abrir: Abrir) -> None:
    sim.ajustar("x", ventana_cupo_s=0.01)
    conector: ConectorX = abrir()
    (consulta,) = conector.consultas(["bache"])
    menciones = _Fuente(hechos.MENCIONES, lambda d: conector.escuchar("menciones", d))
    busqueda = _Fuente(hechos.BUSQUEDA, lambda d: conector.buscar(consulta, d))
    fuentes = {menciones: MENCIONES_AL_DIA, busqueda: HALLADAS_AL_DIA}
    preguntas = {f: timedelta(days=1) // f.canal.cada for f in fuentes}
    assert preguntas == {menciones: 96, busqueda: 48}
    for dia in range(DIAS):
        for n in range(HALLADAS_AL_DIA):
            sim.hablar("x", f"Hay un bache {dia}-{n}", autor_id=f"7{dia}{n:02}")
        for n in range(MENCIONES_AL_DIA):
            sim.mencionar("x", YO, f"@SanJacintoGob {dia}-{n}", autor_id=f"2{dia}{n:02}")
        for fuente, cuantas in preguntas.items():
            for _ in range(cuantas):
                fuente.preguntar()
    assert (menciones.oidos, busqueda.oidos) == (MENCIONES_AL_DIA * DIAS, HALLADAS_AL_DIA * DIAS)
    assert menciones.gastado * 30 / DIAS == Decimal("4.50")
    assert busqueda.gastado * 30 / DIAS == Decimal("6.75")
    for fuente in fuentes:
        assert fuente.mayor <= fuente.canal.costo
    assert sim.cobrado() <= menciones.gastado + busqueda.gastado, "lo que se cuenta nunca es menos que lo cobrado"


def test_preguntar_mas_seguido_no_cuesta_mas(sim: Simulador, abrir: Abrir) -> None:
    sim.mencionar("x", YO, "@SanJacintoGob ¿y el agua?")
    conector = abrir()
    fuente = _Fuente(hechos.MENCIONES, lambda d: conector.escuchar("menciones", d))
    for _ in range(20):
        fuente.preguntar()
    assert (fuente.oidos, fuente.gastado) == (1, precios.POST_CON_AUTOR)


def test_los_directos_se_vuelven_a_pagar_cada_vez_y_el_aviso_lo_cubre(sim: Simulador, abrir: Abrir) -> None:
    for n in range(30):
        sim.mensaje("x", YO, f"No hay agua {n}", autor_id=f"3{n}", hace=timedelta(minutes=60 - n))
    conector = abrir()
    fuente = _Fuente(hechos.MENSAJES, lambda d: conector.escuchar("mensajes", d))
    fuente.preguntar()
    antes = fuente.gastado
    fuente.preguntar()
    assert fuente.gastado - antes == Decimal("0.10"), "cinco mensajes con su remitente, aunque ya se tuvieran"
    assert fuente.mayor <= hechos.MENSAJES.costo
    al_mes = (timedelta(days=30) // hechos.MENSAJES.cada) * Decimal("0.10")
    assert al_mes == Decimal("12.00")


@pytest.mark.parametrize(
    ("respuesta", "cuanto"),
    [
        ({"data": [{"id": "1"}, {"id": "2"}]}, "0.010"),
        ({"data": [{"id": "1"}], "includes": {"users": [{"id": "7"}, {"id": "7"}]}}, "0.015"),
        ({"data": [{"id": "1"}], "includes": {"tweets": [{"id": "1"}, {"id": "9"}]}}, "0.010"),
        ({"data": [{"id": "1"}], "includes": {"posts": [{"id": "8"}, {"id": "9"}]}}, "0.015"),
        ({"data": [{"id": "1"}], "includes": {"places": [{"id": "a"}]}}, "0.005"),
        ({"meta": {"result_count": 0}}, "0"),
        ({"errors": [{}]}, "0"),
        ({"data": {"id": "1"}}, "0.005"),
        ([], "0"),
        (None, "0"),
    ],
)
def test_la_cuenta_de_una_respuesta(respuesta: object, cuanto: str) -> None:
    assert dolares(gastos(respuesta, concepto="leídas", por_uno=precios.POST)) == Decimal(cuanto)


def test_lo_que_se_aparta_cubre_la_peor_pagina() -> None:
    posts = [{"id": str(n)} for n in range(hechos.POR_PAGINA)]
    autores = [{"id": str(n)} for n in range(hechos.POR_PAGINA)]
    peor = gastos({"data": posts, "includes": {"users": autores}}, concepto="x", por_uno=precios.POST)
    assert dolares(peor) == hechos.BUSQUEDA.costo
    assert dolares(peor) + precios.USUARIO == hechos.MENCIONES.costo
