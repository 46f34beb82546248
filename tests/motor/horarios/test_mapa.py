"""Lo aprendido, guardado y vuelto a leer; y qué se hace si en la base se dañó."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from modelos import Base, Horario, Perfil
from motor.entorno import Entorno
from motor.horarios.aprendizaje.aprender import aprender_ahora
from motor.horarios.asignacion import vigentes
from motor.horarios.mapa import SEMANA, Mapa, MapaIlegible
from tests.conftest import COMIENZO

UNA = tuple(float(r) for r in range(SEMANA))
BUENO = Mapa(ganancia=UNA, inferior=UNA, superior=UNA, publicaciones=30, curva="memoria", espaciado=0.1)
ROTOS: list[Any] = [
    {},
    [],
    "x",
    BUENO.a_json() | {"ganancia": [1.0]},
    BUENO.a_json() | {"inferior": ["1"] * SEMANA},
    BUENO.a_json() | {"superior": [math.nan] * SEMANA},
    BUENO.a_json() | {"publicaciones": None},
    BUENO.a_json() | {"espaciado": math.inf},
]


def test_lo_guardado_vuelve_igual() -> None:
    assert Mapa.de_json(BUENO.a_json(), aprendido_en=COMIENZO) == replace(BUENO, aprendido_en=COMIENZO)


@pytest.mark.parametrize("roto", ROTOS)
def test_lo_que_no_es_un_mapa_entero_no_se_usa(roto: Any) -> None:
    with pytest.raises(MapaIlegible):
        Mapa.de_json(roto, aprendido_en=None)


def test_si_lo_aprendido_se_dano_se_publica_con_la_curva_publica_y_se_aprende_otra_vez(
    base: Base, entorno: Entorno, perfil_de: Callable[..., Perfil], caplog: pytest.LogCaptureFixture
) -> None:
    perfil = perfil_de()
    roto = Horario(
        perfil_id=perfil.id, aprendido_en=COMIENZO, metrica="interacciones", mapa={"ganancia": 1}, huella="h"
    )
    with base.escribir() as sesion:
        sesion.add(roto)
    with base.leer() as sesion:
        sabido = vigentes(sesion, [perfil], ahora=COMIENZO)[perfil.id]
    assert (sabido.horario_id, sabido.mapa.publicaciones) == (None, 0)
    assert "está dañado" in caplog.text
    assert aprender_ahora(entorno).fallidos == {}
    with base.leer() as sesion:
        assert len(sesion.exec(select(Horario)).all()) == 1  # nada medido: no hay de qué aprender
