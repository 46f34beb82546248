"""Un índice con todo lo que el calendario cuenta, en lugar del que sólo llevaba la hora

Revision: 0005
Anterior: 0004
Fecha: 2026-11-23 09:48:00
"""
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_entrega_agenda', 'entrega', ['no_antes_de', 'parte', 'estado', 'perfil_id', 'publicacion_id'])
    op.drop_index('ix_entrega_no_antes_de', table_name='entrega')


def downgrade() -> None:
    op.create_index('ix_entrega_no_antes_de', 'entrega', ['no_antes_de'])
    op.drop_index('ix_entrega_agenda', table_name='entrega')
