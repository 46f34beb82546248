import re
import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from conectores.x.hilo import partir_texto
from conectores.x.largo import buscar_enlaces, largo_ponderado

_NUMERO = re.compile(r" \((\d+)/(\d+)\)$")

_PALABRAS = st.sampled_from(
    [
        "agua",
        "Ayuntamiento",
        "colonia,",
        "corte.",
        "¿Dudas?",
        "@SanJacintoGob",
        "#CierreVial",
        "https://leon.gob.mx/avisos?folio=123&zona=norte",
        "gob.mx",
        "👨‍👩‍👧‍👦",
        "🇲🇽",
        "👍🏽👍🏽",
        "日本語",
        "mañana\u00a0mismo",
        "\n\n",
        "\n",
        "e\u0301",
        "x" * 90,
    ]
)


def _sin_numero(parte: str) -> str:
    return _NUMERO.sub("", parte)


def _sin_blancos(texto: str) -> str:
    return "".join(unicodedata.normalize("NFC", texto).split())


def test_lo_que_cabe_no_se_parte_ni_se_numera() -> None:
    assert partir_texto("  Hoy no hay agua.\n") == ["Hoy no hay agua."]


def test_se_corta_entre_parrafos_aunque_quepa_algo_mas() -> None:
    primero, segundo = "Primera noticia del día. " * 9, "Segunda noticia. " * 10
    assert partir_texto(f"{primero}\n\n{segundo}") == [
        f"{primero.strip()} (1/2)",
        f"{segundo.strip()} (2/2)",
    ]


def test_sin_parrafos_se_corta_al_final_de_una_oracion() -> None:
    texto = "Habrá cortes de agua en el norte. " * 12
    assert [p.split(" (")[0][-1] for p in partir_texto(texto)] == [".", "."]


def test_un_parrafo_corto_no_deja_una_parte_casi_vacia() -> None:
    partes = partir_texto("Aviso.\n\n" + "palabra " * 60)
    assert largo_ponderado(partes[0]) > 140


def test_una_palabra_larguisima_se_corta_entre_letras_y_no_dentro_de_un_emoji() -> None:
    partes = partir_texto("👨‍👩‍👧‍👦" * 300)
    assert all(regex.fullmatch(r"(👨‍👩‍👧‍👦)+", _sin_numero(p)) for p in partes)
    assert all(largo_ponderado(p) <= 280 for p in partes)


def test_mas_de_nueve_partes_se_numeran_con_dos_cifras_y_caben() -> None:
    partes = partir_texto("palabra " * 400)
    assert len(partes) > 9
    assert partes[-1].endswith(f" ({len(partes)}/{len(partes)})")
    assert max(map(largo_ponderado, partes)) <= 280


def test_un_enlace_larguisimo_va_entero() -> None:
    enlace = "https://leon.gob.mx/" + "a" * 900
    partes = partir_texto("palabra " * 60 + enlace + " fin")
    assert sum(enlace in p for p in partes) == 1


@given(st.lists(_PALABRAS, min_size=1, max_size=220).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_nada_se_pierde_cada_parte_cabe_y_los_enlaces_quedan_enteros(texto: str) -> None:
    partes = partir_texto(texto)
    sin_numero = [_sin_numero(p) for p in partes] if len(partes) > 1 else partes
    assert _sin_blancos("".join(sin_numero)) == _sin_blancos(texto)
    assert all(largo_ponderado(p) <= 280 for p in partes)
    normal = unicodedata.normalize("NFC", texto)
    assert [e for p in sin_numero for _, _, e in buscar_enlaces(p)] == [e for _, _, e in buscar_enlaces(normal)]
    for entero in ("@SanJacintoGob", "#CierreVial", "👨‍👩‍👧‍👦", "🇲🇽", "mañana\u00a0mismo"):
        assert sum(p.count(entero) for p in sin_numero) == normal.count(entero)
    if len(partes) > 1:
        assert [_NUMERO.search(p).groups() for p in partes] == [  # type: ignore[union-attr] # se acaba de numerar
            (str(i), str(len(partes))) for i in range(1, len(partes) + 1)
        ]


@given(st.text(max_size=900))
@settings(max_examples=60, deadline=None)
def test_con_cualquier_texto_nada_se_pierde_y_cada_parte_cabe(texto: str) -> None:
    partes = partir_texto(texto)
    sin_numero = [_sin_numero(p) for p in partes] if len(partes) > 1 else partes
    assert _sin_blancos("".join(sin_numero)) == _sin_blancos(texto)
    assert all(largo_ponderado(p) <= 280 for p in partes)


@pytest.mark.parametrize("repetido", ["#", "@"])
def test_una_etiqueta_que_no_cabe_entera_tampoco_se_pierde(repetido: str) -> None:
    texto = repetido + "x" * 700
    assert "".join(_sin_numero(p) for p in partir_texto(texto)) == texto
