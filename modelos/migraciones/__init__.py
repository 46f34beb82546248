"""Llevar una base, vacía o de una versión anterior, a las tablas de hoy."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

_AQUI = Path(__file__).parent


def _configuracion() -> Config:
    configuracion = Config()
    configuracion.set_main_option("script_location", str(_AQUI).replace("%", "%%"))
    configuracion.set_main_option("path_separator", "newline")  # una ruta puede llevar espacios y dos puntos
    configuracion.set_main_option("version_locations", str(_AQUI / "versiones").replace("%", "%%"))
    return configuracion


def migrar(motor: Engine) -> None:
    """Subir hasta la última versión. En PostgreSQL, dos procesos a la vez se esperan: el segundo no halla qué hacer."""
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
        return MigrationContext.configure(conexion).get_current_revision()


def version_ultima() -> str:
    cabeza = ScriptDirectory.from_config(_configuracion()).get_current_head()
    assert cabeza is not None  # noqa: S101 # siempre hay al menos una migración
    return cabeza
