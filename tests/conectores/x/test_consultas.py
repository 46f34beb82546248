"""De los términos de los monitores a búsquedas que X admita."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conectores.contrato import ErrorDePerfil
from conectores.x.consultas import LARGO_MAXIMO, consultas, operando
from simulador.x_consulta import Buscable, ConsultaInvalida, compilar


def test_se_juntan_en_una_sola_sin_republicaciones_ni_lo_nuestro() -> None:
    assert consultas(["bache", "Paseo Tollocan", "#SinAgua", "@Toluca"], sin_cuenta="1001") == (
        '(bache OR "Paseo Tollocan" OR #SinAgua OR @Toluca) -is:retweet -from:1001',
    )


def test_los_acentos_van_tal_cual_porque_x_no_los_distingue() -> None:
    assert consultas(["inundación"]) == ("(inundación) -is:retweet",)


@pytest.mark.parametrize(
    ("termino", "escrito"),
    [
        ("bache", "bache"),
        ("calle 5 de mayo", '"calle 5 de mayo"'),
        ("agua-luz", '"agua-luz"'),
        ("http://toluca.gob.mx", '"http://toluca.gob.mx"'),
        ("lang:es", '"lang:es"'),
        ("-bache", '"-bache"'),
        ("or", '"or"'),
        ('dijo "no"', '"dijo no"'),
        ("#", ""),
        ("  ", ""),
        ("(", ""),
        ("🔥", "🔥"),
    ],
)
def test_cada_termino_se_escribe_sin_que_x_lo_tome_por_otra_cosa(termino: str, escrito: str) -> None:
    assert operando(termino) == escrito


def test_lo_que_no_cabe_en_una_va_en_varias_y_ninguno_se_pierde() -> None:
    terminos = [f"colonia número {i} de Toluca" for i in range(100)]
    varias = consultas(terminos)
    assert len(varias) > 1
    assert all(len(c) <= LARGO_MAXIMO for c in varias)
    assert all(any(f'"{t}"' in c for c in varias) for t in terminos)
    assert len(varias) <= -(-sum(len(t) + 6 for t in terminos) // (LARGO_MAXIMO - 60)) + 1


def test_una_frase_demasiado_larga_se_corta_en_palabra_entera() -> None:
    (consulta,) = consultas(["palabra " * 200])
    assert len(consulta) <= LARGO_MAXIMO
    assert "palabr " not in consulta
    assert 'palabra")' in consulta


def test_se_pueden_acotar_a_un_lugar() -> None:
    assert consultas(["bache"], acotar="(Toluca OR Metepec)") == ("(bache) (Toluca OR Metepec) -is:retweet",)


def test_un_acotado_que_no_deja_sitio_se_dice() -> None:
    with pytest.raises(ErrorDePerfil, match="acotar") as caso:
        consultas(["bache"], acotar="x" * 450)
    assert "512" in caso.value.remedio


def test_repetidos_y_vacios_no_gastan_sitio() -> None:
    assert consultas(["bache", "bache", "", "   "]) == ("(bache) -is:retweet",)
    assert consultas([]) == ()


TERMINOS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=80), max_size=30)


@given(TERMINOS)
def test_toda_busqueda_cabe_y_x_la_entiende(terminos: list[str]) -> None:
    for consulta in consultas(terminos, sin_cuenta="1001"):
        assert len(consulta) <= LARGO_MAXIMO
        try:
            compilar(consulta)
        except ConsultaInvalida as error:
            pytest.fail(f"{consulta!r}: {error}")


PALABRAS = st.text("abcdefghijklmnñopqrstuvwxyzáéíóúü", min_size=2, max_size=12)


@given(st.lists(PALABRAS, min_size=1, max_size=80), st.data())
def test_hallan_cualquiera_de_los_terminos(palabras: list[str], datos: st.DataObject) -> None:
    buscada = datos.draw(st.sampled_from(palabras))
    post = Buscable(texto=f"Oigan, {buscada.upper()}: ¿qué pasó?", autor=("vecina", "77"))
    assert any(compilar(c)(post) for c in consultas(palabras, sin_cuenta="1001"))
