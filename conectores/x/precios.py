"""Lo que X cobra por leer, y la cuenta de una respuesta. Puro.

Fuente: https://docs.x.com/x-api/getting-started/pricing y https://docs.x.com/overview (lecturas de lo propio),
consultadas 2026-11-22. X cobra una sola vez cada recurso en un día UTC, pero no lo asegura: aquí se cuentan todos.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from conectores.contrato_escucha import Gasto

POST = Decimal("0.005")
USUARIO = Decimal("0.010")
MENSAJE = Decimal("0.010")
PROPIO = Decimal("0.001")
"""Las menciones y el historial de la cuenta dueña de la aplicación."""

POST_CON_AUTOR = POST + USUARIO
"""Lo más que cuesta un post leído: que el autor que viene con él se cobre se supone, porque la página no lo dice."""


def gastos(respuesta: object, *, concepto: str, por_uno: Decimal, data: str = "posts") -> tuple[Gasto, ...]:
    """Lo cobrado por una respuesta: lo que trae en `data` y lo que trae además en `includes`.

    concepto: qué se leyó, para una persona. data: «posts», «mensajes» o «cuentas».
    """
    if not isinstance(respuesta, Mapping):
        return ()
    leidos = respuesta.get("data")
    cuantos = len(leidos) if isinstance(leidos, list) else int(isinstance(leidos, Mapping))
    incluidos = respuesta.get("includes")
    usuarios = _cuantos(incluidos, "users")
    vistos = {str(p.get("id")) for p in leidos if isinstance(p, Mapping)} if isinstance(leidos, list) else set()
    demas = _cuantos(incluidos, "tweets", sin=vistos) + _cuantos(incluidos, "posts", sin=vistos)
    partes = (
        (concepto, cuantos, por_uno),
        ("autores leídos", usuarios, USUARIO),
        ("publicaciones referidas", demas if data == "posts" else 0, POST),
    )
    return tuple(Gasto(que, n, n * precio) for que, n, precio in partes if n)


def _cuantos(incluidos: Any, nombre: str, *, sin: set[str] | None = None) -> int:
    varios = incluidos.get(nombre) if isinstance(incluidos, Mapping) else None
    if not isinstance(varios, list):
        return 0
    return len({str(v.get("id")) for v in varios if isinstance(v, Mapping)} - (sin or set()))
