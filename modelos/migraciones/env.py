"""Lo que Alembic ejecuta. La conexión y la cadena las da `migrar`; no se lee ninguna configuración."""

from alembic import context

conexion = context.config.attributes["conexion"]
cadena = context.config.attributes["cadena"]
context.configure(
    connection=conexion,
    target_metadata=cadena.metadatos,
    version_table=cadena.tabla,
    # En PostgreSQL la base es la misma: las tablas de la otra cadena no sobran.
    include_name=lambda nombre, clase, _: clase != "table" or nombre in cadena.metadatos.tables,
    render_as_batch=conexion.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
