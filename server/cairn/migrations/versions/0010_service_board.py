"""When tickets came back, and what the after-sales board reads."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import cairn.kernel.database

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COUNTED = [
    "organization_id",
    "created_at",
    "id",
    "type",
    "assigned_to",
    "status",
    "reopened_at",
    "confirmed_solved",
    "satisfaction",
    "deleted_at",
]


def upgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reopened_at", cairn.kernel.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_ticket_board", COUNTED, unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_board")
        batch_op.drop_column("reopened_at")
