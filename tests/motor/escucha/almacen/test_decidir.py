"""Cuándo se puede decidir un intervalo, y con qué."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from modelos.escucha import Fuente
from motor.escucha.almacen.conteos import Punto
from motor.escucha.almacen.decidir import Decidible
from motor.escucha.entorno import EntornoDeEscucha
from tests.conftest import COMIENZO

HORA, CINCO = timedelta(hours=1), timedelta(minutes=5)
AHORA = COMIENZO + timedelta(minutes=2)


@pytest.fixture
def que_oye(fuente_de: Callable[..., Fuente]) -> Callable[..., Fuente]:
    def crear(clave: str, hasta: datetime | None = COMIENZO, **columnas: Any) -> Fuente:
        propias = {"desde": COMIENZO - timedelta(days=20), "cubierta_hasta": hasta, "oida_en": hasta}
        return fuente_de(clave, **(propias | {"proxima_en": COMIENZO + timedelta(minutes=5)} | columnas))

    return crear


def por_decidir(
    escucha: EntornoDeEscucha,
    *redes: str,
    despues_de: datetime = COMIENZO - 4 * HORA,
    ahora: datetime = AHORA,
    arrancado_en: datetime | None = None,
    **cuentas: int,
) -> list[Punto]:
    """`h10=3`: tres mensajes a las 10:00 UTC de hoy."""
    contado = {COMIENZO.replace(hour=int(h[1:])): n for h, n in cuentas.items()}
    with escucha.base.leer() as sesion:
        decidible = Decidible(sesion, desde=despues_de, ahora=ahora, arrancado_en=arrancado_en)
    puntos = decidible.puntos(frozenset(redes), 3600, despues_de, contado)
    hasta = decidible.hasta(frozenset(redes), 3600, despues_de)
    assert hasta == (puntos[-1].inicio + HORA if puntos else despues_de)
    return puntos


def test_solo_alimentan_a_un_monitor_las_fuentes_que_oyen_las_suyas_y_las_encendidas(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]
) -> None:
    que_oye("suya", red="prensa")
    que_oye("caida", COMIENZO - 3 * HORA, red="memoria", fallos=5)
    que_oye("mide", COMIENZO - 3 * HORA, red="prensa", fallos=5, trabajo="medir")
    que_oye("apagada", COMIENZO - 3 * HORA, red="prensa", fallos=5, apagada_porque="cuesta")
    assert [p.cuenta for p in por_decidir(escucha, "prensa")] == [0, 0, 0, 0]
    assert [p.cuenta for p in por_decidir(escucha, ahora=COMIENZO + timedelta(minutes=11))] == [0, None, None, None]


def test_una_fuente_caida_no_detiene_a_las_demas_y_deja_parcial_lo_que_no_oyo(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]
) -> None:
    que_oye("sana", COMIENZO + timedelta(minutes=1))
    que_oye("caida", COMIENZO - timedelta(minutes=30), fallos=4)
    assert [(p.inicio.hour, p.cuenta, p.parcial) for p in por_decidir(escucha, h12=2)] == [
        (11, 0, False),
        (12, 2, False),
        (13, 0, False),
    ]
    ya = por_decidir(escucha, h14=40, ahora=COMIENZO + timedelta(minutes=10))
    assert ya[-1] == Punto(COMIENZO - HORA, 40, True)


def test_al_volver_de_un_apagon_se_espera_a_que_las_fuentes_se_pongan_al_dia(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]
) -> None:
    que_oye("f", COMIENZO - 3 * HORA, proxima_en=COMIENZO - 3 * HORA)
    assert [p.cuenta for p in por_decidir(escucha, arrancado_en=COMIENZO)] == [0]
    sin_esperar = por_decidir(escucha)
    assert [p.cuenta for p in sin_esperar] == [0, None, None]  # a la última hora aún se la espera


def test_se_sigue_donde_se_iba_y_nada_se_decide_dos_veces(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]
) -> None:
    que_oye("f")
    primeros = por_decidir(escucha)
    assert [p.inicio.hour for p in primeros] == [11, 12, 13, 14]
    assert por_decidir(escucha, despues_de=primeros[-1].inicio + HORA) == []
    a_medias = por_decidir(escucha, despues_de=primeros[-1].inicio - CINCO)
    assert [p.inicio.hour for p in a_medias] == [14]


def test_se_empieza_por_el_primer_intervalo_entero(escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]) -> None:
    que_oye("f")
    assert [p.inicio.hour for p in por_decidir(escucha, despues_de=COMIENZO - timedelta(hours=1.5))] == [14]


def test_se_decide_hasta_donde_oyeron_todas(escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]) -> None:
    que_oye("una", COMIENZO + timedelta(minutes=1))
    que_oye("otra", COMIENZO - timedelta(minutes=1))
    assert por_decidir(escucha)[-1].inicio == COMIENZO - 2 * HORA
    assert por_decidir(escucha, ahora=COMIENZO + timedelta(minutes=10))[-1].inicio == COMIENZO - HORA


def test_de_muy_atras_se_decide_por_partes(escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]) -> None:
    que_oye("f", desde=COMIENZO - timedelta(days=300))
    partes, despues_de = [], COMIENZO - timedelta(days=200)
    while puntos := por_decidir(escucha, despues_de=despues_de):
        partes.append(len(puntos))
        despues_de = puntos[-1].inicio + HORA
    assert partes == [3000, 1800]
    assert despues_de == COMIENZO
