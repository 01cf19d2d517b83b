"""Notes are flagged, and a customer's conflicts are found by the customer."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import cairn.kernel.database

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.add_column(sa.Column("flags", cairn.kernel.database.Json(), nullable=False, server_default="[]"))
    op.create_index("ix_conflict_account", "conflict", ["organization_id", "account_id"])


def downgrade() -> None:
    op.drop_index("ix_conflict_account", "conflict")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_column("flags")
