"""Llevar una base, vacía o de una versión anterior, a las tablas de hoy."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect

if TYPE_CHECKING:
    from alembic.config import Config  # ocupa 10 MB: sólo se importa de verdad si hay algo que migrar

_AQUI = Path(__file__).parent


def _configuracion() -> "Config":
    from alembic.config import Config

    configuracion = Config()
    configuracion.set_main_option("script_location", str(_AQUI).replace("%", "%%"))
    configuracion.set_main_option("path_separator", "newline")  # una ruta puede llevar espacios y dos puntos
    configuracion.set_main_option("version_locations", str(_AQUI / "versiones").replace("%", "%%"))
    return configuracion


def migrar(motor: Engine) -> None:
    """Subir hasta la última versión. En PostgreSQL, dos procesos a la vez se esperan: el segundo no halla qué hacer."""
    if version_de(motor) == version_ultima():
        return
    from alembic import command

    configuracion = _configuracion()
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


def version_de(motor: Engine) -> str | None:
    """La versión en que está la base, o None si está vacía."""
    with motor.connect() as conexion:
        if not inspect(conexion).has_table("alembic_version"):
            return None
        version = conexion.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return None if version is None else str(version)


def version_ultima() -> str:
    """La de la última migración: sus archivos empiezan por su número (`0001_…`)."""
    return max(ruta.name.partition("_")[0] for ruta in (_AQUI / "versiones").glob("[0-9]*_*.py"))
