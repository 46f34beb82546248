"""Dónde está lo que no se entiende de un archivo."""

import tomllib

import pytest

from motor.renglones import donde, que_revisar


def fallo(escrito: str) -> tomllib.TOMLDecodeError:
    with pytest.raises(tomllib.TOMLDecodeError) as visto:
        tomllib.loads(escrito)
    return visto.value


@pytest.mark.parametrize(
    ("escrito", "dice"),
    [
        ('[agua]\nnombre = "Agua\nalguna = []\n', 'en el renglón 2, «nombre = "Agua»'),
        ('[agua]\nalguna = ["fuga"', "al final: algo quedó sin cerrar"),
        ("[agua]\nmás = 1\n", "en el renglón 2, «más = 1»"),
    ],
)
def test_se_ensena_el_renglon(escrito: str, dice: str) -> None:
    assert donde(fallo(escrito), escrito) == dice
    assert dice in que_revisar(fallo(escrito), escrito)
