import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motor.escucha.monitores import automata
from motor.escucha.monitores.automata import Automata
from motor.escucha.monitores.normalizar import normalizar
from motor.escucha.monitores.raices import Variantes, raices

PALABRAS = st.lists(st.sampled_from(["agua", "no", "hay", "ag", "aguacate", "ñu", "#agua"]), min_size=1, max_size=4)
FRASES = PALABRAS.map(" ".join)


def test_solo_halla_palabras_enteras() -> None:
    automata = Automata(["agua", "no hay agua", "hay"])
    assert automata.hallar(normalizar("No hay aguacate")) == {2}
    assert automata.hallar(normalizar("¡No hay agua!")) == {0, 1, 2}
    assert automata.hallar(normalizar("desagua")) == set()


def test_sin_patrones_no_halla_nada() -> None:
    assert Automata([]).hallar(normalizar("agua")) == set()


@settings(deadline=None)
@given(st.lists(FRASES, unique=True, max_size=12), FRASES)
def test_halla_lo_mismo_que_buscar_cada_patron(patrones: list[str], texto: str) -> None:
    assert Automata(patrones).hallar(f" {texto} ") == {n for n, p in enumerate(patrones) if f" {p} " in f" {texto} "}


def test_con_muchos_patrones_halla_lo_mismo(monkeypatch: pytest.MonkeyPatch) -> None:
    patrones = ["agua", "sin agua", "año"]
    pocos = Automata(patrones).hallar(" un año sin agua ")
    monkeypatch.setattr(automata, "_POCOS", 0)
    assert Automata(patrones).hallar(" un año sin agua ") == pocos == {0, 1, 2}


@settings(deadline=None)
@given(st.lists(FRASES, unique=True, max_size=12), FRASES)
def test_las_variantes_se_hallan_igual_que_buscando_cada_una(escritos: list[str], texto: str) -> None:
    patrones = list(dict.fromkeys(raices(f" {e} ").strip() for e in escritos))
    linea = raices(f" {texto} ")
    assert sorted(Variantes(patrones).hallar(f" {texto} ")) == [n for n, p in enumerate(patrones) if f" {p} " in linea]


@pytest.mark.parametrize(
    "familia",
    [
        "bache baches",
        "inundación inundaciones inundacion inundó inundada",
        "luz luces",
        "policía policias",
        "reportar reportaron reporte",
        "camión camiones",
        "fuga fugas",
    ],
)
def test_las_variantes_de_una_palabra_tienen_la_misma_raiz(familia: str) -> None:
    assert len(set(raices(normalizar(familia)).split())) == 1


def test_la_raiz_distingue_la_enie_y_deja_las_etiquetas_como_estan() -> None:
    una, otra, *demas = raices(" año ano #baches @las_fugas de:@las_fugas | 2026 ").split()
    assert una != otra
    assert demas == ["#baches", "@las_fugas", "de:@las_fugas", "|", "2026"]


def test_las_raices_se_olvidan_sin_equivocarse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motor.escucha.monitores.raices._SABIDAS", 2)
    assert raices(" baches fugas calles baches ") == raices(" bache fuga calle bache ")
