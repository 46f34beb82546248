"""Una sola definición para todas: nunca se comparan me gusta con me gusta más guardados."""

import pytest

from motor.horarios.aprendizaje.respuesta import Definicion, Numeros, definir, se_leen

API = {"me_gusta": 10, "comentarios": 2, "compartidos": 3, "guardados": 1}
TABLA = {"me_gusta": 10, "comentarios": 2, "compartidos": 3, "interacciones": 15}


def test_se_suma_lo_que_tienen_casi_todas() -> None:
    definicion = definir("interacciones", [API] * 5 + [TABLA] * 5)
    assert definicion.sumandos == ("me_gusta", "comentarios", "compartidos")
    assert definicion.de(API) == definicion.de(TABLA) == 15


def test_a_la_que_le_falta_un_numero_no_se_le_pone_un_cero() -> None:
    definicion = definir("interacciones", [API] * 9 + [{"me_gusta": 40}])
    assert definicion.sumandos == ("me_gusta", "comentarios", "compartidos", "guardados")
    assert definicion.de({"me_gusta": 40}) is None


@pytest.mark.parametrize(
    ("metrica", "lecturas", "sumandos"),
    [
        ("interacciones", [{"interacciones": 30}] * 3 + [API], ("interacciones",)),
        ("interacciones", [{"guardados": 4, "interacciones": 9}] * 3, ("guardados",)),
        ("interacciones", [], ("me_gusta", "comentarios", "compartidos", "guardados")),
        ("clics", [{"clics_totales": 30}] * 3 + [{"clics": 2}], ("clics_totales",)),
        ("clics", [{"clics_totales": 30, "clics": 2}] * 3, ("clics",)),
        ("alcance", [{"alcance": 900}], ("alcance",)),
        ("comentarios", [{"alcance": 900}], ("comentarios",)),
    ],
)
def test_la_definicion_que_conoce_mas_publicaciones(
    metrica: str, lecturas: list[Numeros], sumandos: tuple[str, ...]
) -> None:
    assert definir(metrica, lecturas) == Definicion(sumandos)
    assert set(sumandos) <= set(se_leen(metrica))
