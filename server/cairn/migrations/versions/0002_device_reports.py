"""What devices report of themselves, and that they were asked to erase themselves."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import cairn.kernel.database

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    moment = cairn.kernel.database.UtcDateTime(timezone=True)
    op.add_column("device", sa.Column("unsent", sa.Integer(), nullable=True))
    op.add_column("device", sa.Column("oldest_unsent_at", moment, nullable=True))
    op.add_column("device", sa.Column("uploads", sa.Integer(), nullable=True))
    op.add_column("device", sa.Column("persisted", sa.Boolean(), nullable=True))
    op.add_column("device", sa.Column("quota_bytes", sa.BigInteger(), nullable=True))
    op.add_column("device", sa.Column("used_bytes", sa.BigInteger(), nullable=True))
    op.add_column("device", sa.Column("reported_at", moment, nullable=True))
    op.add_column("device", sa.Column("wipe_asked_at", moment, nullable=True))
    op.add_column("device", sa.Column("wipe_asked_by", sa.Uuid(), nullable=True))
    op.add_column("device", sa.Column("wiped_at", moment, nullable=True))
    op.add_column("device", sa.Column("lost", sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in (
        "unsent",
        "oldest_unsent_at",
        "uploads",
        "persisted",
        "quota_bytes",
        "used_bytes",
        "reported_at",
        "wipe_asked_at",
        "wipe_asked_by",
        "wiped_at",
        "lost",
    ):
        op.drop_column("device", name)
