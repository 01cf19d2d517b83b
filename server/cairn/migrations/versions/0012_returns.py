"""Orders and returns."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from cairn.kernel.database import Json, UtcDateTime

revision: str = "0012"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "sales_order",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("ordered_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lines", Json(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        *_keys("sales_order"),
    )
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.create_index("ix_sales_order_account", ["organization_id", "account_id"], unique=False)
    states = ("requested", "approved", "rejected", "received", "settled", "withdrawn")
    op.create_table(
        "goods_return",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Enum("damage", "wrong", "surplus", "other", native_enum=False), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lines", Json(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("received_amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("photo_ids", Json(), nullable=False),
        sa.Column("state", sa.Enum(*states, native_enum=False), nullable=False),
        sa.Column("state_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Enum("credit", "exchange", native_enum=False), nullable=True),
        sa.Column("requested_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("steps", Json(), nullable=False),
        *_keys("goods_return"),
    )
    with op.batch_alter_table("goods_return", schema=None) as batch_op:
        batch_op.create_index("ix_goods_return_order", ["organization_id", "order_id"], unique=False)
        batch_op.create_index("ix_goods_return_requested", ["organization_id", "requested_at"], unique=False)


def _keys(table: str) -> list[sa.Column[object] | sa.PrimaryKeyConstraint]:
    return [
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f(f"pk_{table}")),
    ]


def downgrade() -> None:
    op.drop_table("goods_return")
    op.drop_table("sales_order")
