"""Llevar una base, vacía o de una versión anterior, a las tablas de hoy.

Hay dos cadenas: la de publicar y la de escuchar. En SQLite cada una tiene su archivo; en PostgreSQL comparten la
base, y cada cual lleva su tabla de versión.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, MetaData, inspect
from sqlmodel import SQLModel

import modelos as _principales  # noqa: F401 # ídem
import modelos.escucha  # registra sus tablas

if TYPE_CHECKING:
    from alembic.config import Config  # ocupa 10 MB: sólo se importa de verdad si hay algo que migrar

_AQUI = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Cadena:
    """versiones: la carpeta de sus migraciones. tabla: dónde anota por cuál va."""

    versiones: str
    tabla: str
    metadatos: MetaData


PUBLICAR = Cadena("versiones", "alembic_version", SQLModel.metadata)
ESCUCHAR = Cadena("versiones_de_escucha", "alembic_version_de_escucha", modelos.escucha.METADATOS)


def _configuracion(cadena: Cadena) -> "Config":
    from alembic.config import Config

    configuracion = Config()
    configuracion.set_main_option("script_location", str(_AQUI).replace("%", "%%"))
    configuracion.set_main_option("path_separator", "newline")  # una ruta puede llevar espacios y dos puntos
    configuracion.set_main_option("version_locations", str(_AQUI / cadena.versiones).replace("%", "%%"))
    configuracion.attributes["cadena"] = cadena
    return configuracion


def migrar(motor: Engine, cadena: Cadena = PUBLICAR) -> None:
    """Subir hasta la última versión. En PostgreSQL, dos procesos a la vez se esperan: el segundo no halla qué hacer."""
    if version_de(motor, cadena) == version_ultima(cadena):
        return
    from alembic import command

    configuracion = _configuracion(cadena)
    with motor.connect() as conexion:
        if conexion.dialect.name == "postgresql":
            conexion.exec_driver_sql("SELECT pg_advisory_lock(7239914)")
        try:
            configuracion.attributes["conexion"] = conexion
            command.upgrade(configuracion, "head")
            conexion.commit()
        finally:
            if conexion.dialect.name == "postgresql":
                conexion.exec_driver_sql("SELECT pg_advisory_unlock(7239914)")
                conexion.commit()


def version_de(motor: Engine, cadena: Cadena = PUBLICAR) -> str | None:
    """La versión en que está la base, o None si está vacía."""
    with motor.connect() as conexion:
        if not inspect(conexion).has_table(cadena.tabla):
            return None
        version = conexion.exec_driver_sql(f"SELECT version_num FROM {cadena.tabla}").scalar()  # noqa: S608 # una constante
        return None if version is None else str(version)


def version_ultima(cadena: Cadena = PUBLICAR) -> str:
    """La de la última migración: sus archivos empiezan por su número (`0001_…`)."""
    return max(ruta.name.partition("_")[0] for ruta in (_AQUI / cadena.versiones).glob("[0-9]*_*.py"))
