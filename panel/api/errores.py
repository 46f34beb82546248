"""Toda respuesta que no es la esperada dice qué cambiar, en español y siempre con la misma forma."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from panel.peticion import NoEsta, NoPermitido, SinSesion
from panel.textos import _


class Error(BaseModel):
    """Lo que está mal, dicho a una persona."""

    error: str = Field(description="Qué pasó y qué cambiar.")
    donde: list[str] = Field(default_factory=list, description="Qué campos, si se sabe.")


DOCUMENTADOS: dict[int | str, dict[str, Any]] = {
    codigo.value: {"model": Error, "description": texto}
    for codigo, texto in (
        (HTTPStatus.BAD_REQUEST, "No se pudo leer lo enviado."),
        (HTTPStatus.UNAUTHORIZED, "Falta la ficha, o ya no vale."),
        (HTTPStatus.FORBIDDEN, "Su dueño no puede hacer eso."),
        (HTTPStatus.NOT_FOUND, "No existe, o su dueño no puede verlo."),
        (HTTPStatus.UNPROCESSABLE_ENTITY, "Falta algo, o está mal escrito."),
    )
}


def contestar(estado: HTTPStatus, texto: str, *, donde: list[str] | None = None) -> Response:
    cabeceras = {"WWW-Authenticate": "Bearer"} if estado is HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(Error(error=texto, donde=donde or []).model_dump(), estado, cabeceras)


def poner(api: FastAPI) -> None:
    api.add_exception_handler(SinSesion, _sin_ficha)
    api.add_exception_handler(NoPermitido, _no_permitido)
    api.add_exception_handler(NoEsta, _no_esta)
    api.add_exception_handler(RequestValidationError, _mal_escrito)
    api.add_exception_handler(HTTPException, _de_http)


def _sin_ficha(_request: Request, _error: Exception) -> Response:
    return contestar(
        HTTPStatus.UNAUTHORIZED, _("Falta la ficha, venció o se revocó. Hágala en el panel, en «Mi cuenta».")
    )


def _no_permitido(_request: Request, error: Exception) -> Response:
    return contestar(HTTPStatus.FORBIDDEN, str(error))


def _no_esta(_request: Request, _error: Exception) -> Response:
    return contestar(HTTPStatus.NOT_FOUND, _("No existe, o su cuenta no puede verlo."))


def _mal_escrito(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 # sólo se registró para éste
    donde = [".".join(str(parte) for parte in e["loc"][1:]) or str(e["loc"][0]) for e in error.errors()]
    texto = _("Falta algo, o está mal escrito. Vea en /api/v1/openapi.json qué lleva cada campo.")
    return contestar(HTTPStatus.UNPROCESSABLE_ENTITY, texto, donde=donde)


def _de_http(_request: Request, error: Exception) -> Response:
    codigo = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    textos = {
        HTTPStatus.NOT_FOUND: _("No existe, o su cuenta no puede verlo."),
        HTTPStatus.METHOD_NOT_ALLOWED: _("Eso no se puede pedir aquí de esa manera."),
    }
    return contestar(codigo, textos.get(codigo, _("No se pudo leer lo enviado.")))
