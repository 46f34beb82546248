"""Pedirle a la API cualquier cosa que su OpenAPI admita, y otras que no: nunca rompe, y contesta lo que prometió."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from modelos import Perfil, Rol
from panel.entorno import EntornoDelPanel
from tests.panel.acervo import poner_medio
from tests.panel.api.conftest import sin_ritmo
from tests.panel.con_historias import contar_historia, crear_monitor
from tests.panel.test_aprobaciones import crear_flujo

EJEMPLOS = int(os.environ.get("EJEMPLOS", "2"))
"""Por operación y por modo. Pocos aquí, que son muchas operaciones; EJEMPLOS=50 para acosarla de verdad."""
COMPROBAR = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def esquema(app: FastAPI) -> BaseSchema:
    leido: BaseSchema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers={"host": "127.0.0.1"})
    return leido


@pytest.mark.parametrize("modo", list(GenerationMode), ids=lambda m: m.value)
def test_nada_de_lo_que_se_pida_rompe_la_api(
    modo: GenerationMode,
    app: FastAPI,
    panel: EntornoDelPanel,
    tmp_path: Path,
    esquema: BaseSchema,
    con_ficha: Callable[..., TestClient],
    perfil_de: Callable[..., Perfil],
) -> None:
    """Pedido por quien lo puede todo, en una oficina con uno de cada cosa. El complemento de pytest de schemathesis no
    entiende pytest 9.2: las operaciones se recorren aquí.
    """
    sistema = con_ficha(Rol.ADMINISTRADOR)
    sin_ritmo(app)
    crear_flujo(panel)
    crear_monitor(panel, origen="ana")
    contar_historia(panel)
    poner_medio(panel, tmp_path)
    aviso = {"texto": "Hola", "perfiles": [perfil_de().id], "cuando": "mañana 9:00", "medios": [{"id": 1}]}
    assert sistema.post("/api/v1/publicaciones", json=aviso).status_code == 201
    cabeceras = {"host": "127.0.0.1", "authorization": sistema.headers["authorization"]}
    operaciones = [hallada.ok() for hallada in esquema.get_all_operations()]
    assert len(operaciones) > 60
    for operacion in operaciones:
        _acosar(operacion, modo, cabeceras)


def _acosar(operacion: APIOperation, modo: GenerationMode, cabeceras: dict[str, str]) -> None:
    @seed(5)
    @settings(max_examples=EJEMPLOS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(caso=operacion.as_strategy(generation_mode=modo))
    def acosar(caso: schemathesis.Case) -> None:
        if caso.path_parameters:  # los números al azar no existen: que la mitad de las veces toquen algo de verdad
            caso.path_parameters |= {n: 1 for n, v in caso.path_parameters.items() if isinstance(v, int) and v % 2}
        caso.call_and_validate(headers=cabeceras, checks=COMPROBAR)

    acosar()
