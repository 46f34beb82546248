"""Hasta dónde llega cada ficha de la API; las que ya había siguen pudiendo lo mismo

Revision: 0006
Anterior: 0005
Fecha: 2026-11-23 12:10:00
"""
import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

_ALCANCE = sa.Enum('leer', 'publicar', 'todo', name='alcance_de_ficha', native_enum=False, create_constraint=True, length=16)


def upgrade() -> None:
    with op.batch_alter_table('ficha_de_api', schema=None) as batch_op:
        batch_op.add_column(sa.Column('alcance', _ALCANCE, nullable=False, server_default='todo'))
    with op.batch_alter_table('ficha_de_api', schema=None) as batch_op:
        batch_op.alter_column('alcance', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('ficha_de_api', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_ficha_de_api_alcance_de_ficha'), type_='check')
        batch_op.drop_column('alcance')
