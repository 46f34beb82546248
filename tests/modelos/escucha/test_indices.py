"""Que a cada página le baste un índice: con un millón de mensajes, recorrer una tabla entera se nota."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from modelos import Base
from modelos.escucha.consultas import conteos, cuantos, mas_ruidosos, ultimos
from tests.conftest import COMIENZO

VENTANA = (COMIENZO - timedelta(hours=1), COMIENZO)

LECTURAS: dict[str, Callable[[Session], object]] = {
    "conteos": lambda s: conteos(s, 1, paso_s=3600, desde=VENTANA[0], hasta=VENTANA[1]),
    "ultimos": lambda s: ultimos(s, 1, antes_de=(COMIENZO, 5)),
    "mas_ruidosos": lambda s: mas_ruidosos(s, [1, 2], *VENTANA),
    "cuantos": lambda s: cuantos(s, [1], *VENTANA),
}


@pytest.mark.parametrize("cual", LECTURAS)
def test_ninguna_pagina_recorre_una_tabla_entera(base_de_escucha: Base, cual: str) -> None:
    ordenes: list[tuple[str, Any]] = []

    def apuntar(_conexion: Any, _cursor: Any, orden: str, valores: Any, *_: Any) -> None:
        ordenes.append((orden, valores))

    with base_de_escucha.leer() as sesion:
        conexion = sesion.connection()
        event.listen(conexion, "before_cursor_execute", apuntar)
        LECTURAS[cual](sesion)
        event.remove(conexion, "before_cursor_execute", apuntar)
        planes = [conexion.exec_driver_sql(f"EXPLAIN QUERY PLAN {orden}", valores) for orden, valores in ordenes]
        pasos = [paso.detail for plan in planes for paso in plan]
    assert pasos
    assert [p for p in pasos if p.startswith(("SCAN conteo", "SCAN mensaje", "SCAN coincidencia"))] == []
