"""Remember conversations by SMS, second homes, landmarks and editions"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "edition",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_edition")),
    )
    op.create_index(op.f("ix_edition_published_at"), "edition", ["published_at"], unique=False)
    op.create_table(
        "screen_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("screen", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "screen", "metric", name=op.f("pk_screen_count")),
    )
    op.create_table(
        "talk",
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("state_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("phone_index", name=op.f("pk_talk")),
    )
    op.create_index(op.f("ix_talk_expires_at"), "talk", ["expires_at"], unique=False)
    op.create_table(
        "landmark",
        sa.Column("place_key", sa.Text(), nullable=False),
        sa.Column("ward_key", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["place_key"], ["place.key"], name=op.f("fk_landmark_place_key")),
        sa.ForeignKeyConstraint(["ward_key"], ["ward.key"], name=op.f("fk_landmark_ward_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_landmark")),
        sa.UniqueConstraint("place_key", "words", name=op.f("uq_landmark_place_key_words")),
    )
    op.add_column("poll", sa.Column("letters", sa.Text(), server_default="plain", nullable=False))
    op.add_column("report", sa.Column("for_others", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("resident", sa.Column("second_place_key", sa.Text(), nullable=True))
    op.add_column("resident", sa.Column("place_said_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("resident", sa.Column("for_others", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_foreign_key(
        op.f("fk_resident_second_place_key"),
        "resident",
        "place",
        ["second_place_key"],
        ["key"],
        postgresql_not_valid=True,
    )  # no scan under an exclusive lock
    op.execute("ALTER TABLE resident VALIDATE CONSTRAINT fk_resident_second_place_key")


def downgrade():
    op.drop_constraint(op.f("fk_resident_second_place_key"), "resident", type_="foreignkey")
    op.drop_column("resident", "for_others")
    op.drop_column("resident", "place_said_at")
    op.drop_column("resident", "second_place_key")
    op.drop_column("report", "for_others")
    op.drop_column("poll", "letters")
    op.drop_table("landmark")
    op.drop_index(op.f("ix_talk_expires_at"), table_name="talk")
    op.drop_table("talk")
    op.drop_table("screen_count")
    op.drop_index(op.f("ix_edition_published_at"), table_name="edition")
    op.drop_table("edition")
