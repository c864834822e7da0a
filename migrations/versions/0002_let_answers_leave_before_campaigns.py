"""Let answers leave before campaigns"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "ix_message_answers",
        "message",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued' AND answers_at IS NOT NULL"),
    )


def downgrade():
    op.drop_index("ix_message_answers", table_name="message")
