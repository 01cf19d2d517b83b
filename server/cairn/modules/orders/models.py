"""Orders, as plainly as returns need them: what was sold, delivered, and came back (features.md 156)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta
from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel import access
from cairn.kernel.database import Base, json_column
from cairn.kernel.synced import Synced
from cairn.modules.accounts.models import account_bucket
from cairn.modules.orders.rules import OrderLine

OrderNumber = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"\S")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""

ORDERS_BUCKET = "orders"
"""Every order, for those who look after goods and money whoever sold them."""


class Order(Synced, Base):
    """What a customer bought. Amounts are whole minor units of the currency, taxes included."""

    __tablename__ = "sales_order"
    kind = "order"
    collection = "orders"

    account_id: Mapped[UUID]
    account_name: Mapped[str]
    number: Mapped[str] = mapped_column(info={"shape": OrderNumber})
    ordered_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(info={"shape": Currency})
    lines: Mapped[list[dict[str, Any]]] = json_column(list[OrderLine])
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    returned_amount_minor: Mapped[int] = mapped_column(BigInteger)
    """Of the goods that came back with approval, replaced or not."""
    net_amount_minor: Mapped[int] = mapped_column(BigInteger)
    """What is left of the amount: less what came back and was not replaced."""
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]

    __table_args__ = (Index("ix_sales_order_account", "organization_id", "account_id"),)

    def buckets(self) -> set[str]:
        return {account_bucket(self.account_id), ORDERS_BUCKET}

    def grants(self) -> dict[str, set[str]]:
        return {ORDERS_BUCKET: {access.role("finance"), access.role("service_manager")}}

    def label(self) -> str:
        return self.number
