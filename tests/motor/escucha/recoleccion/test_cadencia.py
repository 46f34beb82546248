from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conectores.contrato import ErrorDeContrato, ErrorDePerfil, ErrorTransitorio
from motor.escucha.recoleccion.cadencia import (
    EDADES,
    MAXIMO,
    MINIMO,
    al_ritmo,
    manana,
    mes,
    mes_siguiente,
    proxima_medida,
    siguiente,
    tras_fallo,
)

CINCO = timedelta(minutes=5)
AHORA = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("nuevos", "calladas", "de_pago", "minutos"),
    [
        (0, 0, False, 5),
        (3, 0, False, 2.5),
        (10, 0, False, 1.25),
        (0, 3, False, 5),
        (0, 4, False, 7.5),
        (0, 50, False, 10),
        (10, 0, True, 5),  # donde cobran no se acelera
        (0, 50, True, 20),
    ],
)
def test_se_pregunta_mas_a_menudo_a_quien_habla(nuevos: int, calladas: int, de_pago: bool, minutos: float) -> None:
    assert siguiente(CINCO, nuevos=nuevos, calladas=calladas, de_pago=de_pago) == timedelta(minutes=minutos)


def test_si_el_dinero_se_va_mas_aprisa_que_el_mes_se_espera_lo_que_haga_falta() -> None:
    dia_10 = datetime(2026, 11, 10, tzinfo=UTC)  # va el 30 % y quedan 21 días
    assert al_ritmo(dia_10, costo=0.05, gastado=7, presupuesto=25) == timedelta()
    espera = al_ritmo(dia_10, costo=0.05, gastado=15, presupuesto=25)
    assert abs(espera - timedelta(hours=2, minutes=31, seconds=12)) < timedelta(seconds=1)  # 21 días · 0.05 / 10
    assert siguiente(CINCO, nuevos=5, calladas=0, de_pago=True, al_menos=espera) == espera
    assert al_ritmo(dia_10, costo=5, gastado=25, presupuesto=25) == MAXIMO


@given(
    cada=st.timedeltas(timedelta(seconds=1), timedelta(days=2)),
    nuevos=st.integers(0, 500),
    calladas=st.integers(0, 500),
    de_pago=st.booleans(),
    al_menos=st.timedeltas(timedelta(0), timedelta(days=60)),
)
def test_nunca_se_machaca_una_red_ni_se_la_olvida(
    cada: timedelta, nuevos: int, calladas: int, de_pago: bool, al_menos: timedelta
) -> None:
    espera = siguiente(cada, nuevos=nuevos, calladas=calladas, de_pago=de_pago, al_menos=al_menos)
    assert MINIMO <= espera <= max(MAXIMO, cada)


def test_lo_que_pide_la_red_se_obedece() -> None:
    pausa = tras_fallo(
        ErrorTransitorio("x", espera=timedelta(minutes=15), de_perfil=True), fallos=0, cada=CINCO, azar=Random(1)
    )
    assert timedelta(minutes=15) < pausa.espera < timedelta(minutes=16)
    assert pausa.todo_el_perfil


def test_una_espera_disparatada_no_calla_a_nadie_mas_de_un_dia() -> None:
    pausa = tras_fallo(ErrorTransitorio("x", espera=timedelta(days=400)), fallos=0, cada=CINCO, azar=Random(1))
    assert pausa.espera < timedelta(days=1, minutes=1)


def test_sin_saber_cuanto_se_espera_cada_vez_mas_con_tope() -> None:
    esperas = [tras_fallo(ErrorTransitorio("x"), fallos=n, cada=CINCO, azar=Random(3)).espera for n in range(12)]
    assert timedelta(seconds=30) <= esperas[0] <= timedelta(minutes=1)
    assert esperas[:5] == sorted(esperas[:5])
    assert max(esperas) <= timedelta(minutes=30)


@pytest.mark.parametrize("error", [ErrorDePerfil("x"), ErrorDeContrato("x")])
def test_lo_que_arregla_una_persona_se_mira_cada_hora(error: Exception) -> None:
    espera = tras_fallo(error, fallos=9, cada=CINCO, azar=Random(1)).espera
    assert timedelta(minutes=54) <= espera <= timedelta(minutes=66)


def test_una_publicacion_se_mide_mucho_de_joven_y_poco_despues() -> None:
    publicada = AHORA
    medidas = [publicada]
    while (toca := proxima_medida(publicada, medidas[-1])) is not None:
        medidas.append(toca)
    edades = [m - publicada for m in medidas[1:]]
    assert edades == list(EDADES)
    assert edades[0] == timedelta(minutes=10)
    assert sum(e <= timedelta(days=1) for e in edades) == 8
    separaciones = [b - a for a, b in pairwise(edades)][:-1]
    assert separaciones == sorted(separaciones)


def test_si_no_se_pudo_medir_en_dias_se_sigue_por_la_edad_que_toca() -> None:
    assert proxima_medida(AHORA, AHORA + timedelta(days=5)) == AHORA + timedelta(days=8)


@pytest.mark.parametrize("zona", ["America/Mexico_City", "America/Tijuana", "America/Ciudad_Juarez"])
def test_la_manana_siempre_es_a_las_seis_de_aqui(zona: str) -> None:
    aqui, ahora = ZoneInfo(zona), datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(365):
        ahora, antes = manana(ahora, aqui), ahora
        assert timedelta(0) < ahora - antes <= timedelta(hours=25)
        assert ahora.astimezone(aqui).hour == 6


def test_el_mes_es_el_de_la_hora_universal() -> None:
    """A las 23:00 del 30 en Toluca ya es 1 en UTC, que es como cobran las redes."""
    assert mes(datetime(2026, 11, 30, 23, 0, tzinfo=ZoneInfo("America/Mexico_City"))) == "2026-12"
    assert mes_siguiente(datetime(2026, 12, 31, 12, tzinfo=UTC)) == datetime(2027, 1, 1, tzinfo=UTC)
    assert mes_siguiente(datetime(2026, 1, 31, 12, tzinfo=UTC)) == datetime(2026, 2, 1, tzinfo=UTC)
