"""Index what is asked of open cases"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "ix_case_alike",
        "case",
        ["category", "place_key", "received_at"],
        unique=False,
        postgresql_where=sa.text("open AND public"),
    )
    op.create_index("ix_case_fixed", "case", ["fixed_at"], unique=False, postgresql_where=sa.text("status = 'fixed'"))
    op.create_index(
        "ix_case_open_in_ward",
        "case",
        ["ward_key", "received_at"],
        unique=False,
        postgresql_where=sa.text("open AND public"),
    )
    op.create_index(
        "ix_case_event_reopened", "case_event", ["at"], unique=False, postgresql_where=sa.text("kind = 'reopened'")
    )


def downgrade():
    op.drop_index("ix_case_event_reopened", table_name="case_event", postgresql_where=sa.text("kind = 'reopened'"))
    op.drop_index("ix_case_open_in_ward", table_name="case", postgresql_where=sa.text("open AND public"))
    op.drop_index("ix_case_fixed", table_name="case", postgresql_where=sa.text("status = 'fixed'"))
    op.drop_index("ix_case_alike", table_name="case", postgresql_where=sa.text("open AND public"))
