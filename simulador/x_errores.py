"""Los errores de X, con sus palabras.

Fuente: docs.x.com (response-codes-and-errors) y la descripción 2.166 de su API, consultadas 2026-11-22; el cuerpo
del duplicado, observado el 2026-02-12 (akrherz/iembot, incidencia 163).
"""

from typing import Any

from simulador.mensajes import Respuesta

PROBLEMA = "application/problem+json; charset=utf-8"
_TIPOS = "https://api.twitter.com/2/problems/"


class NoPasa(Exception):
    """Corta la petición con esta respuesta."""

    def __init__(self, respuesta: Respuesta) -> None:
        super().__init__(respuesta.estado)
        self.respuesta = respuesta


def problema(estado: int, titulo: str, detalle: str, *, tipo: str = "about:blank") -> Respuesta:
    return Respuesta(estado, {"detail": detalle, "type": tipo, "title": titulo, "status": estado}, tipo=PROBLEMA)


def prohibido(detalle: str) -> Respuesta:
    return problema(403, "Forbidden", detalle)


def duplicado() -> Respuesta:
    return prohibido("You are not allowed to create a Tweet with duplicate content.")


def muy_largo() -> Respuesta:
    return prohibido(
        "Your Tweet text is too long. For more information on how Twitter determines text length see "
        "https://github.com/twitter/twitter-text."
    )


def invalida(parametro: str, valor: object, mensaje: str) -> Respuesta:
    cuerpo = {
        "errors": [{"parameters": {parametro: [str(valor)]}, "message": mensaje}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": _TIPOS + "invalid-request",
    }
    return Respuesta(400, cuerpo, tipo=PROBLEMA)


def sin_credencial() -> Respuesta:
    return problema(401, "Unauthorized", "Unauthorized")


def demasiadas() -> Respuesta:
    return problema(429, "Too Many Requests", "Too Many Requests")


def rota() -> Respuesta:
    return problema(500, "Internal Server Error", "Something is broken. This is usually a temporary error.")


def no_hallado(recurso: str, parametro: str, valor: str) -> dict[str, Any]:
    """El error parcial con que X contesta, dentro de un 200, por lo que no existe."""
    return {
        "value": valor,
        "detail": f"Could not find {recurso} with {parametro}: [{valor}].",
        "title": "Not Found Error",
        "resource_type": recurso,
        "parameter": parametro,
        "resource_id": valor,
        "type": _TIPOS + "resource-not-found",
    }


def campo_negado(campo: str, id_externo: str) -> dict[str, Any]:
    """El error parcial de quien pide los números privados de un post ajeno, o de más de 30 días."""
    return {
        "resource_id": id_externo,
        "parameter": campo,
        "resource_type": "tweet",
        "section": "data",
        "title": "Field Authorization Error",
        "value": id_externo,
        "detail": f"Sorry, you are not authorized to access the field: {campo} on the Tweet with ids : [{id_externo}].",
        "type": _TIPOS + "not-authorized-for-field",
    }


def sin_saldo() -> Respuesta:
    detalle = "Your enrolled account does not have any credits to fulfill this request."
    return problema(402, "CreditsDepleted", detalle, tipo=_TIPOS + "credits")
