from collections.abc import Callable
from dataclasses import replace

import pytest

from conectores.memoria.conector import RedEnMemoria, red_en_memoria
from modelos import Perfil
from motor.entorno import Entorno
from tests.conftest import RelojFijo
from tests.motor.oficina import MINUTO, Oficina

COORDINACION = ("coordinadora@ejemplo.mx",)


@pytest.fixture
def red(request: pytest.FixtureRequest, reloj: RelojFijo) -> RedEnMemoria:
    """La red en memoria de los perfiles de esta prueba, con el reloj de la prueba."""
    red = red_en_memoria(request.node.nodeid)
    red.ahora = reloj.ahora
    return red


@pytest.fixture
def oficina(entorno: Entorno, reloj: RelojFijo, red: RedEnMemoria, perfil_de: Callable[..., Perfil]) -> Oficina:
    """Una oficina con el perfil «memoria», un minuto de separación y una coordinadora."""
    perfil_de()
    reglas = replace(entorno.reglas, coordinacion=COORDINACION, separacion=MINUTO)
    return Oficina(replace(entorno, reglas=reglas), reloj, red)
