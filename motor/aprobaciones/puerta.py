"""La condición sin la cual nada se reclama ni se envía: lo que dice es exactamente lo que se aprobó."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from modelos import Entrega, tabla


def puede_salir(columnas: Any) -> ColumnElement[bool]:
    """Para un WHERE. columnas: las de la tabla `entrega`, o las de un alias suyo."""
    aprobada = and_(columnas.aprobado != "", columnas.aprobado == columnas.contenido)
    return or_(columnas.exige_aprobacion.is_(False), aprobada)


PUEDE_SALIR = puede_salir(tabla(Entrega).c)


def falta_aprobar(entrega: Entrega) -> bool:
    """Si no puede salir porque lo que dice no es lo que se aprobó."""
    return entrega.exige_aprobacion and (entrega.aprobado == "" or entrega.aprobado != entrega.contenido)
