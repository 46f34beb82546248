from typing import Any

import pytest

from conectores.contrato_escucha import Clase
from motor.escucha.lugares.rangos import Circulo, Lugares, Poligono
from motor.escucha.monitores.definicion import DefinicionInvalida, Termino
from motor.escucha.monitores.lectura import definir, termino

CUADRO = {"type": "Polygon", "coordinates": [[[-99.7, 19.2], [-99.6, 19.2], [-99.6, 19.3], [-99.7, 19.2]]]}


def test_lo_menos_que_se_puede_decir() -> None:
    definicion = definir("baches", {"alguna": ["Bache", "pavimento roto"]})
    assert definicion.nombre == "baches"
    assert [t.patron for t in definicion.alguna] == ["bache", "pavimento roto"]
    assert definicion.clases == frozenset(Clase) - {Clase.COMPETIDOR}
    assert (definicion.redes, definicion.idiomas, definicion.zona) == (frozenset(), frozenset(), None)


def test_todo_lo_que_se_puede_decir() -> None:
    definicion = definir(
        "agua",
        {
            "nombre": "Falta de agua",
            "todas": ["agua"],
            "alguna": [{"termino": "fugas", "flexion": True}, "#SinAgua", "@AguaToluca", "de:@ElSolDeToluca"],
            "ninguna": ["agua de jamaica"],
            "redes": ["x"],
            "idiomas": ["ES"],
            "clases": ["mencion", "articulo"],
            "lugar": {"centro": [19.29, -99.66], "radio_km": 12, "confianza_minima": 0.5, "sin_lugar": "incluir"},
        },
    )
    assert [t.patron for t in definicion.alguna] == ["fug", "#sinagua", "@aguatoluca", "de:@elsoldetoluca"]
    assert definicion.clases == {Clase.MENCION, Clase.ARTICULO}
    assert definicion.idiomas == {"es"}
    assert definicion.zona is not None
    assert definicion.zona.rango == Circulo(19.29, -99.66, 12.0)
    assert (definicion.zona.confianza_minima, definicion.zona.incluir_sin_lugar) == (0.5, True)


def test_la_flexion_del_monitor_vale_para_sus_palabras_salvo_la_que_diga_que_no() -> None:
    definicion = definir("x", {"alguna": ["Baches", {"termino": "obras", "flexion": False}, "#Obras"], "flexion": True})
    assert definicion.alguna == (
        Termino("Baches", "bach", True),
        Termino("obras", "obras", False),
        Termino("#Obras", "#obras", False),
    )


@pytest.mark.parametrize(
    ("lugar", "rango"),
    [
        ({"poligono": CUADRO}, Poligono(CUADRO)),
        ({"lugares": ["San Mateo"]}, Lugares(("San Mateo",))),
        ({"centro": [0, 0], "radio_km": 1}, Circulo(0.0, 0.0, 1.0)),
    ],
)
def test_los_rangos(lugar: dict[str, Any], rango: object) -> None:
    zona = definir("x", {"lugar": lugar}).zona
    assert zona is not None
    assert zona.rango == rango


def test_las_redes_se_nombran_como_las_llama_la_gente() -> None:
    conocidas = {"Twitter": "x"}
    assert definir("m", {"redes": ["Twitter"]}, reconocer_red=conocidas.get).redes == {"x"}
    with pytest.raises(DefinicionInvalida, match="no conozco la red «Mastodonte»"):
        definir("m", {"redes": ["Mastodonte"]}, reconocer_red=conocidas.get)


@pytest.mark.parametrize(
    ("datos", "dice"),
    [
        ({}, "No dice qué busca"),
        ({"alguan": ["bache"]}, "No existe la clave «alguan». ¿Quiso decir «alguna»?"),
        ({"color": 1}, "Las que hay: nombre, todas"),
        ({"alguna": "bache"}, 'escriba alguna = ["bache"]'),
        ({"alguna": 3}, "es una lista de textos"),
        ({"alguna": [3]}, "En «alguna» sobra 3"),
        ({"alguna": ["🔥"]}, "«🔥» no tiene letras ni números"),
        ({"alguna": ["bache*"]}, "flexion = true"),
        ({"alguna": ["# Agua"]}, "no es una etiqueta"),
        ({"alguna": ["@ Agua"]}, "no es una cuenta"),
        ({"alguna": ["de: Agua"]}, "no es una cuenta"),
        ({"alguna": ["agua #Toluca"]}, "mezcla palabras"),
        ({"alguna": [{"termino": "x", "flexión": True}]}, "«alguna.flexión». ¿Quiso decir «flexion»?"),
        ({"alguna": ["agua"], "ninguna": ["AGUA"]}, "está en «alguna» y también en «ninguna»"),
        ({"alguna": ["agua"], "flexion": "si"}, "true o false"),
        ({"alguna": ["agua"], "nombre": 3}, "«nombre»"),
        ({"alguna": ["agua"], "idiomas": ["español"]}, "dos o tres letras"),
        ({"alguna": ["agua"], "clases": ["menciones"]}, "¿Quiso decir «mencion»?"),
        ({"lugar": "Toluca"}, "«lugar» es una tabla"),
        ({"lugar": {}}, "una de tres cosas"),
        ({"lugar": {"lugares": ["a"], "radio_km": 3}}, "una de tres cosas"),
        ({"lugar": {"lugares": []}}, "al menos un nombre"),
        ({"lugar": {"centro": [19.29, -99.66]}}, "radio_km"),
        ({"lugar": {"centro": [19.29], "radio_km": 1}}, "dos números"),
        ({"lugar": {"centro": [-99.66, 19.29], "radio_km": 1}}, "(19.29, -99.66)"),
        ({"lugar": {"centro": [100, 200], "radio_km": 1}}, "no es un punto de la Tierra"),
        ({"lugar": {"centro": [19, -99], "radio_km": 0}}, "mayor que 0"),
        ({"lugar": {"poligono": "a.geojson"}}, "GeoJSON"),
        ({"lugar": {"poligono": {"type": "Point", "coordinates": [-99, 19]}}}, "debe ser Polygon"),
        ({"lugar": {"centro": [19, -99], "radio_km": 1, "confianza_minima": 50}}, "de 0 a 1"),
        ({"lugar": {"centro": [19, -99], "radio_km": 1, "sin_lugar": "no"}}, "«lugar.sin_lugar»"),
        ({"lugar": {"centro": [19, -99], "radio": 1}}, "«lugar.radio». ¿Quiso decir «radio_km»?"),
    ],
)
def test_cada_error_dice_que_monitor_que_clave_y_que_cambiar(datos: dict[str, Any], dice: str) -> None:
    with pytest.raises(DefinicionInvalida) as error:
        definir("fugas", datos)
    assert "Monitor «fugas»" in str(error.value)
    assert dice in str(error.value)


def test_los_errores_se_dicen_todos_de_una_vez() -> None:
    with pytest.raises(DefinicionInvalida) as error:
        definir("Con Espacios", {"alguna": ["🔥", "*"], "tdas": []})
    assert len(error.value.faltas) == 4


def test_un_termino_de_cuenta_acepta_los_nombres_con_puntos() -> None:
    assert termino("@toluca.gob.mx").patron == "@toluca.gob.mx"
