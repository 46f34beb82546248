"""La cuenta de un intervalo, sus huecos y cuándo se puede decidir con ella."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from modelos import Monitor
from modelos.escucha import Conteo, Fuente, Laguna
from modelos.escucha.consultas import Cada
from motor.escucha.almacen.conteos import (
    pagina,
    podar,
    puntos,
    serie,
)
from motor.escucha.entorno import EntornoDeEscucha
from tests.conftest import COMIENZO

HORA, CINCO = timedelta(hours=1), timedelta(minutes=5)
MEXICO = ZoneInfo("America/Mexico_City")


def monitor(**definicion: Any) -> Monitor:
    return Monitor(
        id=1,
        clave="baches",
        nombre="Baches",
        definicion=definicion,
        desde=COMIENZO - timedelta(days=90),
        creado_en=COMIENZO,
    )


@pytest.fixture
def contar(escucha: EntornoDeEscucha) -> Callable[..., None]:
    def contar_(*, paso_s: int = 3600, **cuentas_por_hora: int) -> None:
        """`h10=3`: tres mensajes a las 10:00 UTC de hoy."""
        with escucha.base.escribir() as sesion:
            for hora, cuenta in cuentas_por_hora.items():
                inicio = datetime(2026, 11, 22, int(hora[1:]), tzinfo=UTC)
                sesion.add(Conteo(monitor_id=1, paso_s=paso_s, inicio=inicio, cuenta=cuenta))

    return contar_


@pytest.fixture
def que_oye(fuente_de: Callable[..., Fuente]) -> Callable[..., Fuente]:
    def crear(clave: str, hasta: datetime | None = COMIENZO, **columnas: Any) -> Fuente:
        propias = {"desde": COMIENZO - timedelta(days=20), "cubierta_hasta": hasta, "oida_en": hasta}
        return fuente_de(clave, **(propias | {"proxima_en": COMIENZO + timedelta(minutes=5)} | columnas))

    return crear


@pytest.mark.dos_bases
def test_la_serie_lleva_sus_ceros_y_sus_huecos(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente], contar: Callable[..., None]
) -> None:
    fuente = que_oye("f")
    contar(h10=3, h14=1)
    with escucha.base.escribir() as sesion:
        hueco = (COMIENZO - timedelta(hours=2.5), COMIENZO - timedelta(hours=2.2))
        sesion.add(Laguna(fuente_id=fuente.id, desde=hueco[0], hasta=hueco[1]))
    with escucha.base.leer() as sesion:
        ventana = {"desde": COMIENZO - 6 * HORA - CINCO, "hasta": COMIENZO, "ahora": COMIENZO}
        hallada = serie(sesion, 1, paso_s=3600, **ventana)
    assert [(i.hour, n) for i, n in hallada] == [(9, 0), (10, 3), (11, 0), (12, None), (13, 0), (14, 1)]


def test_lo_fino_que_ya_se_podo_no_es_cero(escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]) -> None:
    que_oye("f", desde=COMIENZO - timedelta(days=90))
    limite = COMIENZO - timedelta(days=60)
    with escucha.base.leer() as sesion:
        hallados = puntos(sesion, 1, paso_s=300, desde=limite - CINCO, hasta=limite + CINCO, ahora=COMIENZO)
    assert [p.cuenta for p in hallados] == [None, 0]


def test_lo_que_nadie_conto_todavia_no_es_cero(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente], contar: Callable[..., None]
) -> None:
    que_oye("f")
    contar(h13=2)
    cuando = {"desde": COMIENZO - 4 * HORA, "hasta": COMIENZO, "ahora": COMIENZO}
    nuevo = {"contado_desde": COMIENZO - timedelta(minutes=90)}
    with escucha.base.leer() as sesion:
        assert [n for _, n in serie(sesion, 1, paso_s=3600, **cuando)] == [0, 0, 2, 0]
        assert [n for _, n in serie(sesion, 1, paso_s=3600, **cuando, **nuevo)] == [None, None, 2, 0]
        renglones = pagina(sesion, 1, cada=Cada.HORA, zona=MEXICO, **cuando, **nuevo)
    assert [(p.cuenta, p.parcial) for p in renglones] == [(None, True), (None, True), (2, True), (0, False)]


@pytest.mark.dos_bases
def test_al_podar_se_van_los_finos_viejos_y_quedan_los_de_hora(escucha: EntornoDeEscucha) -> None:
    viejo = COMIENZO - timedelta(days=61)
    with escucha.base.escribir() as sesion:
        for m, paso_s, inicio in [(1, 300, viejo), (2, 300, viejo), (1, 3600, viejo), (1, 300, COMIENZO)]:
            sesion.add(Conteo(monitor_id=m, paso_s=paso_s, inicio=inicio, cuenta=1))
    assert podar(escucha.base, ahora=COMIENZO) == 2
    with escucha.base.leer() as sesion:
        assert {(c.monitor_id, c.paso_s, c.inicio) for c in sesion.exec(select(Conteo))} == {
            (1, 3600, viejo),
            (1, 300, COMIENZO),
        }


@pytest.mark.dos_bases
def test_la_pagina_va_por_dias_de_la_zona_sin_faltar_ninguno(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente], contar: Callable[..., None]
) -> None:
    que_oye("f", desde=COMIENZO - timedelta(days=2))
    contar(h5=7, h6=2, h14=1)  # las 5:00 UTC son todavía las 23:00 de ayer
    with escucha.base.leer() as sesion:
        dias = pagina(
            sesion,
            1,
            cada=Cada.DIA,
            desde=COMIENZO - timedelta(days=3),
            hasta=COMIENZO,
            zona=MEXICO,
            ahora=COMIENZO,
        )
    assert [(p.inicio.day, p.inicio.hour, p.cuenta, p.parcial) for p in dias] == [
        (19, 0, None, True),  # nadie oía todavía
        (20, 0, None, True),
        (21, 0, 7, False),
        (22, 0, 3, True),  # hoy no ha acabado
    ]


def test_un_dia_de_cambio_de_hora_tiene_las_horas_que_tiene(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]
) -> None:
    """En la frontera el 1 de noviembre de 2026 dura 25 horas."""
    que_oye("f", desde=COMIENZO - timedelta(days=60))
    tijuana = ZoneInfo("America/Tijuana")
    dia = datetime(2026, 11, 1, tzinfo=tijuana)
    ventana = {"desde": dia, "hasta": datetime(2026, 11, 2, tzinfo=tijuana), "zona": tijuana, "ahora": COMIENZO}
    with escucha.base.escribir() as sesion:
        for n in range(25):
            inicio = dia.astimezone(UTC) + n * HORA
            sesion.add(Conteo(monitor_id=1, paso_s=3600, inicio=inicio, cuenta=1))
    with escucha.base.leer() as sesion:
        horas = pagina(sesion, 1, cada=Cada.HORA, **ventana)
        assert [p.cuenta for p in pagina(sesion, 1, cada=Cada.DIA, **ventana)] == [25]
    assert len(horas) == 25
    assert sum(p.cuenta or 0 for p in horas) == 25
