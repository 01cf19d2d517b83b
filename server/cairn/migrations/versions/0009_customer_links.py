"""Links for customers, and ratings that came by one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import cairn.kernel.database

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "ticket_link",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_ticket_link")),
    )
    with op.batch_alter_table("ticket_link", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_link_ticket", ["organization_id", "ticket_id"], unique=False)
        batch_op.create_index("ix_ticket_link_token_hash", ["token_hash"], unique=True)
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.alter_column("user_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM rating WHERE user_id IS NULL")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.alter_column("user_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_table("ticket_link")
