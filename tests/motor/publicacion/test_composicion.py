"""Lo que se dirá en cada perfil. Lo que el editor escribió no se toca; sólo se etiquetan los enlaces nuestros."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conectores.contrato import Encuesta, Pieza
from conectores.memoria.conector import ConectorMemoria
from motor.publicacion.composicion import componer, en_partes, etiquetar_enlaces
from motor.publicacion.propuesta import EncuestaPropuesta, Propuesta
from tests.conftest import COMIENZO

NUESTROS = ("toluca.gob.mx",)


def propuesta(texto: str = "Hola", **mas: object) -> Propuesta:
    columnas = {"perfiles": ("x-1",), "programada_en": COMIENZO, "zona": "UTC"}
    return Propuesta(texto=texto, **(columnas | mas))  # type: ignore[arg-type] # columnas sueltas


def compuesta(de: Propuesta, *, enlace_en_texto: bool = False, perfil: str = "x-1") -> Pieza:
    capacidades = replace(ConectorMemoria.capacidades, enlace_en_texto=enlace_en_texto)
    return componer(de, perfil=perfil, capacidades=capacidades, clave="k1", dominios=NUESTROS)


@pytest.mark.parametrize(
    ("texto", "etiquetado"),
    [
        ("Vea https://toluca.gob.mx/obras.", "Vea https://toluca.gob.mx/obras?utm_content=k1."),
        ("(https://toluca.gob.mx)", "(https://toluca.gob.mx?utm_content=k1)"),
        ("https://WWW.Toluca.gob.MX/a?b=1#c", "https://WWW.Toluca.gob.MX/a?b=1&utm_content=k1#c"),
        ("«https://toluca.gob.mx/año»", "«https://toluca.gob.mx/año?utm_content=k1»"),
        ("https://toluca.gob.mx/?utm_content=mío", "https://toluca.gob.mx/?utm_content=mío"),  # ya lo puso el editor
        ("https://notoluca.gob.mx/a", "https://notoluca.gob.mx/a"),
        ("https://toluca.gob.mx.estafa.com/a", "https://toluca.gob.mx.estafa.com/a"),
        ("https://x.com/a https://toluca.gob.mx", "https://x.com/a https://toluca.gob.mx?utm_content=k1"),
        ("toluca.gob.mx sin protocolo", "toluca.gob.mx sin protocolo"),
        ("https://[mal", "https://[mal"),
        ("https://toluca.gob.mx:8443/a", "https://toluca.gob.mx:8443/a?utm_content=k1"),
    ],
)
def test_solo_se_etiquetan_los_enlaces_a_nuestros_dominios(texto: str, etiquetado: str) -> None:
    assert etiquetar_enlaces(texto, dominios=NUESTROS, clave="k1") == etiquetado


@given(st.text())
def test_sin_dominios_propios_el_texto_sale_tal_cual(texto: str) -> None:
    assert etiquetar_enlaces(texto, dominios=(), clave="k1") == texto


@given(st.text())
def test_lo_que_no_es_un_enlace_nuestro_no_cambia(texto: str) -> None:
    if "toluca" not in texto.lower():
        assert etiquetar_enlaces(texto, dominios=NUESTROS, clave="k1") == texto


@pytest.mark.parametrize(
    ("variantes", "perfil", "texto"),
    [
        ({}, "x-1", "General"),
        ({"memoria": "Para la red"}, "x-1", "Para la red"),
        ({"memoria": "Para la red", "x-1": "Para el perfil"}, "x-1", "Para el perfil"),
        ({"x-1": "Para el perfil"}, "x-2", "General"),
        ({"x-1": ""}, "x-1", "General"),  # una variante vacía no borra el texto
    ],
)
def test_cada_perfil_dice_su_variante(variantes: dict[str, str], perfil: str, texto: str) -> None:
    assert compuesta(propuesta("General", variantes=variantes), perfil=perfil).texto == texto


@pytest.mark.parametrize(
    ("texto", "enlace", "queda"),
    [
        ("Hola", "", "Hola"),
        ("Hola", "https://a.mx", "Hola\n\nhttps://a.mx"),
        ("Vea https://a.mx.", "https://a.mx", "Vea https://a.mx."),  # ya está: no se repite
        ("Vea https://a.mx/otra", "https://a.mx", "Vea https://a.mx/otra\n\nhttps://a.mx"),  # es otro enlace
        ("", "https://a.mx", "https://a.mx"),
    ],
)
def test_donde_no_hay_campo_de_enlace_va_al_final_del_texto(texto: str, enlace: str, queda: str) -> None:
    pieza = compuesta(propuesta(texto, enlace=enlace), enlace_en_texto=True)
    assert (pieza.texto, pieza.enlace) == (queda, "")


def test_donde_hay_campo_de_enlace_va_en_el() -> None:
    pieza = compuesta(propuesta("Hola", enlace="https://toluca.gob.mx"))
    assert (pieza.texto, pieza.enlace) == ("Hola", "https://toluca.gob.mx?utm_content=k1")


def test_la_encuesta_y_las_opciones_de_la_red_viajan_con_la_pieza() -> None:
    encuesta = EncuestaPropuesta(opciones=("Sí", "No"), duracion=timedelta(hours=2))
    opciones = {"memoria": {"tablero": 7}, "otra": {"no": "va"}}
    pieza = compuesta(propuesta(encuesta=encuesta, opciones=opciones))
    assert pieza.encuesta == Encuesta(("Sí", "No"), timedelta(hours=2))
    assert pieza.opciones == {"tablero": "7"}


def test_en_un_hilo_todo_lo_que_no_es_texto_va_en_la_primera_parte() -> None:
    pieza = compuesta(propuesta(titulo="T", enlace="https://a.mx", encuesta=EncuestaPropuesta(opciones=("Sí", "No"))))
    primera, segunda = en_partes(pieza, ["1/2", "2/2"])
    assert (primera.texto, primera.enlace, primera.encuesta) == ("1/2", "https://a.mx", pieza.encuesta)
    assert (segunda.texto, segunda.enlace, segunda.encuesta, segunda.adjuntos) == ("2/2", "", None, ())
