"""Make the first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "audit",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "city_pack",
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_pack")),
    )
    op.create_table(
        "counter",
        sa.Column("ward_key", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ward_key", "day", "category", "metric", name=op.f("pk_counter")),
    )
    op.create_table(
        "inbox",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("key", name=op.f("uq_inbox_key")),
    )
    op.create_index(
        "ix_inbox_dead", "inbox", ["id"], unique=False, postgresql_where=sa.text("state IN ('dead', 'unusable')")
    )
    op.create_index(
        "ix_inbox_new", "inbox", ["received_at", "id"], unique=False, postgresql_where=sa.text("state = 'new'")
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "message",
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("answers_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gateway_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("intent", name=op.f("uq_message_intent")),
    )
    op.create_index(
        "ix_message_gateway_id",
        "message",
        ["gateway_id"],
        unique=True,
        postgresql_where=sa.text("gateway_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_message_phone_index_id"), "message", ["phone_index", "id"], unique=False)
    op.create_index(
        "ix_message_queued", "message", ["due_at", "id"], unique=False, postgresql_where=sa.text("state = 'queued'")
    )
    op.create_index(
        "ix_message_sending", "message", ["lease_until"], unique=False, postgresql_where=sa.text("state = 'sending'")
    )
    op.create_table(
        "opt_out",
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("phone_index", name=op.f("pk_opt_out")),
    )
    op.create_table(
        "place",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_place")),
    )
    op.create_table(
        "question",
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(
        op.f("ix_question_phone_index_asked_at"),
        "question",
        ["phone_index", "asked_at"],
        unique=False,
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "receipt",
        sa.Column("gateway_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
    )
    op.create_index(op.f("ix_receipt_gateway_id"), "receipt", ["gateway_id"], unique=False)
    op.create_table(
        "staff",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_staff")),
    )
    op.create_table(
        "switch",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switch")),
    )
    op.create_table(
        "ward",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("delimitation", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ward")),
    )
    op.create_table(
        "case",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("place_key", sa.Text(), nullable=True),
        sa.Column("ward_key", sa.Text(), nullable=True),
        sa.Column("landmark", sa.Text(), server_default="", nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("overdue", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reports", sa.Integer(), server_default="0", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aim_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round", sa.Integer(), server_default="0", nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["case.id"], name=op.f("fk_case_merged_into")),
        sa.ForeignKeyConstraint(["place_key"], ["place.key"], name=op.f("fk_case_place_key")),
        sa.ForeignKeyConstraint(["ward_key"], ["ward.key"], name=op.f("fk_case_ward_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_reference")),
    )
    op.create_index(
        op.f("ix_case_category_place_key_status"), "case", ["category", "place_key", "status"], unique=False
    )
    op.create_index(
        "ix_case_due_at_open", "case", ["due_at"], unique=False, postgresql_where=sa.text("open AND NOT overdue")
    )
    op.create_index(op.f("ix_case_ward_key_status"), "case", ["ward_key", "status"], unique=False)
    op.create_table(
        "digest",
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("ward_key", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["ward_key"], ["ward.key"], name=op.f("fk_digest_ward_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("recipient", "ward_key", "period", name=op.f("uq_digest_recipient_ward_key_period")),
    )
    op.create_table(
        "poll",
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ward_key", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("invited", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["ward_key"], ["ward.key"], name=op.f("fk_poll_ward_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
    )
    op.create_table(
        "resident",
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("place_key", sa.Text(), nullable=True),
        sa.Column("ward_key", sa.Text(), nullable=True),
        sa.Column("measure", sa.Text(), server_default="full", nullable=False),
        sa.Column("invites", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["place_key"], ["place.key"], name=op.f("fk_resident_place_key")),
        sa.ForeignKeyConstraint(["ward_key"], ["ward.key"], name=op.f("fk_resident_ward_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident")),
        sa.UniqueConstraint("phone_index", name=op.f("uq_resident_phone_index")),
    )
    op.create_index(op.f("ix_resident_ward_key"), "resident", ["ward_key"], unique=False)
    op.create_table(
        "alias",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_alias_case_id")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_alias")),
    )
    op.create_index(op.f("ix_alias_case_id"), "alias", ["case_id"], unique=False)
    op.create_table(
        "case_event",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_event_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    op.create_index(op.f("ix_case_event_case_id"), "case_event", ["case_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("poll_id", sa.BigInteger(), nullable=False),
        sa.Column("resident_id", sa.BigInteger(), nullable=False),
        sa.Column("ward_key", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_invitation_poll_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_invitation_resident_id")),
        sa.ForeignKeyConstraint(["ward_key"], ["ward.key"], name=op.f("fk_invitation_ward_key")),
        sa.PrimaryKeyConstraint("poll_id", "resident_id", name=op.f("pk_invitation")),
    )
    op.create_table(
        "report",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("resident_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("me_too", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_report_case_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_report_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("key", name=op.f("uq_report_key")),
    )
    op.create_index(op.f("ix_report_case_id"), "report", ["case_id"], unique=False)
    op.create_index(op.f("ix_report_resident_id_received_at"), "report", ["resident_id", "received_at"], unique=False)
    op.create_table(
        "response",
        sa.Column("poll_id", sa.BigInteger(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), server_default="", nullable=False),
        sa.Column("ward_key", sa.Text(), nullable=True),
        sa.Column("invited", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_response_poll_id")),
        sa.ForeignKeyConstraint(["ward_key"], ["ward.key"], name=op.f("fk_response_ward_key")),
        sa.PrimaryKeyConstraint("poll_id", "phone_index", name=op.f("pk_response")),
    )
    op.create_table(
        "verdict",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("resident_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_verdict_case_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_verdict_resident_id")),
        sa.PrimaryKeyConstraint("case_id", "resident_id", "round", name=op.f("pk_verdict")),
    )
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME; END $$
        """
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade():
    op.drop_table("verdict")
    op.drop_table("response")
    op.drop_index(op.f("ix_report_resident_id_received_at"), table_name="report")
    op.drop_index(op.f("ix_report_case_id"), table_name="report")
    op.drop_table("report")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_case_event_case_id"), table_name="case_event")
    op.drop_table("case_event")
    op.drop_index(op.f("ix_alias_case_id"), table_name="alias")
    op.drop_table("alias")
    op.drop_index(op.f("ix_resident_ward_key"), table_name="resident")
    op.drop_table("resident")
    op.drop_table("poll")
    op.drop_table("digest")
    op.drop_index(op.f("ix_case_ward_key_status"), table_name="case")
    op.drop_index("ix_case_due_at_open", table_name="case", postgresql_where=sa.text("open AND NOT overdue"))
    op.drop_index(op.f("ix_case_category_place_key_status"), table_name="case")
    op.drop_table("case")
    op.drop_table("ward")
    op.drop_table("switch")
    op.drop_table("staff")
    op.drop_index(op.f("ix_receipt_gateway_id"), table_name="receipt")
    op.drop_table("receipt")
    op.drop_index(
        op.f("ix_question_phone_index_asked_at"), table_name="question", postgresql_where=sa.text("answered_at IS NULL")
    )
    op.drop_table("question")
    op.drop_table("place")
    op.drop_table("opt_out")
    op.drop_index("ix_message_sending", table_name="message", postgresql_where=sa.text("state = 'sending'"))
    op.drop_index("ix_message_queued", table_name="message", postgresql_where=sa.text("state = 'queued'"))
    op.drop_index(op.f("ix_message_phone_index_id"), table_name="message")
    op.drop_index("ix_message_gateway_id", table_name="message", postgresql_where=sa.text("gateway_id IS NOT NULL"))
    op.drop_table("message")
    op.drop_table("lease")
    op.drop_index("ix_inbox_new", table_name="inbox", postgresql_where=sa.text("state = 'new'"))
    op.drop_index("ix_inbox_dead", table_name="inbox", postgresql_where=sa.text("state IN ('dead', 'unusable')"))
    op.drop_table("inbox")
    op.drop_table("counter")
    op.drop_table("city_pack")
    op.drop_table("audit")
    op.execute("DROP FUNCTION refuse_change()")
