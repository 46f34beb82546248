"""El sorteo de verdad y la prueba, juntos: lo que el motor deja escrito basta para saber lo que valió elegir."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from motor.horarios.huecos import Hueco, Pedido, elegir
from motor.horarios.mapa import SEMANA, Mapa
from motor.horarios.prueba.ensayo import Ensayo
from motor.horarios.prueba.estimacion import estimar
from motor.horarios.prueba.veredicto import Dicho, juzgar
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil

LUNES = datetime(2026, 2, 9, 6, tzinfo=UTC)  # las 0:00 en el centro de México, en una semana sin festivos
REGLAS = ReglasDeHorarios(generales=ReglasDePerfil(callar=(time(22), time(7)), azar=0.2))
PUEDEN = np.array([7 <= r % 24 < 22 for r in range(SEMANA)])


def elegidos(mapa: Mapa, cuantos: int) -> list[Hueco]:
    """Cada uno en una semana vacía: todas las horas que no se callan son candidatas."""
    huecos = []
    for n in range(cuantos):
        pedido = Pedido(clave=f"clave-{n}", perfil="x", desde=LUNES, hasta=LUNES + timedelta(days=7))
        hueco = elegir(
            [pedido],
            mapas={"x": mapa},
            ocupados={},
            reglas=REGLAS,
            cupos={},
            zona=ZoneInfo("America/Mexico_City"),
            ahora=LUNES - timedelta(days=1),
        )[f"clave-{n}"]
        assert isinstance(hueco, Hueco)
        huecos.append(hueco)
    return huecos


def test_la_prueba_recupera_lo_que_valio_elegir_con_lo_que_el_motor_dejo_escrito() -> None:
    rng = np.random.default_rng(7)
    vale = rng.normal(0, 0.25, SEMANA)
    ganancia = tuple(float(v) for v in 100 * np.expm1(vale))
    mapa = Mapa(
        ganancia=ganancia, inferior=ganancia, superior=ganancia, publicaciones=300, curva="general", espaciado=0
    )
    huecos = elegidos(mapa, 700)
    assert {h.candidatas for h in huecos} == {int(PUEDEN.sum())}
    ensayos = [
        Ensayo(
            perfil="x",
            valor=float(np.exp(4 + vale[h.ranura] + rng.normal(0, 0.5))),
            probabilidad=h.probabilidad,
            candidatas=h.candidatas,
            la_mejor=h.la_mejor,
        )
        for h in huecos
    ]
    verdad = 100 * np.expm1(vale[PUEDEN].max() - vale[PUEDEN].mean())
    efecto = estimar(ensayos)
    assert efecto is not None
    assert efecto.inferior_pct < verdad < efecto.superior_pct
    assert 0.15 * 700 < efecto.sorteadas < 0.25 * 700
    assert juzgar(ensayos).dicho is Dicho.SIRVE
