"""Contar lo que se le pregunta a la base."""

import contextlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event

from modelos import Base


@contextlib.contextmanager
def contadas(base: Base) -> Iterator[list[str]]:
    """Las preguntas que se le hagan dentro, en orden."""
    hechas: list[str] = []

    def anotar(_conexion: Any, _cursor: Any, orden: str, *_: Any) -> None:
        if orden.lstrip().upper().startswith("SELECT"):
            hechas.append(orden)

    motor = base._lectura
    event.listen(motor, "before_cursor_execute", anotar)
    try:
        yield hechas
    finally:
        event.remove(motor, "before_cursor_execute", anotar)
