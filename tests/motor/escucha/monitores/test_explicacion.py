from typing import Any

import pytest

from conectores.contrato_escucha import Clase
from motor.escucha.entendedor import componer
from motor.escucha.lugares.donde import Donde, Por
from motor.escucha.monitores.explicacion import Motivo, motivos
from motor.escucha.monitores.lectura import definir

CERCA = Donde(latitud=19.0, longitud=-99.0, por=Por.TEXTO, confianza=0.7, nombre="Centro")
LEJOS = Donde(latitud=21.0, longitud=-99.0, por=Por.TEXTO, confianza=0.7)
AQUI = {"centro": [19, -99], "radio_km": 5}


def test_dice_que_se_hallo_y_si_peso_el_lugar() -> None:
    vigia = componer(
        {
            1: definir("a", {"alguna": ["Fugas", "tubería"], "flexion": True}),
            2: definir("b", {"todas": ["fuga"], "lugar": AQUI}),
            3: definir("c", {"alguna": ["bache"]}),
        },
        None,
    )
    assert motivos(vigia, "hay una fuga", red="azul", clase=Clase.MENCION, donde=CERCA) == [
        Motivo(monitor=1, terminos=("Fugas",)),
        Motivo(monitor=2, terminos=("fuga",), por_lugar=True),
    ]


@pytest.mark.parametrize(
    ("datos", "donde", "porque_no"),
    [
        ({"ninguna": ["jamaica"]}, None, "lo descarta «jamaica»"),
        ({"todas": ["colonia"]}, None, "le falta «colonia»"),
        ({"todas": ["agua"], "alguna": ["tubo"]}, None, "no dice ninguna de «alguna»"),
        ({"clases": ["directo"]}, None, "no cuenta los de clase mencion"),
        ({"redes": ["verde"]}, None, "sólo cuenta los de verde"),
        ({"idiomas": ["es"]}, None, "no cuenta los de ese idioma"),
        ({"lugar": AQUI}, None, "no se sabe de dónde es"),
        ({"lugar": AQUI}, LEJOS, "es de otro lugar"),
        ({"lugar": AQUI | {"confianza_minima": 0.9}}, CERCA, "no se está bastante seguro de dónde es (0.7 de 0.9)"),
    ],
)
def test_dice_lo_que_le_falto_a_lo_que_casi_cuenta(datos: dict[str, Any], donde: Donde | None, porque_no: str) -> None:
    vigia = componer({1: definir("a", {"alguna": ["agua"]} | datos)}, None)
    (motivo,) = motivos(vigia, "agua de jamaica", red="azul", clase=Clase.MENCION, idioma="en", donde=donde)
    assert motivo == Motivo(monitor=1, terminos=("agua",), porque_no=porque_no)
