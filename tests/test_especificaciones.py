"""El validador de peticiones, con una descripción pequeña: que no dé por buena una mala."""

import json
from typing import Any

import pytest

from tests.especificaciones import Especificacion, _como_draft4

DESCRIPCION = {
    "servers": [{"url": "https://api.ejemplo.mx/v5"}],
    "components": {
        "parameters": {
            "Campos": {
                "name": "campos",
                "in": "query",
                "explode": False,
                "schema": {"type": "array", "items": {"type": "string", "enum": ["id", "texto"]}},
            }
        },
        "schemas": {
            "Id": {"type": "string", "pattern": "^[0-9]+$"},
            "Aviso": {
                "type": "object",
                "required": ["id", "titulo"],
                "properties": {
                    "id": {"type": "string", "readOnly": True},
                    "titulo": {"type": "string", "maxLength": 5},
                    "nota": {"type": "string", "nullable": True},
                    "padre": {"$ref": "#/components/schemas/Id"},
                },
                "additionalProperties": False,
            },
        },
    },
    "paths": {
        "/avisos": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Aviso"}}},
                }
            },
            "get": {
                "parameters": [
                    {"$ref": "#/components/parameters/Campos"},
                    {"name": "cuantos", "in": "query", "required": True, "schema": {"type": "integer", "maximum": 100}},
                ]
            },
        },
        "/avisos/{id}": {
            "parameters": [{"name": "id", "in": "path", "schema": {"$ref": "#/components/schemas/Id"}}],
            "delete": {},
        },
        "/avisos/todos": {"delete": {}},
    },
}


@pytest.fixture
def spec() -> Especificacion:
    return Especificacion(_como_draft4(DESCRIPCION))


def _json(valor: object) -> dict[str, Any]:
    return {"cuerpo": json.dumps(valor).encode(), "tipo": "application/json; charset=utf-8"}


@pytest.mark.parametrize(
    ("metodo", "ruta", "detalles"),
    [
        ("POST", "/v5/avisos", _json({"titulo": "hola"})),
        ("POST", "/v5/avisos", _json({"titulo": "hola", "nota": None, "padre": "7"})),
        ("GET", "/v5/avisos", {"consulta": [("cuantos", "100"), ("campos", "id,texto")]}),
        ("DELETE", "/v5/avisos/7", {}),
        ("DELETE", "/v5/avisos/todos", {}),
    ],
)
def test_una_peticion_correcta_no_tiene_faltas(
    spec: Especificacion, metodo: str, ruta: str, detalles: dict[str, Any]
) -> None:
    assert spec.faltas(metodo, ruta, **detalles) == []


@pytest.mark.parametrize(
    ("metodo", "ruta", "detalles", "dice"),
    [
        ("GET", "/v5/otra", {}, "no tiene esta operación"),
        ("PUT", "/v5/avisos", {}, "no tiene esta operación"),
        ("POST", "/avisos", _json({"titulo": "hola"}), "no tiene esta operación"),
        ("POST", "/v5/avisos", {}, "cuerpo: falta"),
        ("POST", "/v5/avisos", {"cuerpo": b"{", "tipo": "application/json"}, "no se puede leer"),
        ("POST", "/v5/avisos", {"cuerpo": b"a=1", "tipo": "text/plain"}, "se admite application/json"),
        ("POST", "/v5/avisos", _json({"titulo": "demasiado"}), "too long"),
        ("POST", "/v5/avisos", _json({"titulo": None}), "None is not of type 'string'"),
        ("POST", "/v5/avisos", _json({"titulo": "a", "padre": "x"}), "does not match"),
        ("POST", "/v5/avisos", _json({"titulo": "a", "otro": 1}), "Additional properties"),
        ("POST", "/v5/avisos", _json({}), "'titulo' is a required property"),
        ("GET", "/v5/avisos", {}, "falta «cuantos»"),
        ("GET", "/v5/avisos", {"consulta": [("cuantos", "101")]}, "101 is greater"),
        ("GET", "/v5/avisos", {"consulta": [("cuantos", "muchos")]}, "is not of type 'integer'"),
        ("GET", "/v5/avisos", {"consulta": [("cuantos", "1"), ("campos", "id,nada")]}, "'nada' is not one of"),
        ("GET", "/v5/avisos", {"consulta": [("cuantos", "1"), ("x", "1")]}, "«x» no existe"),
        ("DELETE", "/v5/avisos/abc", {}, "does not match"),
        ("DELETE", "/v5/avisos/7", _json({}), "no lleva"),
    ],
)
def test_una_peticion_incorrecta_dice_su_falta(
    spec: Especificacion, metodo: str, ruta: str, detalles: dict[str, Any], dice: str
) -> None:
    (falta,) = spec.faltas(metodo, ruta, **detalles)
    assert dice in falta
