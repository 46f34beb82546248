"""Sumar a los conteos de cada monitor. Una suma es exacta aunque la hagan varios a la vez."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, delete

from modelos import tabla
from modelos.escucha import Conteo

HORA_S = 3600
CINCO_MINUTOS_S = 300
PASOS_S = (HORA_S, CINCO_MINUTOS_S)
VIDA_DE_LO_FINO = timedelta(days=60)
"""Cuánto se guardan los conteos de cinco minutos; los de cada hora, para siempre."""

Suma = Counter[tuple[int, int, datetime]]
"""Cuánto sumar (o restar) a cada (monitor, paso, inicio)."""

_INICIO = datetime(1970, 1, 1, tzinfo=UTC)


def inicio_de(instante: datetime, paso_s: int) -> datetime:
    """Cuándo empezó el intervalo de ese instante; los intervalos cuentan desde 1970, en UTC."""
    segundos = int((instante - _INICIO).total_seconds())
    return _INICIO + timedelta(seconds=segundos - segundos % paso_s)


def anadir(suma: Suma, monitores: Iterable[int], instante: datetime, *, cuanto: int = 1, ahora: datetime) -> None:
    """Apuntar en `suma` un mensaje de ese instante. Lo que ya es viejo para ir fino sólo cuenta por hora."""
    monitores = tuple(monitores)
    if not monitores:
        return
    for paso_s in PASOS_S if instante >= ahora - VIDA_DE_LO_FINO else (HORA_S,):
        inicio = inicio_de(instante, paso_s)
        for monitor in monitores:
            suma[monitor, paso_s, inicio] += cuanto


def sumar(sesion: Session, suma: Suma) -> None:
    """Llevar la suma a la base. En orden, para que dos procesos no se esperen el uno al otro."""
    filas = sorted((clave, cuanto) for clave, cuanto in suma.items() if cuanto)
    if not filas:
        return
    conexion = sesion.connection()
    inicio_en_la_base = tabla(Conteo).c.inicio.type.dialect_impl(conexion.dialect).bind_processor(conexion.dialect)
    valores = [
        (monitor, paso_s, inicio_en_la_base(inicio) if inicio_en_la_base else inicio, cuanto)
        for (monitor, paso_s, inicio), cuanto in filas
    ]
    if conexion.dialect.name == "sqlite":
        conexion.exec_driver_sql(
            "INSERT INTO conteo (monitor_id, paso_s, inicio, cuenta) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (monitor_id, paso_s, inicio) DO UPDATE SET cuenta = cuenta + excluded.cuenta",
            valores,
        )
    else:
        columnas = [list(columna) for columna in zip(*valores, strict=True)]
        conexion.execute(
            text(
                "INSERT INTO conteo (monitor_id, paso_s, inicio, cuenta) SELECT * FROM unnest(CAST(:m AS int[]), "
                "CAST(:p AS int[]), CAST(:i AS timestamptz[]), CAST(:c AS int[])) AS s(m, p, i, c) ORDER BY m, p, i "
                "ON CONFLICT (monitor_id, paso_s, inicio) DO UPDATE SET cuenta = conteo.cuenta + excluded.cuenta"
            ),
            dict(zip("mpic", columnas, strict=True)),
        )
    if menos := [clave for clave, cuanto in filas if cuanto < 0]:
        _no_bajar_de_cero(sesion, menos)


def _no_bajar_de_cero(sesion: Session, claves: list[tuple[int, int, datetime]]) -> None:
    """Un conteo rehecho entretanto puede no tener lo que se le resta."""
    for monitor, paso_s, inicio in claves:
        sesion.execute(
            delete(Conteo).where(
                col(Conteo.monitor_id) == monitor,
                col(Conteo.paso_s) == paso_s,
                col(Conteo.inicio) == inicio,
                col(Conteo.cuenta) <= 0,
            )
        )
