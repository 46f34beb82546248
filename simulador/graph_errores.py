"""Los errores de la Graph API, con su forma y sus códigos.

Fuente: https://developers.facebook.com/docs/graph-api/guides/error-handling y, para Instagram,
https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/error-codes
(actualizada 2026-06-02), consultadas 2026-11-22.
"""

import json
import uuid

from simulador.mensajes import Respuesta

_JSON = "application/json; charset=UTF-8"


class NoPasa(Exception):
    """Corta la petición con esta respuesta."""

    def __init__(self, respuesta: Respuesta) -> None:
        super().__init__(respuesta.estado)
        self.respuesta = respuesta


def error(
    codigo: int,
    mensaje: str,
    *,
    subcodigo: int = 0,
    tipo: str = "OAuthException",
    estado: int = 400,
    titulo: str = "",
    para_la_persona: str = "",
    transitorio: bool = False,
) -> Respuesta:
    cuerpo: dict[str, object] = {"message": mensaje, "type": tipo, "code": codigo}
    if subcodigo:
        cuerpo["error_subcode"] = subcodigo
    if titulo or transitorio:
        cuerpo["is_transient"] = transitorio
    if titulo:
        cuerpo |= {"error_user_title": titulo, "error_user_msg": para_la_persona or titulo}
    cuerpo["fbtrace_id"] = "A" + uuid.uuid4().hex[:20]
    return Respuesta(estado, {"error": cuerpo}, {"Cache-Control": "no-store"}, _JSON)


def sin_token() -> Respuesta:
    return error(104, "An access token is required to request this resource.")


def vencido() -> Respuesta:
    return error(190, "Error validating access token: Session has expired.", subcodigo=463)


def invalido() -> Respuesta:
    return error(190, "Invalid OAuth access token - Cannot parse access token")


def no_existe(id_externo: str, *, verbo: str = "get") -> Respuesta:
    return error(
        100,
        f"Unsupported {verbo} request. Object with ID '{id_externo}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api",
        subcodigo=33,
        tipo="GraphMethodException",
    )


def sin_permiso_de_publicar() -> Respuesta:
    return error(
        200,
        "(#200) If posting to a page, requires both pages_read_engagement and pages_manage_posts as an admin with "
        "sufficient administrative permission",
        estado=403,
    )


def sin_permiso(permiso: str) -> Respuesta:
    return error(10, f"(#10) This endpoint requires the '{permiso}' permission.", estado=403)


def parametro(mensaje: str, *, subcodigo: int = 0) -> Respuesta:
    return error(100, f"(#100) {mensaje}", subcodigo=subcodigo)


def duplicado() -> Respuesta:
    return error(
        506,
        "Duplicate status message",
        titulo="Duplicate Status Update",
        para_la_persona="This status update is identical to the last one you posted. Try posting something different, "
        "or delete your previous update.",
    )


_LIMITES = {
    4: "(#4) Application request limit reached",
    17: "(#17) User request limit reached",
    32: "(#32) Page request limit reached",
    613: "(#613) Calls to this api have exceeded the rate limit.",
    80001: "(#80001) There have been too many calls to this Page account. Wait a bit and try again.",
    80002: "(#80002) There have been too many calls to this Instagram account. Wait a bit and try again.",
}


def limite(perfil: str, *, codigo: int = 4) -> Respuesta:
    """El límite de llamadas: 32 si es el de la página, 4 si es el de la aplicación. El plazo viene en minutos."""
    tipo = "instagram" if codigo in (4, 80002) else "pages"
    cabeceras = uso(perfil, pct=100, regreso_min=1, tipo=tipo)
    estado = 403 if codigo == 4 else 400
    return error(codigo, _LIMITES[codigo], estado=estado, transitorio=True).con(cabeceras)


def uso(perfil: str, *, pct: int, regreso_min: int, tipo: str = "pages") -> dict[str, str]:
    """La cabecera del cupo de un perfil."""
    gastado = {
        "type": tipo,
        "call_count": pct,
        "total_cputime": min(pct, 25),
        "total_time": min(pct, 25),
        "estimated_time_to_regain_access": regreso_min,
    }
    return {"X-Business-Use-Case-Usage": json.dumps({perfil: [gastado]})}


def metrica_muerta() -> Respuesta:
    return error(100, "(#100) The value must be a valid insights metric")


def sin_metrica() -> Respuesta:
    detalle = "(#3001) Invalid query"
    dicho = "No metric was specified to be fetched. Please specify one or more metrics to be fetched and try again."
    return error(3001, detalle, subcodigo=1504028, titulo="No Metric Specified", para_la_persona=dicho)


def metrica_ajena(metricas: str) -> Respuesta:
    """La que existe, pero no para esta clase de publicación de Instagram."""
    return error(
        100, f"(#100) The Media Insights API does not support the {metricas} metric for this media product type."
    )


def cuenta_no_visible(usuario: str) -> Respuesta:
    dicho = f"The user with username: {usuario} cannot be found."
    return error(110, "Invalid user id", subcodigo=2207013, titulo="Cannot find User", para_la_persona=dicho)


def desconocido() -> Respuesta:
    return error(1, "An unknown error has occurred.", estado=500)


def de_instagram(codigo: int, subcodigo: int, mensaje: str, *, titulo: str, detalle: str = "") -> Respuesta:
    return error(codigo, mensaje, subcodigo=subcodigo, titulo=titulo, para_la_persona=detalle or titulo)
