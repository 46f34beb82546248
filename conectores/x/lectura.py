"""Leer de X pagando por ello: qué se da por gastado cuando algo falla, y qué hay en una respuesta a medias."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from conectores.contrato import ErrorDeContrato, ErrorDeRed, ErrorTransitorio
from conectores.contrato_escucha import Gasto
from conectores.x.oidos import errores

Pedir = Callable[[str, Mapping[str, str], Sequence[Mapping[str, str]]], object]
"""Ruta, parámetros y los campos en cada dialecto, del viejo al nuevo."""


def que_no_frene_lo_demas(pedir: Pedir) -> Pedir:
    """X limita cada punto de su API por separado: que uno pida esperar no calla a los demás.

    Fuente: https://docs.x.com/x-api/fundamentals/rate-limits, consultada 2026-11-22.
    """

    def pedir_uno(ruta: str, params: Mapping[str, str], campos: Sequence[Mapping[str, str]]) -> object:
        try:
            return pedir(ruta, params, campos)
        except ErrorTransitorio as error:
            error.de_perfil = False
            raise

    return pedir_uno


def pagando(pagado: Sequence[Gasto], hacer: Callable[[], Any]) -> Any:
    """Hacer una petición cuando ya se pagó otra: si falla, lo pagado se da por gastado, diga lo que diga el fallo."""
    try:
        return hacer()
    except ErrorDeRed as error:
        if not pagado:
            raise
        raise ErrorTransitorio(error.detalle) from None


def quiza(error: ErrorDeRed, concepto: str, cuantas: int, por_una: Decimal) -> tuple[Gasto, ...]:
    """Lo que pudo cobrar una petición que se cortó."""
    seguro = not isinstance(error, ErrorTransitorio) or error.sin_cobro or error.espera is not None
    return () if seguro else (Gasto(concepto, cuantas, cuantas * por_una),)


def lista_de(respuesta: object) -> list[Mapping[str, Any]]:
    datos = respuesta.get("data") if isinstance(respuesta, Mapping) else None
    if datos is None and any(True for _ in errores(respuesta)):
        return []
    if datos is None and isinstance(respuesta, Mapping) and "meta" in respuesta:
        return []
    if not isinstance(datos, list) or not all(isinstance(d, Mapping) and "id" in d for d in datos):
        raise ErrorDeContrato("X no contestó con una lista de publicaciones.")
    return datos


def clase_de(error: Mapping[str, Any]) -> str:
    return str(error.get("type") or "").rpartition("/")[2]
