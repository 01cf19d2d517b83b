"""Tickets, and who serves a customer now."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import cairn.kernel.database

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column(
            "type",
            sa.Enum("installation", "repair", "technical_support", "inspection", "complaint", native_enum=False),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("priority", sa.Enum("low", "normal", "urgent", native_enum=False), nullable=False),
        sa.Column("source", sa.Enum("staff", "phone", "email", "request_page", native_enum=False), nullable=False),
        sa.Column("due_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "new",
                "assigned",
                "accepted",
                "on_the_way",
                "on_site",
                "paused",
                "waiting_parts",
                "waiting_customer",
                "done",
                "call_back",
                "closed",
                "cancelled",
                "reopened",
                native_enum=False,
            ),
            nullable=False,
        ),
        sa.Column("status_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("helper_ids", cairn.kernel.database.Json(), nullable=False),
        sa.Column("created_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("trace", cairn.kernel.database.Json(), nullable=False),
        sa.Column("work", cairn.kernel.database.Json(), nullable=False),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("confirmed_solved", sa.Boolean(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("edits", cairn.kernel.database.Json(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_ticket")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_account", ["organization_id", "account_id"], unique=False)
        batch_op.create_index("ix_ticket_assigned", ["organization_id", "assigned_to", "status"], unique=False)

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("served_by", cairn.kernel.database.Json(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("served_by")

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_assigned")
        batch_op.drop_index("ix_ticket_account")

    op.drop_table("ticket")
