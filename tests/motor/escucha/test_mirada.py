"""Lo que un detector saca de los intervalos: sin base, para poder pasar meses en un momento."""

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from motor.escucha.almacen.cobertura import Punto
from motor.escucha.mirada import Mirada, Ojo, Sabido
from motor.escucha.picos import nuevo

HORA, CINCO, DIA = timedelta(hours=1), timedelta(minutes=5), timedelta(days=1)
MEXICO, JUAREZ = ZoneInfo("America/Mexico_City"), ZoneInfo("America/Ciudad_Juarez")
COMIENZO = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)

Ritmo = Callable[[datetime], int]


def de_siempre(hora: datetime) -> int:
    """De día tres o cuatro por hora; de noche casi ninguno. Siempre lo mismo."""
    despierto = max(0.0, math.sin((hora.hour - 12) / 24 * 2 * math.pi))
    return round(4 * despierto) + (hora.day * 7 + hora.hour * 3) % 2


def de_mucho(instante: datetime) -> int:
    """Unas doce menciones cada cinco minutos."""
    minuto = instante.hour * 60 + instante.minute
    return round(12 + 4 * math.sin(minuto / 1440 * 2 * math.pi)) + (instante.day * 5 + minuto // 5 * 7) % 5 - 2


def intervalos(
    desde: datetime, hasta: datetime, *, paso: timedelta = HORA, cuantos: Ritmo = de_siempre, **otros: int
) -> Iterable[Punto]:
    """otros: cuántos hubo en un intervalo, por los pasos que lleva desde `desde` (`n40=60`)."""
    n = 0
    while desde < hasta:
        yield Punto(desde, otros.get(f"n{n}", cuantos(desde)), parcial=False)
        desde, n = desde + paso, n + 1


def ojo(paso: timedelta = HORA, zona: ZoneInfo = MEXICO) -> Ojo:
    return Ojo(paso_s=round(paso.total_seconds()), zona=zona, falsas_al_mes=1.0)


def nueva(desde: datetime, paso: timedelta = HORA) -> Mirada:
    return Mirada(nuevo(round(paso.total_seconds())), desde)


def test_un_alza_que_empezo_y_acabo_mientras_el_motor_estaba_apagado_queda_cerrada() -> None:
    desde = COMIENZO - 20 * DIA
    mirada = ojo().mirar(nueva(desde), list(intervalos(desde, COMIENZO, n450=70)), None)
    (alza,) = mirada.alzas
    assert alza.inicio == desde + 450 * HORA
    assert alza.hasta is not None
    assert alza.fin < alza.hasta <= alza.inicio + DIA


def test_dos_alzas_de_una_vez_se_cierran_cada_una_a_su_hora() -> None:
    desde = COMIENZO - 20 * DIA
    mirada = ojo().mirar(nueva(desde), list(intervalos(desde, COMIENZO, n380=70, n450=90)), None)
    primera, segunda = mirada.alzas
    assert primera.hasta is not None
    assert primera.hasta < segunda.inicio
    assert segunda.hasta is not None


def test_se_recuerda_lo_mas_que_llego_a_ser() -> None:
    desde = COMIENZO - 20 * DIA
    mirada = ojo().mirar(nueva(desde), list(intervalos(desde, COMIENZO, n450=60, n451=110, n452=30)), None)
    (alza,) = mirada.alzas
    assert (alza.valor, alza.maximo) == (60, 110)


@pytest.mark.parametrize("paso", [HORA, CINCO])
@pytest.mark.parametrize("cambio", [datetime(2026, 11, 1, 8, tzinfo=UTC), datetime(2027, 3, 14, 9, tzinfo=UTC)])
def test_el_cambio_de_hora_de_la_frontera_ni_detiene_ni_alarma(cambio: datetime, paso: timedelta) -> None:
    """Noviembre repite la una; marzo se salta las dos. Todo lo demás de ese día es como siempre."""
    dias = 21 if paso == HORA else 5
    desde, cuantos = cambio - dias * DIA, de_siempre if paso == HORA else de_mucho
    puntos = list(intervalos(desde, cambio + DIA, paso=paso, cuantos=cuantos))
    mirada = nueva(desde, paso)
    for n, punto in enumerate(puntos):
        if abs(punto.inicio - cambio) < 3 * HORA:  # también asomándose a cada uno, con el de antes sin decidir
            ojo(paso, JUAREZ).mirar(mirada, [], Punto(punto.inicio + paso, 1, parcial=True))
        ojo(paso, JUAREZ).mirar(mirada, puntos[n : n + 1], None)
    assert mirada.hasta == cambio + DIA
    assert mirada.alzas == []


@pytest.mark.parametrize("minutos", [0, 30, 59])
def test_un_alza_en_la_hora_repetida_se_nota_una_vez(minutos: int) -> None:
    cambio = datetime(2026, 11, 1, 8, tzinfo=UTC)  # a las 8:00 UTC vuelve a ser la una en Juárez
    assert cambio.astimezone(JUAREZ).hour == (cambio - HORA).astimezone(JUAREZ).hour == 1
    desde = cambio - 20 * DIA
    hechos = [*intervalos(desde, cambio - HORA), Punto(cambio - HORA, 60 + minutos, False), Punto(cambio, 50, False)]
    mirada = ojo(zona=JUAREZ).mirar(nueva(desde), hechos, None)
    assert [a.inicio for a in mirada.alzas] == [cambio - HORA]


# ── Cambiar de paso, o volver a aprender, a media historia ───────────────────────────────────────────────────────


def test_al_pasar_a_mirar_cada_cinco_minutos_no_se_repite_lo_que_aviso_el_de_cada_hora() -> None:
    desde, alza = COMIENZO - 10 * DIA, COMIENZO - HORA
    puntos = [
        p if p.inicio < alza else Punto(p.inicio, 90, False)
        for p in intervalos(desde, COMIENZO, paso=CINCO, cuantos=de_mucho)
    ]
    solo = ojo(CINCO).mirar(nueva(desde, CINCO), puntos, None)
    assert solo.alzas, "sin que nadie se lo cuente, la nota"
    sabido = Sabido(alza, 3600, 9.0)
    enterado = ojo(CINCO).mirar(nueva(desde, CINCO), puntos, Punto(COMIENZO, 80, True), sabidos=[sabido])
    assert enterado.alzas == []
    despues = [*intervalos(COMIENZO, COMIENZO + 16 * HORA, paso=CINCO, cuantos=de_mucho)]
    assert len(ojo(CINCO).mirar(enterado, despues, None).vueltas) == 1, "y sabe que seguía"


def test_al_volver_a_mirar_cada_hora_no_se_repite_lo_que_aviso_el_de_cinco_minutos() -> None:
    desde, alza = COMIENZO - 20 * DIA, COMIENZO - 4 * HORA
    puntos = [Punto(p.inicio, 60 if p.inicio >= alza else p.cuenta, False) for p in intervalos(desde, COMIENZO)]
    sabido = Sabido(alza + 7 * CINCO, 300, 3.0)
    assert ojo().mirar(nueva(desde), puntos, None).alzas != []
    mirada = ojo().mirar(nueva(desde), puntos, Punto(COMIENZO, 60, True), sabidos=[sabido])
    assert mirada.alzas == []
    assert mirada.vueltas == []


def test_un_alza_que_el_de_cinco_minutos_aviso_en_la_hora_que_corre_no_la_repite_el_de_cada_hora() -> None:
    desde = COMIENZO - 20 * DIA
    sabido = Sabido(COMIENZO + 2 * CINCO, 300, 3.0)
    mirada = ojo().mirar(nueva(desde), list(intervalos(desde, COMIENZO)), Punto(COMIENZO, 60, True), sabidos=[sabido])
    assert mirada.alzas == []


def test_al_aprender_otra_vez_con_otra_cuenta_no_se_adelanta_un_alza_ya_avisada() -> None:
    """Se editó el monitor a media alza: con la cuenta nueva, ésta se ve dos horas antes."""
    desde = COMIENZO - 20 * DIA
    puntos = list(intervalos(desde, COMIENZO, n477=50, n478=60, n479=60))
    sabido = Sabido(COMIENZO - HORA, 3600, 6.0)
    assert ojo().mirar(nueva(desde), puntos, None, sabidos=[sabido]).alzas == []


def test_si_de_verdad_empeora_se_vuelve_a_decir() -> None:
    desde = COMIENZO - 20 * DIA
    puntos = list(intervalos(desde, COMIENZO, n478=14, n479=400))
    sabido = Sabido(COMIENZO - 2 * HORA, 3600, 2.9)
    assert [a.inicio for a in ojo().mirar(nueva(desde), puntos, None, sabidos=[sabido]).alzas] == [COMIENZO - HORA]


def test_con_lo_guardado_cada_cinco_minutos_madura_de_una_vez() -> None:
    desde = COMIENZO - 60 * DIA
    puntos = list(intervalos(desde, COMIENZO, paso=CINCO, cuantos=de_mucho))
    mirada = ojo(CINCO).mirar(nueva(desde, CINCO), puntos, Punto(COMIENZO, 150, True))
    assert not mirada.estado.madurando()
    assert [a.inicio for a in mirada.alzas] == [COMIENZO]


def test_meses_sin_una_mencion_y_de_pronto_una_docena() -> None:
    desde = COMIENZO - 120 * DIA
    callado = list(intervalos(desde, COMIENZO, cuantos=lambda _: 0))
    mirada = ojo().mirar(nueva(desde), callado, Punto(COMIENZO, 1, True))
    assert mirada.alzas == [], "una sola no es noticia"
    mirada = ojo().mirar(mirada, [], Punto(COMIENZO, 12, True))
    assert [a.valor for a in mirada.alzas] == [12]
