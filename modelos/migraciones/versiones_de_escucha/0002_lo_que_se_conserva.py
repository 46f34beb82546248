"""Lo que se conserva

Las respuestas a lo que se publicó se guardan más que lo demás, y se hallan por aquello a lo que contestan.

Revision: 0002
Anterior: 0001
Fecha: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

import modelos.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mensaje", sa.Column("conservar_hasta", modelos.base.FechaUTC(timezone=True), nullable=True))
    op.create_index(
        "ix_mensaje_en_respuesta_a",
        "mensaje",
        ["en_respuesta_a"],
        unique=False,
        sqlite_where=sa.text("en_respuesta_a <> ''"),
        postgresql_where=sa.text("en_respuesta_a <> ''"),
    )


def downgrade() -> None:
    op.drop_index("ix_mensaje_en_respuesta_a", table_name="mensaje")
    op.drop_column("mensaje", "conservar_hasta")
