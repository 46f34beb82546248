"""Lo que Alembic ejecuta. La conexión la da `migrar`; no se lee ninguna configuración."""

from alembic import context
from sqlmodel import SQLModel

import modelos  # noqa: F401 # registra las tablas

conexion = context.config.attributes["conexion"]
context.configure(
    connection=conexion,
    target_metadata=SQLModel.metadata,
    render_as_batch=conexion.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
