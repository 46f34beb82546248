"""Marcar en el texto lo que halló el vigía, ni una letra más ni menos."""

import pytest

from motor.escucha.monitores.lectura import termino
from motor.escucha.monitores.senalar import senalar


def marcado(texto: str, *terminos: str, flexion: bool = False) -> str:
    trozos = senalar(texto, [termino(t, flexion=flexion) for t in terminos])
    return "".join(f"[{t.texto}]" if t.hallado else t.texto for t in trozos)


@pytest.mark.parametrize(
    ("texto", "terminos", "queda"),
    [
        ("Otra vez SIN ÁGUA, vecinos", ["sin agua"], "Otra vez [SIN ÁGUA], vecinos"),
        ("no hay, otra vez, agua", ["agua"], "no hay, otra vez, [agua]"),
        ("aguacate con agua", ["agua"], "aguacate con [agua]"),
        ("Ya basta #SinAgua #otra", ["#SinAgua"], "Ya basta [#SinAgua] #otra"),
        ("Ya basta #SinAgua", ["sin agua"], "Ya basta [#SinAgua]"),
        ("Oiga @TolucaGob.", ["@tolucagob"], "Oiga [@TolucaGob]."),
        ("vea https://agua.mx/agua", ["agua"], "vea https://agua.mx/agua"),
        ("sin agua sin agua", ["sin agua", "agua sin"], "[sin agua sin agua]"),
        ("nada de nada", ["agua"], "nada de nada"),
        ("", ["agua"], ""),
    ],
    ids=str,
)
def test_se_marca_lo_hallado(texto: str, terminos: list[str], queda: str) -> None:
    assert marcado(texto, *terminos) == queda


def test_con_variantes_se_marcan_sus_formas() -> None:
    assert (
        marcado("Fugas de agua y una fuga de agua", "fuga de agua", flexion=True)
        == "[Fugas de agua] y una [fuga de agua]"
    )


def test_el_texto_queda_entero() -> None:
    texto = "  ¿Y el agua?  Ni gota… 😡 #SinAgua  "
    assert "".join(t.texto for t in senalar(texto, [termino("agua")])) == texto
