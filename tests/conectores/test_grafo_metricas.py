"""Métricas que mueren: se apartan con pocas preguntas y no se vuelven a pedir en un día."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from conectores.contrato_escucha import METRICAS as VOCABULARIO
from conectores.facebook.metricas import METRICAS as DE_FACEBOOK
from conectores.grafo_errores import MetricaMuerta
from conectores.grafo_metricas import Leidas, Metrica, leer_insights, mediciones, pedir, vivas
from conectores.instagram.metricas import METRICAS as DE_INSTAGRAM

AHORA = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
TABLA = tuple(
    Metrica(
        nuestra=nuestra,
        suya=suya,
        ambito="publicacion",
        version="v26.0",
        fuente="https://ejemplo.mx",
        consultada=date(2026, 11, 22),
    )
    for nuestra, suya in (("vistas", "m1"), ("alcance", "m2"), ("clics", "m3"), ("guardados", "m4"))
)


@pytest.fixture
def donde() -> str:
    """Un perfil nuevo en cada prueba: lo muerto se recuerda por perfil."""
    return uuid.uuid4().hex


def preguntar(donde: str, muertas: set[str], *, ahora: datetime = AHORA, tope: int = 99) -> list[list[str]]:
    """Lo que se pidió, grupo a grupo."""
    pedidos: list[list[str]] = []

    def leer(metricas: Sequence[Metrica]) -> None:
        pedidos.append([m.suya for m in metricas])
        if muertas & {m.suya for m in metricas}:
            raise MetricaMuerta("(#100) The value must be a valid insights metric")

    elegidas = vivas(TABLA, ambito="publicacion", donde=donde, ahora=ahora)
    pedir(elegidas, leer, donde=donde, ahora=ahora, puede_seguir=lambda: len(pedidos) < tope)
    return pedidos


def test_si_viven_todas_basta_una_pregunta(donde: str) -> None:
    assert preguntar(donde, set()) == [["m1", "m2", "m3", "m4"]]


def test_una_muerta_se_aparta_partiendo_a_la_mitad(donde: str) -> None:
    assert preguntar(donde, {"m3"}) == [["m1", "m2", "m3", "m4"], ["m1", "m2"], ["m3", "m4"], ["m3"], ["m4"]]


def test_la_muerta_no_se_vuelve_a_pedir_hasta_el_dia_siguiente(donde: str) -> None:
    preguntar(donde, {"m3"})
    assert preguntar(donde, {"m3"}, ahora=AHORA + timedelta(hours=23)) == [["m1", "m2", "m4"]]
    assert preguntar(donde, set(), ahora=AHORA + timedelta(hours=25)) == [["m1", "m2", "m3", "m4"]]


def test_lo_muerto_de_un_perfil_no_lo_esta_en_otro(donde: str) -> None:
    preguntar(donde, {"m3"})
    assert preguntar(f"{donde}-otro", set()) == [["m1", "m2", "m3", "m4"]]


def test_sin_cupo_se_deja_de_preguntar(donde: str) -> None:
    assert preguntar(donde, {"m1", "m2", "m3", "m4"}, tope=2) == [["m1", "m2", "m3", "m4"], ["m1", "m2"]]


@pytest.mark.parametrize(
    ("insight", "leido"),
    [
        ({"name": "m1", "values": [{"value": 7}]}, {"vistas": 7}),
        ({"name": "m1", "values": [{"value": 7}, {"value": 0}]}, {"vistas": 0}),  # el último día; un cero dicho lo es
        ({"name": "m1", "values": [{"value": {"like": 3, "love": 1}}]}, {"vistas": 4}),
        ({"name": "m1", "total_value": {"value": 12}}, {"vistas": 12}),
        ({"name": "m1", "values": []}, {}),  # un conjunto vacío no es un cero
        ({"name": "m1", "values": [{"value": {}}]}, {}),
        ({"name": "m1"}, {}),
        ({"name": "otra", "values": [{"value": 7}]}, {}),
        ({"name": "m1", "values": [{"value": True}]}, {}),
    ],
)
def test_lo_que_no_vino_no_esta(insight: dict[str, object], leido: dict[str, int]) -> None:
    assert leer_insights({"data": [insight]}, TABLA) == leido


@pytest.mark.parametrize("raro", [None, {}, {"data": None}, {"data": [None, 3]}, [], "x"])
def test_un_listado_raro_es_uno_vacio(raro: object) -> None:
    assert leer_insights(raro, TABLA) == {}


def test_los_numeros_de_hoy_mandan_sobre_los_de_ayer() -> None:
    leidas = Leidas()
    leidas.juntar({"data": [{"name": "m1", "values": [{"value": 5}]}]}, TABLA)
    juntas = mediciones({"vistas": 9}, {"id": "1"}, leidas)
    assert juntas.valores == {"vistas": 9}
    assert juntas.version == "v26.0"
    assert juntas.crudo["insights"] == [{"name": "m1", "values": [{"value": 5}]}]


@pytest.mark.parametrize("metrica", [*DE_FACEBOOK, *DE_INSTAGRAM], ids=lambda m: f"{m.ambito}-{m.suya}")
def test_cada_metrica_de_las_tablas_es_de_nuestro_vocabulario_y_dice_su_fuente(metrica: Metrica) -> None:
    assert metrica.nuestra in VOCABULARIO
    assert metrica.fuente.startswith("https://")
    assert metrica.version.startswith("v")
    assert "impressions" not in metrica.suya  # murieron todas
