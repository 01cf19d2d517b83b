"""First tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import cairn.kernel.database

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("position", cairn.kernel.database.Json(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("tags", cairn.kernel.database.Json(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("last_visit_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("edits", cairn.kernel.database.Json(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_account")),
    )
    op.create_table(
        "bucket",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("head_seq", sa.BigInteger(), nullable=False),
        sa.Column("documents", sa.BigInteger(), nullable=False),
        sa.Column("seq_sum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "number", name=op.f("pk_bucket")),
    )
    with op.batch_alter_table("bucket", schema=None) as batch_op:
        batch_op.create_index("ix_bucket_name", ["organization_id", "name"], unique=True)

    op.create_table(
        "command_log",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("corrected_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("args_hash", sa.LargeBinary(), nullable=False),
        sa.Column("args", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("params", cairn.kernel.database.Json(), nullable=True),
        sa.Column("flags", cairn.kernel.database.Json(), nullable=False),
        sa.Column("conflicts", cairn.kernel.database.Json(), nullable=False),
        sa.Column("committed_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_command_log")),
    )
    with op.batch_alter_table("command_log", schema=None) as batch_op:
        batch_op.create_index("ix_command_log_device", ["organization_id", "device_id", "seq"], unique=True)
        batch_op.create_index("ix_command_log_parked", ["organization_id", "status", "received_at"], unique=False)
        batch_op.create_index("ix_command_log_subject", ["organization_id", "subject_id"], unique=False)

    op.create_table(
        "conflict",
        sa.Column("about", cairn.kernel.database.Json(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("base", cairn.kernel.database.Json(), nullable=True),
        sa.Column("theirs", cairn.kernel.database.Json(), nullable=True),
        sa.Column("mine", cairn.kernel.database.Json(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("theirs_by", sa.Uuid(), nullable=True),
        sa.Column("theirs_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("take", sa.Text(), nullable=True),
        sa.Column("value", cairn.kernel.database.Json(), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolved_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_conflict")),
    )
    op.create_table(
        "contact",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("position_title", sa.Text(), nullable=True),
        sa.Column("created_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("edits", cairn.kernel.database.Json(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("ix_contact_account", ["organization_id", "account_id"], unique=False)

    op.create_table(
        "credential",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "user_id", name=op.f("pk_credential")),
    )
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.create_index("ix_credential_email", ["email"], unique=True)

    op.create_table(
        "delivery",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("payload", cairn.kernel.database.Json(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sent_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_due", ["due_at"], unique=False)

    op.create_table(
        "device",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("confirmed", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("app", sa.Text(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("skew_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_device")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index("ix_device_user", ["organization_id", "user_id"], unique=False)

    op.create_table(
        "feed",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("bucket_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "bucket_number", "seq", name=op.f("pk_feed")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index("ix_feed_document", ["organization_id", "id", "kind", "bucket_number"], unique=True)
        batch_op.create_index("ix_feed_seq", ["organization_id", "seq", "bucket_number"], unique=False)

    op.create_table(
        "file",
        sa.Column("about", cairn.kernel.database.Json(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("filename", sa.Text(), nullable=True),
        sa.Column("filetype", sa.Text(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("taken_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("uploaded_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("uploader_id", sa.Uuid(), nullable=False),
        sa.Column("received_bytes", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("taken_position", cairn.kernel.database.Json(), nullable=True),
        sa.Column("audience", cairn.kernel.database.Json(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_file")),
    )
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.create_index("ix_file_sha256", ["organization_id", "sha256"], unique=False)

    op.create_table(
        "last_fix",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("fixed_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_last_fix")),
    )
    op.create_table(
        "membership",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("since_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "user_id", "principal", "since_seq", name=op.f("pk_membership")),
    )
    op.create_table(
        "note",
        sa.Column("about", cairn.kernel.database.Json(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("audience", cairn.kernel.database.Json(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index("ix_note_account", ["organization_id", "account_id"], unique=False)

    op.create_table(
        "organization",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("working_hours", cairn.kernel.database.Json(), nullable=False),
        sa.Column("basemap", cairn.kernel.database.Json(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_organization")),
    )
    op.create_table(
        "organization_head",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("access_seq", sa.BigInteger(), nullable=False),
        sa.Column("horizon_seq", sa.BigInteger(), nullable=False),
        sa.Column("buckets", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_organization_head")),
    )
    op.create_table(
        "password_reset",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_password_reset")),
    )
    op.create_table(
        "reaction_mark",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_reaction_mark")),
    )
    op.create_table(
        "refusal",
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("args", cairn.kernel.database.JsonText(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("params", cairn.kernel.database.Json(), nullable=False),
        sa.Column("at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("about", cairn.kernel.database.Json(), nullable=True),
        sa.Column("record_title", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_refusal")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_failure_subject", ["subject", "at"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_session")),
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_session_user", ["organization_id", "user_id"], unique=False)

    op.create_table(
        "site",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("position", cairn.kernel.database.Json(), nullable=True),
        sa.Column("edits", cairn.kernel.database.Json(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_site")),
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index("ix_site_account", ["organization_id", "account_id"], unique=False)

    op.create_table(
        "team",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("lead_ids", cairn.kernel.database.Json(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_team")),
    )
    op.create_table(
        "user_account",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("roles", cairn.kernel.database.Json(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_user_account")),
    )
    op.create_table(
        "visit",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Enum("open", "done", native_enum=False), nullable=False),
        sa.Column("checked_in_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("position", cairn.kernel.database.Json(), nullable=False),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("photo_ids", cairn.kernel.database.Json(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("checked_out_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("check_out_received_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("check_out_position", cairn.kernel.database.Json(), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("next_step", cairn.kernel.database.Json(), nullable=True),
        sa.Column("flags", cairn.kernel.database.Json(), nullable=False),
        sa.Column("verdict", cairn.kernel.database.Json(), nullable=True),
        sa.Column("skew_s", sa.Double(), nullable=False),
        sa.Column("previous_fix", cairn.kernel.database.Json(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_account", ["organization_id", "account_id", "checked_in_at"], unique=False)
        batch_op.create_index("ix_visit_user", ["organization_id", "user_id", "checked_in_at"], unique=False)

    op.create_table(
        "visit_plan",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("state", sa.Enum("planned", "done", "cancelled", native_enum=False), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_visit_plan")),
    )
    with op.batch_alter_table("visit_plan", schema=None) as batch_op:
        batch_op.create_index("ix_visit_plan_user", ["organization_id", "user_id", "starts_at"], unique=False)

    op.create_table(
        "bucket_grant",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("bucket_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "bucket_number"],
            ["bucket.organization_id", "bucket.number"],
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "principal", "bucket_number", "since_seq", name=op.f("pk_bucket_grant")
        ),
    )
    with op.batch_alter_table("bucket_grant", schema=None) as batch_op:
        batch_op.create_index("ix_bucket_grant_bucket", ["organization_id", "bucket_number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("bucket_grant", schema=None) as batch_op:
        batch_op.drop_index("ix_bucket_grant_bucket")

    op.drop_table("bucket_grant")
    with op.batch_alter_table("visit_plan", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_plan_user")

    op.drop_table("visit_plan")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_user")
        batch_op.drop_index("ix_visit_account")

    op.drop_table("visit")
    op.drop_table("user_account")
    op.drop_table("team")
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_index("ix_site_account")

    op.drop_table("site")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_session_user")

    op.drop_table("sign_in_session")
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_failure_subject")

    op.drop_table("sign_in_failure")
    op.drop_table("refusal")
    op.drop_table("reaction_mark")
    op.drop_table("password_reset")
    op.drop_table("organization_head")
    op.drop_table("organization")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index("ix_note_account")

    op.drop_table("note")
    op.drop_table("membership")
    op.drop_table("last_fix")
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.drop_index("ix_file_sha256")

    op.drop_table("file")
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.drop_index("ix_feed_seq")
        batch_op.drop_index("ix_feed_document")

    op.drop_table("feed")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index("ix_device_user")

    op.drop_table("device")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_due")

    op.drop_table("delivery")
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.drop_index("ix_credential_email")

    op.drop_table("credential")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_account")

    op.drop_table("contact")
    op.drop_table("conflict")
    with op.batch_alter_table("command_log", schema=None) as batch_op:
        batch_op.drop_index("ix_command_log_subject")
        batch_op.drop_index("ix_command_log_parked")
        batch_op.drop_index("ix_command_log_device")

    op.drop_table("command_log")
    with op.batch_alter_table("bucket", schema=None) as batch_op:
        batch_op.drop_index("ix_bucket_name")

    op.drop_table("bucket")
    op.drop_table("account")
