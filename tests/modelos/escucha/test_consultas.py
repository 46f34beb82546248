"""Leer lo que se oye: conteos en hora local, y qué hay detrás de una ventana."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from modelos import Base
from modelos.escucha import Coincidencia, Conteo, Fuente, Laguna, Mensaje
from modelos.escucha.consultas import (
    Cada,
    Contado,
    autores,
    comienzo,
    conteos,
    cuantos,
    cuentas_por,
    fuentes_activas,
    lagunas,
    lugares,
    mas_ruidosos,
    por_red,
    siguiente,
    textos,
    ultimos,
)
from tests.conftest import COMIENZO

MEXICO, TIJUANA = ZoneInfo("America/Mexico_City"), ZoneInfo("America/Tijuana")
HORA = timedelta(hours=1)
VENTANA = (COMIENZO - HORA, COMIENZO)


@pytest.fixture
def guardar(base_de_escucha: Base) -> Callable[..., int]:
    numeros = count(1)

    def guardar_(*monitores: int, hace: timedelta = timedelta(minutes=30), **columnas: Any) -> int:
        """Un mensaje de hace media hora que cuentan esos monitores; devuelve su id."""
        cuando = COMIENZO - hace
        with base_de_escucha.escribir() as sesion:
            obligadas = {"red": "memoria", "clase": "mencion", "texto": "x", "id_externo": f"m{next(numeros)}"}
            cuando_fue = {"publicado_en": cuando, "recibido_en": COMIENZO, "comprobado_en": COMIENZO}
            mensaje = Mensaje(**(obligadas | cuando_fue | columnas))
            sesion.add(mensaje)
            sesion.flush()
            sesion.add_all(Coincidencia(mensaje_id=mensaje.id, monitor_id=m, publicado_en=cuando) for m in monitores)
            return mensaje.id

    return guardar_


@pytest.fixture
def sesion(base_de_escucha: Base) -> Any:
    with base_de_escucha.leer() as sesion:
        yield sesion


def contar(base: Base, instantes: dict[datetime, int], *, monitor: int = 1, paso_s: int = 3600) -> None:
    with base.escribir() as sesion:
        for inicio, cuenta in instantes.items():
            sesion.add(Conteo(monitor_id=monitor, paso_s=paso_s, inicio=inicio, cuenta=cuenta))


# ── Conteos ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_los_conteos_son_los_de_ese_monitor_ese_paso_y_esa_ventana(base_de_escucha: Base, sesion: Session) -> None:
    contar(base_de_escucha, {COMIENZO - HORA: 1, COMIENZO: 2, COMIENZO + HORA: 3})
    contar(base_de_escucha, {COMIENZO: 9}, monitor=2)
    contar(base_de_escucha, {COMIENZO: 9}, paso_s=300)
    hallados = conteos(sesion, 1, paso_s=3600, desde=COMIENZO - HORA, hasta=COMIENZO + HORA)
    assert hallados == [(COMIENZO - HORA, 1), (COMIENZO, 2)]


@pytest.mark.parametrize(
    ("cada", "zona", "esperado"),
    [
        (Cada.HORA, MEXICO, {(22, 5): 1, (22, 6): 2, (23, 5): 4, (23, 6): 8}),
        # medianoche en el centro de México son las 6:00 UTC; en Tijuana, en invierno, las 8:00
        (Cada.DIA, MEXICO, {(21, 6): 1, (22, 6): 6, (23, 6): 8}),
        (Cada.DIA, TIJUANA, {(21, 8): 3, (22, 8): 12}),
        (Cada.SEMANA, MEXICO, {(16, 6): 7, (23, 6): 8}),  # el 23 de noviembre de 2026 es lunes
    ],
)
def test_los_conteos_se_juntan_por_horas_dias_y_semanas_de_la_zona(
    base_de_escucha: Base, sesion: Session, cada: Cada, zona: ZoneInfo, esperado: dict[tuple[int, int], int]
) -> None:
    dia = datetime(2026, 11, 22, tzinfo=UTC)
    contar(base_de_escucha, {dia + 5 * HORA: 1, dia + 6 * HORA: 2, dia + 29 * HORA: 4, dia + 30 * HORA: 8})
    cuentas = cuentas_por(sesion, 1, cada=cada, desde=dia, hasta=dia + timedelta(days=3), zona=zona)
    assert {(i.day, i.hour): n for i, n in cuentas.items()} == esperado


def test_los_renglones_van_seguidos_aunque_cambie_la_hora() -> None:
    for cada in Cada:
        renglon = comienzo(datetime(2026, 10, 30, 12, tzinfo=UTC), cada, TIJUANA)
        for _ in range(80):
            proximo = siguiente(renglon, cada, TIJUANA)
            assert proximo.astimezone(UTC) > renglon.astimezone(UTC)
            assert comienzo(proximo, cada, TIJUANA).astimezone(UTC) == proximo.astimezone(UTC)
            justo_antes = proximo.astimezone(UTC) - timedelta(seconds=1)
            assert comienzo(justo_antes, cada, TIJUANA).astimezone(UTC) == renglon.astimezone(UTC)
            renglon = proximo


# ── Mensajes ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_los_ultimos_van_por_paginas_sin_repetir_ni_saltar_aunque_lleguen_mas(
    guardar: Callable[..., int], base_de_escucha: Base
) -> None:
    """Varios del mismo instante, que es donde se repite o se salta."""
    ids = [guardar(1, hace=timedelta(minutes=n // 3)) for n in range(10)]
    guardar(2)
    vistos: list[int] = []
    marca = None
    while True:
        with base_de_escucha.leer() as sesion:
            pagina = ultimos(sesion, 1, limite=4, antes_de=marca)
        if not pagina:
            break
        vistos += [m.id for m in pagina]
        marca = (pagina[-1].publicado_en, pagina[-1].id)
        guardar(1, hace=timedelta(minutes=-1))
    assert sorted(vistos) == ids
    assert vistos == sorted(ids, key=lambda i: (i - ids[0]) // 3 * 100 - (i - ids[0]))
    with base_de_escucha.leer() as sesion:
        assert len(ultimos(sesion, 1, desde=COMIENZO)) == 3 + 3  # los tres de ahora y los que llegaron entretanto


@pytest.mark.dos_bases
def test_los_mas_ruidosos_sin_repetir_sin_borrados_y_sin_lo_privado(
    guardar: Callable[..., int], sesion: Session
) -> None:
    callado = guardar(1, interacciones=None)
    mucho = guardar(1, 2, interacciones=90)
    poco = guardar(2, interacciones=1)
    guardar(1, interacciones=999, borrado_en=COMIENZO)
    guardar(1, interacciones=999, clase="directo")
    guardar(3, interacciones=999)
    guardar(1, interacciones=999, hace=timedelta(minutes=61))
    guardar(1, interacciones=999, hace=timedelta(0))  # la ventana no incluye su fin
    assert [m.id for m in mas_ruidosos(sesion, (1, 2), *VENTANA, 10)] == [mucho, poco, callado]
    assert [m.id for m in mas_ruidosos(sesion, [1, 2], *VENTANA, limite=1)] == [mucho]
    assert mas_ruidosos(sesion, [], *VENTANA) == []
    assert cuantos(sesion, (1, 2), *VENTANA) == 5  # también los borrados y los privados: se dijeron


def test_los_textos_llevan_su_titulo_y_los_mas_nuevos_van_primero(guardar: Callable[..., int], sesion: Session) -> None:
    guardar(1, texto="viejo", hace=timedelta(minutes=50))
    guardar(1, 2, texto="nuevo", titulo="Título", hace=timedelta(minutes=5))
    assert textos(sesion, (1, 2), *VENTANA) == ["Título\nnuevo", "viejo"]
    assert textos(sesion, (1, 2), *VENTANA, limite=1) == ["Título\nnuevo"]


@pytest.mark.dos_bases
def test_los_lugares_no_salen_de_una_red_que_lo_prohibe_ni_del_perfil_de_nadie(
    guardar: Callable[..., int], sesion: Session
) -> None:
    for columnas in (
        {"lugar": "Centro", "lugar_por": "texto"},
        {"lugar": "Centro", "lugar_por": "recuadro"},
        {"lugar": "Sur", "lugar_por": "coordenadas"},
        {"lugar": "Centro", "lugar_por": "texto", "red": "celosa"},
        {"lugar": "Toluca", "lugar_por": "autor"},
        {"lugar": ""},
    ):
        guardar(1, **columnas)
    assert lugares(sesion, [1], *VENTANA, sin_redes={"celosa"}) == [Contado("Centro", 2), Contado("Sur", 1)]
    assert lugares(sesion, [1], *VENTANA, 1, sin_redes=()) == [Contado("Centro", 3)]


@pytest.mark.dos_bases
def test_los_autores_se_cuentan_por_cuenta_y_no_por_nombre(guardar: Callable[..., int], sesion: Session) -> None:
    ana = {"autor_id": "1", "autor_usuario": "ana", "autor_nombre": "Ana"}
    guardar(1, **ana, interacciones=5, autor_seguidores=100)
    guardar(1, 2, **ana, interacciones=None)
    guardar(1, **(ana | {"autor_id": "2", "autor_usuario": "otra"}))
    guardar(1)  # de nadie
    primera, segunda = autores(sesion, [1, 2], *VENTANA)
    assert (primera.usuario, primera.mensajes, primera.interacciones, primera.seguidores) == ("ana", 2, 5, 100)
    assert (segunda.usuario, segunda.mensajes, segunda.interacciones, segunda.seguidores) == ("otra", 1, None, None)


def test_de_que_red_viene_cada_cual(guardar: Callable[..., int], sesion: Session) -> None:
    for red in ("a", "b", "b"):
        guardar(1, 2, red=red)
    assert por_red(sesion, [1, 2], *VENTANA) == [Contado("b", 2), Contado("a", 1)]


# ── Fuentes ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_las_fuentes_activas_y_sus_lagunas(base_de_escucha: Base, sesion: Session) -> None:
    def fuente(clave: str, **columnas: Any) -> Fuente:
        obligadas = {"red": "memoria", "desde": COMIENZO, "proxima_en": COMIENZO}
        return Fuente(**({"clave": clave} | obligadas | columnas))

    with base_de_escucha.escribir() as escritura:
        una, otra, apagada = fuente("1"), fuente("2", red="prensa"), fuente("3", apagada_porque="cuesta")
        escritura.add(fuente("4", red="prensa", trabajo="medir"))
        escritura.add_all([una, otra, apagada])
        escritura.flush()
        for dueno, desde, hasta in [(una, 1, 2), (una, 5, 9), (otra, 1, 2)]:
            escritura.add(Laguna(fuente_id=dueno.id, desde=COMIENZO + desde * HORA, hasta=COMIENZO + hasta * HORA))
    assert {f.clave for f in fuentes_activas(sesion)} == {"1", "2", "4"}
    assert {f.clave for f in fuentes_activas(sesion, redes=["prensa"])} == {"2", "4"}
    assert [f.clave for f in fuentes_activas(sesion, trabajo="oir")] == ["1", "2"]
    halladas = lagunas(sesion, [una.id], desde=COMIENZO + 2 * HORA, hasta=COMIENZO + 6 * HORA)
    assert halladas == [(una.id, COMIENZO + 5 * HORA, COMIENZO + 9 * HORA)]
