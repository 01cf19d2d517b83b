"""Photos and the hand-over of tickets, and customers' ratings."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import cairn.kernel.database

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("photos", cairn.kernel.database.Json(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("handover", cairn.kernel.database.Json(), nullable=True))
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.alter_column("photos", server_default=None)
    op.create_table(
        "rating",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("flags", cairn.kernel.database.Json(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_rating")),
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index("ix_rating_ticket", ["organization_id", "ticket_id"], unique=False)


def downgrade() -> None:
    op.drop_table("rating")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_column("handover")
        batch_op.drop_column("photos")
