"""El encabezado: YAML sin trampas, y errores que dicen la línea y qué escribir."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motor.entrada.leer.frente import EncabezadoIlegible, Partes, partir


def campos(texto):
    return {c.clave: c.valor for c in partir(texto).campos}


def test_todo_valor_es_texto_tal_como_se_escribio():
    texto = (
        "---\nfecha: 2026-12-01 09:00\nhilo: no\nredes: [x, facebook]\nimagenes:\n"
        "  - archivo: a.jpg\n    alt: Una\n---\nHola\n"
    )
    assert campos(texto) == {
        "fecha": "2026-12-01 09:00",
        "hilo": "no",
        "redes": ["x", "facebook"],
        "imagenes": [{"archivo": "a.jpg", "alt": "Una"}],
    }
    assert partir(texto).cuerpo == "Hola\n"
    assert partir(texto).linea_del_cuerpo == 9
    assert [c.linea for c in partir(texto).campos] == [2, 3, 4, 5]


def test_sin_encabezado_todo_es_cuerpo():
    assert partir("Hola\n---\nadiós") == Partes((), "Hola\n---\nadiós")
    assert campos("---\n---\nHola") == {}
    assert campos("\n\n---\nredes: x\n---\n") == {"redes": "x"}


def test_un_texto_largo_puede_ir_en_el_encabezado():
    assert campos("---\nx: |\n  Uno\n  Dos\nfacebook: >\n  junto\n  junto\n---\n") == {
        "x": "Uno\nDos\n",
        "facebook": "junto junto\n",
    }


@pytest.mark.parametrize(
    ("texto", "linea", "dice"),
    [
        ("---\nredes: x\nHola", 1, "no termina"),
        ("---\nredes: x\naviso: Atención: corte\n---\n", 3, "entre comillas"),
        ("---\nred:\n\t- x\n---\n", 3, "tabulador"),
        ("---\nautor: @ayuntamiento\n---\n", 2, "entre comillas"),
        ("---\nsólo un texto\n---\n", 2, "clave: valor"),
        ("---\n- uno\n- dos\n---\n", 2, "clave: valor"),
        ("---\nred: x\nred: facebook\n---\n", 3, "línea 2"),
        ("---\netiquetas: #agua #paro\n---\n", 2, "#agua"),
        ("---\ntitulo: Corte de agua #urgente\n---\n", 2, "#urgente"),
        ("---\na: &ancla hola\n---\n", 2, "no admitimos"),
        ("---\na: hola\nb: *a\n---\n", 3, "no admitimos"),
        ("---\na: !!python/object/apply:os.system ['true']\n---\n", 2, "no admitimos"),
        ("---\na: !!int 3\n---\n", 2, "no admitimos"),
        ("---\n? [a, b]\n: c\n---\n", 2, "una palabra"),
        ("---\na: [[[[[[[[x]]]]]]]]\n---\n", 2, "listas dentro de listas"),
        ('---\na: "\\UFFFFFFFF"\n---\n', 2, "no se entiende"),
        ("---\na: 'sin cerrar\n---\n", 2, "no se entiende"),
        ("---\na: {b: c\n---\n", 2, "no se entiende"),
    ],
)
def test_lo_que_no_se_entiende_dice_donde_y_que_hacer(texto, linea, dice):
    with pytest.raises(EncabezadoIlegible) as error:
        partir(texto)
    problema = error.value.problema
    assert dice in str(problema)
    assert problema.donde == f"línea {linea}"
    assert problema.remedio


def test_un_comentario_de_verdad_no_estorba():
    assert campos("---\nfecha: mañana 9:00  # hora local\n# nota\nred: x\n---\n") == {
        "fecha": "mañana 9:00",
        "red": "x",
    }


@pytest.mark.parametrize(
    "bomba",
    [
        "a: &a [x,x]\n" + "\n".join(f"{c}: &{c} [*{b},*{b}]" for b, c in zip("abcde", "bcdef", strict=True)),
        "a: " + "[" * 20_000,
        "a: " + "{b: " * 10_000,
        "\n".join(f"k{i}: v" for i in range(5000)),
        "a: [" + "x, " * 20_000 + "]",
        "a: '" + "x" * 100_000 + "'",
        "- " * 20_000,
    ],
)  # fmt: skip
def test_una_bomba_de_yaml_se_apaga_enseguida(bomba):
    comienzo = time.monotonic()
    with pytest.raises(EncabezadoIlegible):
        partir(f"---\n{bomba}\n---\n")
    assert time.monotonic() - comienzo < 2


@given(st.text(alphabet="ab:- \n\t[]{}'\"|>&*!#@%,?x\\0é", max_size=200))
def test_ningun_encabezado_hace_tropezar(bruto):
    try:
        partes = partir(f"---\n{bruto}\n---\ncuerpo")
    except EncabezadoIlegible as error:
        assert error.problema.donde.startswith("línea ")
    else:
        assert isinstance(partes.cuerpo, str)
