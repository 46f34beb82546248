"""Comparar lo escrito sin que importen acentos ni mayúsculas."""

import pytest

from motor.letras import sin_acentos


@pytest.mark.parametrize(
    ("escrito", "llano"),
    [
        ("Álbum", "album"),
        ("A\u0301LBUM", "album"),  # la marca, aparte de su letra
        ("Año", "ano"),
        ("¿Qué? 24 h", "¿que? 24 h"),
        ("", ""),
    ],
)
def test_se_quitan_las_marcas_y_las_mayusculas_y_nada_mas(escrito: str, llano: str) -> None:
    assert sin_acentos(escrito) == llano
