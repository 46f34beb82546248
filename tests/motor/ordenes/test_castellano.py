"""La ayuda y los errores de uso: en español, y que quepan en una pantalla de 80 columnas."""

import re

import pytest

from motor.ordenes.castellano import traducir
from tests.motor.ordenes.conftest import Orden

INGLES = re.compile(
    r"\b(usage|options?|arguments?|commands?|show this|missing|no such|required|default|invalid|should|error|try"
    r"|for help|bool|str|int|range|list)\b",
    re.IGNORECASE,
)
AYUDAS = [
    (),
    *(
        (orden,)
        for orden in ("iniciar", "calendario", "diagnostico", "revisar", "plantilla", "simular", "demo", "picos")
    ),
    *(("perfiles", orden) for orden in ("agregar", "comprobar", "pausar", "reanudar", "quitar")),
    *(("entregas", orden) for orden in ("ver", "cancelar", "reprogramar", "resolver", "retener", "soltar", "borrar")),
    ("perfiles",),
    ("entregas",),
]


@pytest.mark.parametrize("palabras", AYUDAS, ids=" ".join)
@pytest.mark.parametrize("como", ["--ayuda", "-h", "--help"])
def test_la_ayuda_esta_en_espanol_y_cabe(
    pregonero: Orden, pantalla_estrecha: None, palabras: tuple[str, ...], como: str
) -> None:
    resultado = pregonero(*palabras, como)
    assert resultado.exit_code == 0
    assert f"Uso: {' '.join(('pregonero', *palabras))}" in resultado.output
    assert "Mostrar esta ayuda." in resultado.output
    assert INGLES.findall(resultado.output) == []
    assert max(map(len, resultado.output.splitlines())) <= 80


@pytest.mark.parametrize(
    ("palabras", "dice"),
    [
        (("calendrio",), "No hay una orden «calendrio». ¿Quiso decir «calendario»?"),
        (("zzz",), "No hay una orden «zzz»."),
        (("calendario", "--dia", "3"), "No hay una opción «--dia». ¿Quiso decir --dias?"),
        (("calendario", "--zzz"), "No hay una opción «--zzz»."),
        (("calendario", "--dias"), "La opción «--dias» necesita un valor."),
        (("calendario", "--json=3"), "La opción «--json» no lleva valor."),
        (("calendario", "--dias", "0"), "«--dias» está mal: debe ser 1 o más."),
        (("calendario", "--dias", "500"), "«--dias» está mal: debe ser 400 o menos."),
        (("entregas", "ver", "doce"), "«NÚMERO» está mal: debe ser un número entero."),
        (("entregas", "ver"), "Falta decir «NÚMERO»."),
        (("entregas", "ver", "1", "2"), "Sobra «2»."),
        (("entregas", "--estado", "rara"), "«--estado» está mal: «rara» no es uno de estos: «programada»"),
        (("perfiles", "agregar", "x-centro"), "Falta la opción «--red»."),
    ],
    ids=lambda valor: " ".join(valor) if isinstance(valor, tuple) else "",
)
def test_un_error_al_escribir_la_orden_se_dice_en_espanol(
    pregonero: Orden, palabras: tuple[str, ...], dice: str
) -> None:
    resultado = pregonero(*palabras)
    assert resultado.exit_code == 2
    assert dice in resultado.stderr
    assert INGLES.findall(resultado.output) == []


def test_sin_palabras_se_ensena_la_ayuda(pregonero: Orden) -> None:
    resultado = pregonero()
    assert resultado.exit_code == 2
    assert "Órdenes" in resultado.output


def test_un_error_desconocido_queda_como_esta() -> None:
    assert traducir("Something new happened.") == "Something new happened."
