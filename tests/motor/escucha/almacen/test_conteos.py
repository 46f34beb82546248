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
    Punto,
    en_curso,
    intervalo_cerrado,
    pagina,
    podar,
    puntos,
    puntos_por_decidir,
    serie,
)
from motor.escucha.almacen.guardar import Guardado
from motor.escucha.entorno import EntornoDeEscucha
from tests.conftest import COMIENZO
from tests.motor.escucha.almacen.dichos import oido

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


def por_decidir(escucha: EntornoDeEscucha, suyo: Monitor, **cuando: Any) -> list[Punto]:
    propios = {"despues_de": COMIENZO - 4 * HORA, "ahora": COMIENZO + timedelta(minutes=2)}
    with escucha.base.leer() as sesion:
        return puntos_por_decidir(sesion, suyo, 3600, **(propios | cuando))


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


def test_solo_alimentan_a_un_monitor_las_fuentes_que_oyen_las_suyas_y_las_encendidas(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]
) -> None:
    que_oye("suya", red="prensa")
    que_oye("caida", COMIENZO - 3 * HORA, red="memoria", fallos=5)
    que_oye("mide", COMIENZO - 3 * HORA, red="prensa", fallos=5, trabajo="medir")
    que_oye("apagada", COMIENZO - 3 * HORA, red="prensa", fallos=5, apagada_porque="cuesta")
    assert [p.cuenta for p in por_decidir(escucha, monitor(redes=["prensa"]))] == [0, 0, 0, 0]
    despues = {"ahora": COMIENZO + timedelta(minutes=11)}
    assert [p.cuenta for p in por_decidir(escucha, monitor(), **despues)] == [0, None, None, None]


def test_una_fuente_caida_no_detiene_a_las_demas_y_deja_parcial_lo_que_no_oyo(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente], contar: Callable[..., None]
) -> None:
    que_oye("sana", COMIENZO + timedelta(minutes=1))
    que_oye("caida", COMIENZO - timedelta(minutes=30), fallos=4)
    contar(h12=2, h14=40)
    assert [(p.inicio.hour, p.cuenta, p.parcial) for p in por_decidir(escucha, monitor())] == [
        (11, 0, False),
        (12, 2, False),
        (13, 0, False),
    ]
    ya = por_decidir(escucha, monitor(), ahora=COMIENZO + timedelta(minutes=10))
    assert ya[-1] == Punto(COMIENZO - HORA, 40, True)


def test_al_volver_de_un_apagon_se_espera_a_que_las_fuentes_se_pongan_al_dia(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]
) -> None:
    que_oye("f", COMIENZO - 3 * HORA, proxima_en=COMIENZO - 3 * HORA)
    assert [p.cuenta for p in por_decidir(escucha, monitor(), arrancado_en=COMIENZO)] == [0]
    sin_esperar = por_decidir(escucha, monitor())
    assert [p.cuenta for p in sin_esperar] == [0, None, None]  # a la última hora aún se la espera


def test_se_sigue_donde_se_iba_y_nada_se_decide_dos_veces(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]
) -> None:
    que_oye("f")
    primeros = por_decidir(escucha, monitor())
    assert [p.inicio.hour for p in primeros] == [11, 12, 13, 14]
    assert por_decidir(escucha, monitor(), despues_de=primeros[-1].inicio + HORA) == []
    a_medias = por_decidir(escucha, monitor(), despues_de=primeros[-1].inicio - CINCO)
    assert [p.inicio.hour for p in a_medias] == [14]


def test_nada_se_decide_de_antes_de_que_alguien_contara_al_monitor(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]
) -> None:
    que_oye("f")
    nuevo = monitor()
    nuevo.desde = COMIENZO - timedelta(hours=1.5)
    assert [p.inicio.hour for p in por_decidir(escucha, nuevo)] == [14]


def test_el_intervalo_cerrado_es_hasta_donde_oyeron_todas(
    escucha: EntornoDeEscucha, que_oye: Callable[..., Fuente]
) -> None:
    que_oye("una", COMIENZO + timedelta(minutes=1))
    que_oye("otra", COMIENZO - timedelta(minutes=1))
    with escucha.base.leer() as sesion:
        cerrados = [intervalo_cerrado(sesion, monitor(), 3600, ahora=COMIENZO + timedelta(minutes=m)) for m in (2, 10)]
    assert cerrados == [COMIENZO - HORA, COMIENZO]


def test_lo_que_va_del_intervalo_abierto(escucha: EntornoDeEscucha, llega: Callable[..., Guardado]) -> None:
    dentro = COMIENZO + timedelta(minutes=3)
    with escucha.base.leer() as sesion:
        assert en_curso(sesion, monitor(), 3600, ahora=dentro) == Punto(COMIENZO, None, True)
    llega(oido("1", publicado_en=COMIENZO), oido("2", publicado_en=COMIENZO - timedelta(seconds=1)))
    with escucha.base.leer() as sesion:
        assert en_curso(sesion, monitor(), 3600, ahora=dentro) == Punto(COMIENZO, 1, True)


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
