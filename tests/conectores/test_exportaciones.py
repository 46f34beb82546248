"""Las tablas que declara cada red: con su fuente, en nuestro vocabulario, y cómo llaman a lo que ya conocemos."""

import pytest

from conectores import registro
from conectores.contrato_escucha import METRICAS
from conectores.contrato_exportacion import Dato, Exportacion, Grano

TABLAS = [(red, t) for red, e in registro.exportaciones().items() for t in e.tablas]


@pytest.mark.parametrize(("red", "tabla"), TABLAS, ids=lambda x: x if isinstance(x, str) else x.grano)
def test_cada_tabla_dice_de_donde_salen_sus_titulos(red: str, tabla: Exportacion) -> None:
    assert tabla.fuente and tabla.nombre and tabla.senas and tabla.metricas
    assert set(tabla.metricas) <= set(METRICAS)
    assert tabla.grano is Grano.PUBLICACION or Dato.CUANDO in tabla.datos


@pytest.mark.parametrize(
    ("red", "identificador", "url", "ids"),
    [
        ("facebook", "12", "https://www.facebook.com/a/posts/pfbid0", ("9_12",)),
        ("facebook", "7_12", "", ("7_12",)),
        ("facebook", "12", "https://www.facebook.com/reel/55555/", ("55555", "9_12")),
        ("facebook", "12", "https://www.facebook.com/a/videos/55555/", ("55555", "9_12")),
        ("facebook", "12", "https://www.facebook.com/watch/?v=55555", ("55555", "9_12")),
        ("facebook", "", "https://www.facebook.com/a/posts/66666", ("9_66666",)),
        ("facebook", "", "https://www.facebook.com/permalink.php?story_fbid=66666&id=1", ("9_66666",)),
        ("facebook", "", "https://www.facebook.com/a/posts/pfbid0", ()),
        ("instagram", "178", "https://www.instagram.com/p/A/", ("178",)),
        ("x", "", "https://twitter.com/i/web/status/77", ("77",)),
        ("pinterest", "", "https://www.pinterest.com.mx/pin/agua--88888/", ("88888",)),
    ],
)
def test_como_se_llama_entre_las_nuestras(red: str, identificador: str, url: str, ids: tuple[str, ...]) -> None:
    assert registro.exportaciones()[red].ids(identificador, url, "9") == ids


@pytest.mark.parametrize(
    ("red", "una", "otra"),
    [
        ("facebook", "https://www.facebook.com/a/posts/1/", "http://m.facebook.com/a/posts/1?ref=x"),
        ("instagram", "https://www.instagram.com/p/AbC/", "https://instagram.com/chapultepec/reel/AbC"),
        ("x", "https://x.com/a/status/77", "https://twitter.com/i/web/status/77?s=20"),
        ("pinterest", "https://mx.pinterest.com/pin/88888/", "https://www.pinterest.com/pin/88888"),
    ],
)
def test_dos_direcciones_de_la_misma(red: str, una: str, otra: str) -> None:
    clave = registro.exportaciones()[red].clave_de_url
    assert clave(una) == clave(otra) != ""


def test_un_identificador_de_x_dice_cuando_nacio_y_uno_viejo_no() -> None:
    nacio = registro.exportaciones()["x"].nacio
    assert str(nacio("1226928883355791360"))[:16] == "2020-02-10 18:00"
    assert (nacio("20"), nacio("abc"), nacio("9" * 30)) == (None, None, None)
