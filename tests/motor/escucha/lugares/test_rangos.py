"""Qué rangos contienen un lugar: contra la fuerza bruta, y lo mal escrito."""

import random
from collections.abc import Mapping
from math import cos, radians, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from motor.escucha.lugares.catalogo import Catalogo
from motor.escucha.lugares.donde import Donde, Por
from motor.escucha.lugares.lugar import km_entre
from motor.escucha.lugares.rangos import (
    Circulo,
    Lugares,
    Poligono,
    RangoInvalido,
    Rangos,
    faltas_de,
    parte_dentro,
)

CUADRO: Mapping[str, Any] = {
    "type": "Polygon",
    "coordinates": [[[-99.7, 19.25], [-99.6, 19.25], [-99.6, 19.35], [-99.7, 19.35], [-99.7, 19.25]]],
}


def un_lugar(latitud: float, longitud: float, radio_km: float = 0.0) -> Donde:
    return Donde(latitud=latitud, longitud=longitud, por=Por.TEXTO, confianza=0.8, radio_km=radio_km)


def test_sin_rangos_no_hay_monitores(catalogo: Catalogo) -> None:
    assert Rangos({}, catalogo).que_contienen(un_lugar(19.3, -99.6)) == set()


def test_un_punto_esta_en_el_circulo_el_poligono_y_el_lugar_que_lo_contienen(catalogo: Catalogo) -> None:
    rangos = Rangos(
        {
            1: Circulo(19.29, -99.65, 3),
            2: Poligono(CUADRO),
            3: Lugares(("Centro Histórico",)),
            4: Circulo(19.29, -99.50, 3),
            5: Lugares(("Monterrey",)),
        },
        catalogo,
    )
    assert rangos.que_contienen(un_lugar(19.288, -99.655)) == {1, 2, 3}


def test_lo_que_solo_se_sabe_con_30_km_no_esta_en_un_circulo_de_2(catalogo: Catalogo) -> None:
    rangos = Rangos({1: Circulo(19.29, -99.65, 2), 2: Circulo(19.29, -99.65, 40)}, catalogo)
    assert rangos.que_contienen(un_lugar(19.29, -99.65, 30)) == {2}


def test_una_colonia_en_la_orilla_cuenta_si_la_mitad_cae_dentro(catalogo: Catalogo) -> None:
    rangos = Rangos({1: Poligono(CUADRO)}, catalogo)
    assert rangos.que_contienen(un_lugar(19.30, -99.603, 1)) == {1}
    assert rangos.que_contienen(un_lugar(19.30, -99.597, 1)) == set()


def test_un_hueco_del_poligono_no_esta_dentro(catalogo: Catalogo) -> None:
    hueco = [[-99.66, 19.29], [-99.64, 19.29], [-99.64, 19.31], [-99.66, 19.31], [-99.66, 19.29]]
    con_hueco = {"type": "Polygon", "coordinates": [*CUADRO["coordinates"], hueco]}
    rangos = Rangos({1: Poligono(con_hueco)}, catalogo)
    assert rangos.que_contienen(un_lugar(19.30, -99.65)) == set()
    assert rangos.que_contienen(un_lugar(19.27, -99.65)) == {1}


@pytest.mark.parametrize(
    "envoltura",
    [
        lambda p: {"type": "Feature", "properties": {}, "geometry": p},
        lambda p: {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": p}]},
        lambda p: {"type": "MultiPolygon", "coordinates": [p["coordinates"]]},
        lambda p: {"type": "GeometryCollection", "geometries": [p]},
    ],
)
def test_el_poligono_se_lee_venga_como_venga(catalogo: Catalogo, envoltura: Any) -> None:
    assert Rangos({7: Poligono(envoltura(CUADRO))}, catalogo).que_contienen(un_lugar(19.3, -99.65)) == {7}


def test_un_poligono_que_se_cruza_a_si_mismo_se_endereza(catalogo: Catalogo) -> None:
    mono = [[-99.7, 19.25], [-99.6, 19.35], [-99.6, 19.25], [-99.7, 19.35], [-99.7, 19.25]]
    rangos = Rangos({1: Poligono({"type": "Polygon", "coordinates": [mono]})}, catalogo)
    assert rangos.que_contienen(un_lugar(19.30, -99.61)) == {1}


def test_nombrar_el_municipio_abarca_lo_suyo_y_no_al_vecino(catalogo: Catalogo) -> None:
    rangos = Rangos({1: Lugares(("Toluca",))}, catalogo)
    for texto in ("fuga en San Pablo Autopan", "bache en Paseo Tollocan", "inundación en Toluca", "fuga en Tlachaloya"):
        donde = catalogo.ubicar(texto)
        assert donde is not None
        assert rangos.que_contienen(donde) == {1}, texto
    for texto in ("fuga en Metepec", "fuga en Zinacantepec", "nieva en el Nevado de Toluca", "fuga en Puebla"):
        donde = catalogo.ubicar(texto)
        assert donde is not None
        assert rangos.que_contienen(donde) == set(), texto


def test_preguntar_por_un_monitor_da_lo_mismo_que_por_todos(catalogo: Catalogo) -> None:
    azar = random.Random(11)
    suyos = [Circulo(azar.uniform(19.1, 19.5), azar.uniform(-99.9, -99.4), azar.uniform(1, 20)) for _ in range(30)]
    rangos = Rangos({**dict(enumerate(suyos)), 50: Lugares(("Toluca",)), 51: Poligono(CUADRO)}, catalogo)
    for texto in ("fuga en Tecaxic", "bache en Tollocan", "fuga en Lerma", "inundación en Toluca", "fuga en Puebla"):
        donde = catalogo.ubicar(texto)
        assert donde is not None
        assert {n for n in (*range(30), 50, 51) if rangos.contiene(n, donde)} == rangos.que_contienen(donde)


# ── Contra la fuerza bruta ───────────────────────────────────────────────────────────────────────────────────

LATITUD = st.floats(18.9, 19.7)
LONGITUD = st.floats(-100.1, -99.2)


@settings(max_examples=60, deadline=None)
@given(
    circulos=st.lists(st.tuples(LATITUD, LONGITUD, st.floats(0.2, 30)), min_size=1, max_size=40),
    puntos=st.lists(st.tuples(LATITUD, LONGITUD), min_size=1, max_size=10),
)
def test_los_circulos_dan_lo_mismo_que_medir_todas_las_distancias(
    catalogo: Catalogo, circulos: list[tuple[float, float, float]], puntos: list[tuple[float, float]]
) -> None:
    rangos = Rangos({n: Circulo(*c) for n, c in enumerate(circulos)}, catalogo)
    for latitud, longitud in puntos:
        esperados = {n for n, (y, x, r) in enumerate(circulos) if km_entre(latitud, longitud, y, x) <= r}
        assert rangos.que_contienen(un_lugar(latitud, longitud)) == esperados


@settings(max_examples=40, deadline=None)
@given(
    cuadros=st.lists(st.tuples(LATITUD, LONGITUD, st.floats(0.01, 0.2)), min_size=1, max_size=20),
    punto=st.tuples(LATITUD, LONGITUD),
)
def test_los_poligonos_dan_lo_mismo_que_preguntar_a_cada_uno(
    catalogo: Catalogo, cuadros: list[tuple[float, float, float]], punto: tuple[float, float]
) -> None:
    geojson = [
        {"type": "Polygon", "coordinates": [[[x, y], [x + m, y], [x + m / 2, y + m], [x, y]]]} for y, x, m in cuadros
    ]
    rangos = Rangos({n: Poligono(g) for n, g in enumerate(geojson)}, catalogo)
    esperados = {n for n, g in enumerate(geojson) if shape(g).covers(Point(punto[1], punto[0]))}
    assert rangos.que_contienen(un_lugar(*punto)) == esperados


def test_la_parte_que_cae_dentro_es_la_que_sale_de_tirar_dardos() -> None:
    azar = random.Random(7)
    for _ in range(40):
        d, r, grande = azar.uniform(0, 12), azar.uniform(0.1, 8), azar.uniform(0.1, 8)
        dardos = 0
        for _ in range(2000):
            x, y = azar.uniform(-r, r), azar.uniform(-r, r)
            while x * x + y * y > r * r:
                x, y = azar.uniform(-r, r), azar.uniform(-r, r)
            dardos += sqrt((x - d) ** 2 + y * y) <= grande
        assert parte_dentro(d, r, grande) == pytest.approx(dardos / 2000, abs=0.05)


def test_el_disco_contra_un_poligono_da_lo_mismo_que_contra_un_circulo(catalogo: Catalogo) -> None:
    """Un polígono de 400 lados en forma de círculo, y el círculo: la misma respuesta salvo en la mera orilla."""
    azar = random.Random(3)
    vueltas = [2 * 3.141592653589793 * k / 400 for k in range(400)]
    alto = 4 / 111.195
    ancho = alto / cos(radians(19.3))
    anillo = [[-99.65 + ancho * cos(v), 19.3 + alto * cos(v - 1.5707963)] for v in vueltas]
    rangos = Rangos(
        {1: Poligono({"type": "Polygon", "coordinates": [[*anillo, anillo[0]]]}), 2: Circulo(19.3, -99.65, 4)}, catalogo
    )
    for _ in range(200):
        lugar = un_lugar(azar.uniform(19.22, 19.38), azar.uniform(-99.74, -99.56), azar.uniform(0.2, 5))
        lejos = km_entre(lugar.latitud, lugar.longitud, 19.3, -99.65)
        if abs(parte_dentro(lejos, lugar.radio_km, 4) - 0.5) > 0.02:
            assert rangos.que_contienen(lugar) in (set(), {1, 2})


# ── Lo mal escrito ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("hacer", "dice"),
    [
        (lambda: Circulo(19.29, -99.65, 0), "mayor que 0"),
        (lambda: Circulo(19.29, -99.65, -3), "mayor que 0"),
        (lambda: Circulo(-99.65, 19.29, 3), "al revés"),
        (lambda: Circulo(float("nan"), -99.65, 3), "no es un punto de la Tierra"),
        (lambda: Circulo(95, 10, 3), "no es un punto de la Tierra"),
        (lambda: Lugares(()), "al menos un nombre"),
        (lambda: Lugares(("Toluca", " ")), "ninguno vacío"),
        (lambda: Poligono({"type": "Point", "coordinates": [-99.65, 19.29]}), "tipo «Point»"),
        (lambda: Poligono({"type": "Polygon", "coordinates": []}), "no lleva coordenadas"),
        (lambda: Poligono({"type": "Polygon", "coordinates": [[[-99, 19], [-99, 19.1]]]}), "tres puntos"),
        (lambda: Poligono({"type": "Polygon", "coordinates": [[["a", 19], [1, 2], [3, 4]]]}), "dos números"),
        (
            lambda: Poligono({"type": "Polygon", "coordinates": [[[19.2, -99.7], [19.3, -99.7], [19.3, -99.6]]]}),
            r"al revés.*\[-99.7, 19.2\]",
        ),
        (
            lambda: Poligono({"type": "Polygon", "coordinates": [[[433451, 2131377], [433500, 2131377], [1, 2]]]}),
            "WGS 84",
        ),
        (lambda: Poligono([1, 2]), "objeto GeoJSON"),  # type: ignore[arg-type] # lo que llega de un TOML ajeno
    ],
)
def test_un_rango_mal_escrito_dice_que_cambiar(hacer: Any, dice: str) -> None:
    with pytest.raises(RangoInvalido, match=dice):
        hacer()


def test_un_lugar_desconocido_sugiere_los_parecidos(catalogo: Catalogo) -> None:
    (falta,) = faltas_de(Lugares(("Toluca", "San Pablo Autopam")), catalogo)
    assert "«San Pablo Autopam»" in falta
    assert "¿Quiso decir «San Pablo Autopan»" in falta
    (sin_parecidos,) = faltas_de(Lugares(("Xyzzyx",)), catalogo)
    assert "config/lugares" in sin_parecidos
    assert faltas_de(Circulo(19.3, -99.6, 1), catalogo) == ()


def test_un_lugar_desconocido_no_estorba_a_los_demas(catalogo: Catalogo) -> None:
    rangos = Rangos({1: Lugares(("Xyzzyx",)), 2: Circulo(19.3, -99.6, 1)}, catalogo)
    assert rangos.que_contienen(un_lugar(19.3, -99.6)) == {2}
