"""Toda respuesta que no es la esperada dice qué cambiar, en español y siempre con la misma forma."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from conectores.contrato import Gravedad, Problema
from panel.api.ritmo import DemasiadoSeguido
from panel.peticion import NoEsta, NoPermitido, SinSesion
from panel.textos import _


class ProblemaDicho(BaseModel):
    """Algo que está mal, o que conviene saber. grave: así no se puede publicar."""

    mensaje: str = Field(examples=["el texto mide 312 y caben 280."])
    remedio: str = Field(examples=["Acórtelo, o escriba una variante para esa red."])
    donde: str = Field(examples=["x-ayuntamiento, texto"])
    grave: bool

    @classmethod
    def de(cls, problema: Problema) -> "ProblemaDicho":
        grave = problema.gravedad is Gravedad.ERROR
        return cls(mensaje=problema.mensaje, remedio=problema.remedio, donde=problema.donde, grave=grave)


class Error(BaseModel):
    """Lo que está mal, dicho a una persona."""

    error: str = Field(description="Qué pasó y qué cambiar.", examples=["La 7 está publicada: ya no se puede."])
    donde: list[str] = Field(default_factory=list, description="Qué campos, si se sabe.")
    problemas: list[ProblemaDicho] = Field(default_factory=list, description="Uno por uno, si son varios.")


class NoProcede(Exception):
    """Lo pedido se entiende y no se puede ahora, o choca con lo que hizo otro; el mensaje dice por qué."""


class NoSirve(Exception):
    """Lo enviado no se puede aceptar así; dice qué cambiar."""

    def __init__(self, mensaje: str = "", *, donde: Iterable[str] = (), problemas: Iterable[Problema] = ()) -> None:
        self.problemas = tuple(problemas)
        super().__init__(mensaje or " ".join(str(p) for p in self.problemas if p.gravedad is Gravedad.ERROR))
        self.donde = list(donde) or list(dict.fromkeys(p.donde for p in self.problemas if p.donde))


def _documentado(codigo: HTTPStatus, texto: str) -> dict[int | str, dict[str, Any]]:
    return {codigo.value: {"model": Error, "description": texto}}


DOCUMENTADOS: dict[int | str, dict[str, Any]] = {
    **_documentado(HTTPStatus.BAD_REQUEST, "No se pudo leer lo enviado."),
    **_documentado(HTTPStatus.UNAUTHORIZED, "Falta la ficha, o ya no vale."),
    **_documentado(HTTPStatus.FORBIDDEN, "Su dueño no puede hacer eso."),
    **_documentado(HTTPStatus.NOT_FOUND, "No existe, o su dueño no puede verlo."),
    **_documentado(HTTPStatus.UNPROCESSABLE_ENTITY, "Falta algo, o está mal escrito."),
    **_documentado(HTTPStatus.TOO_MANY_REQUESTS, "Pidió demasiado seguido: espere lo que dice «Retry-After»."),
}
CON_CHOQUE: dict[int | str, dict[str, Any]] = _documentado(
    HTTPStatus.CONFLICT, "No procede ahora, o alguien lo cambió antes."
)


def contestar(
    estado: HTTPStatus,
    texto: str,
    *,
    donde: list[str] | None = None,
    problemas: Iterable[Problema] = (),
    cabeceras: dict[str, str] | None = None,
) -> Response:
    dicho = Error(error=texto, donde=donde or [], problemas=[ProblemaDicho.de(p) for p in problemas])
    return JSONResponse(dicho.model_dump(), estado, cabeceras)


def poner(api: FastAPI) -> None:
    api.add_exception_handler(SinSesion, _sin_ficha)
    api.add_exception_handler(DemasiadoSeguido, _demasiado_seguido)
    api.add_exception_handler(NoPermitido, _no_permitido)
    api.add_exception_handler(NoEsta, _no_esta)
    api.add_exception_handler(NoProcede, _no_procede)
    api.add_exception_handler(NoSirve, _no_sirve)
    api.add_exception_handler(RequestValidationError, _mal_escrito)
    api.add_exception_handler(HTTPException, _de_http)


def _sin_ficha(_request: Request, _error: Exception) -> Response:
    texto = _("Falta la ficha, venció o se revocó. Hágala en el panel, en «Mi cuenta».")
    return contestar(HTTPStatus.UNAUTHORIZED, texto, cabeceras={"WWW-Authenticate": "Bearer"})


def _demasiado_seguido(_request: Request, error: Exception) -> Response:
    assert isinstance(error, DemasiadoSeguido)  # noqa: S101 # sólo se registró para éste
    texto = _("Pide demasiado seguido. Espere %(n)d segundos.") % {"n": error.espera_s}
    return contestar(HTTPStatus.TOO_MANY_REQUESTS, texto, cabeceras={"Retry-After": str(error.espera_s)})


def _no_permitido(_request: Request, error: Exception) -> Response:
    return contestar(HTTPStatus.FORBIDDEN, str(error))


def _no_esta(_request: Request, _error: Exception) -> Response:
    return contestar(HTTPStatus.NOT_FOUND, _("No existe, o su cuenta no puede verlo."))


def _no_procede(_request: Request, error: Exception) -> Response:
    return contestar(HTTPStatus.CONFLICT, str(error))


def _no_sirve(_request: Request, error: Exception) -> Response:
    assert isinstance(error, NoSirve)  # noqa: S101 # sólo se registró para éste
    return contestar(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), donde=error.donde, problemas=error.problemas)


def _mal_escrito(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 # sólo se registró para éste
    donde = [".".join(str(parte) for parte in e["loc"][1:]) or str(e["loc"][0]) for e in error.errors()]
    texto = _("Falta algo, o está mal escrito. Vea en /api/v1/openapi.json qué lleva cada campo.")
    return contestar(HTTPStatus.UNPROCESSABLE_ENTITY, texto, donde=[_escribible(d) for d in donde])


def _escribible(donde: str) -> str:
    """El nombre del campo, aunque lo haya inventado quien quiere que tropecemos con él."""
    return donde.encode("utf-8", "replace").decode()[:200]


def _de_http(_request: Request, error: Exception) -> Response:
    codigo = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    textos = {
        HTTPStatus.NOT_FOUND: _("No existe, o su cuenta no puede verlo."),
        HTTPStatus.METHOD_NOT_ALLOWED: _("Eso no se puede pedir aquí de esa manera."),
    }
    return contestar(codigo, textos.get(codigo, _("No se pudo leer lo enviado.")))
