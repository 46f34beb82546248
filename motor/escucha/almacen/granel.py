"""Escribir muchas filas de una vez: `executemany` en SQLite, `COPY` en PostgreSQL.

De lo medido con una fila como la de un mensaje: una a una, unas 900 por segundo; así, de 70 000 a 120 000.
Todo va dentro de la transacción que ya tiene abierta quien llama.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, any_, bindparam, func, select
from sqlalchemy.sql import ColumnElement

Fila = Sequence[Any]


def entre(conexion: Connection, columna: Any, valores: Collection[str] | Collection[int]) -> ColumnElement[bool]:
    """`columna IN valores`, con un solo parámetro por muchos que sean (SQLite admite 32 766)."""
    if conexion.dialect.name == "sqlite":
        cada = func.json_each(json.dumps(list(valores))).table_valued("value")
        return columna.in_(select(cada.c.value))  # type: ignore[no-any-return] # la columna llega sin tipo
    return columna == any_(bindparam(None, list(valores)))  # type: ignore[no-any-return] # ídem


def insertar(conexion: Connection, tabla: Table, columnas: Sequence[str], filas: Sequence[Fila]) -> None:
    """Filas nuevas con seguridad: si alguna ya estaba, lanza."""
    if not filas:
        return
    listas = _en_su_forma(conexion, tabla, columnas, filas)
    if conexion.dialect.name == "sqlite":
        conexion.exec_driver_sql(_insert(tabla.name, columnas), listas)
    else:
        _copiar(conexion, tabla.name, columnas, listas)


def insertar_las_nuevas(
    conexion: Connection, tabla: Table, columnas: Sequence[str], filas: Sequence[Fila], *, unicas: tuple[str, ...]
) -> dict[str, int]:
    """Insertar las que no estén según `unicas`; da el `id` de cada una nueva, por el valor de la última de ellas.

    Deben venir en orden: dos procesos que insertan las mismas en orden distinto se esperarían el uno al otro.
    """
    if not filas:
        return {}
    listas = _en_su_forma(conexion, tabla, columnas, filas)
    if conexion.dialect.name == "sqlite":
        return _numerar(conexion, tabla, columnas, listas, unicas[-1])
    return _por_una_de_paso(conexion, tabla, columnas, listas, unicas)


def _numerar(
    conexion: Connection, tabla: Table, columnas: Sequence[str], filas: list[tuple[Any, ...]], por: str
) -> dict[str, int]:
    """En SQLite hay un solo escritor y la transacción ya es suya: los números que siguen son de estas filas."""
    primero = (conexion.scalar(select(func.max(tabla.c.id))) or 0) + 1
    conexion.exec_driver_sql(
        _insert(tabla.name, ("id", *columnas)), [(n, *fila) for n, fila in enumerate(filas, start=primero)]
    )
    indice = columnas.index(por)
    return {fila[indice]: n for n, fila in enumerate(filas, start=primero)}


def _por_una_de_paso(
    conexion: Connection,
    tabla: Table,
    columnas: Sequence[str],
    filas: list[tuple[Any, ...]],
    unicas: tuple[str, ...],
) -> dict[str, int]:
    """COPY no sabe saltarse repetidas: se copia a una tabla temporal, que dura lo que la conexión, y de ahí pasan."""
    nombres, de_paso = ", ".join(columnas), f"{tabla.name}_de_paso"
    conexion.exec_driver_sql(
        f"CREATE TEMP TABLE IF NOT EXISTS {de_paso} ON COMMIT DELETE ROWS AS "  # noqa: S608 # nombres nuestros
        f"SELECT {nombres} FROM {tabla.name} WITH NO DATA"
    )
    _copiar(conexion, de_paso, columnas, filas)
    pasadas = conexion.exec_driver_sql(
        f"INSERT INTO {tabla.name} ({nombres}) SELECT {nombres} FROM {de_paso} ORDER BY {', '.join(unicas)} "  # noqa: S608 # ídem
        f"ON CONFLICT ({', '.join(unicas)}) DO NOTHING RETURNING {unicas[-1]}, id"
    )
    return {clave: numero for clave, numero in pasadas}


def _copiar(conexion: Connection, tabla: str, columnas: Sequence[str], filas: Iterable[Fila]) -> None:
    de_psycopg: Any = conexion.connection.driver_connection
    with (
        de_psycopg.cursor() as cursor,
        cursor.copy(f"COPY {tabla} ({', '.join(columnas)}) FROM STDIN") as copia,
    ):
        for fila in filas:
            copia.write_row(fila)


def _insert(tabla: str, columnas: Sequence[str]) -> str:
    return f"INSERT INTO {tabla} ({', '.join(columnas)}) VALUES ({', '.join('?' * len(columnas))})"  # noqa: S608 # nombres nuestros


def _en_su_forma(
    conexion: Connection, tabla: Table, columnas: Sequence[str], filas: Iterable[Fila]
) -> list[tuple[Any, ...]]:
    """Cada valor como lo guarda SQLAlchemy (los instantes, sobre todo), para que lo lea igual quien venga después."""
    procesos: list[tuple[int, Callable[[Any], Any]]] = []
    for n, columna in enumerate(columnas):
        escribir = tabla.c[columna].type.dialect_impl(conexion.dialect).bind_processor(conexion.dialect)
        if escribir is not None:
            procesos.append((n, escribir))
    listas = []
    for fila in filas:
        valores = list(fila)
        for n, en_la_base in procesos:
            valores[n] = en_la_base(valores[n])
        listas.append(tuple(valores))
    return listas
