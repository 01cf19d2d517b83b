"""Returns: goods that customers want to give back, from the request to the money (features.md 152–156)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel import access
from cairn.kernel.database import Base, json_column
from cairn.kernel.synced import Synced
from cairn.modules.accounts.models import account_bucket, work_bucket
from cairn.modules.accounts.shapes import Text
from cairn.modules.returns.rules import Outcome, Reason, ReturnLine, ReturnStep, State

MOST_PHOTOS = 20
"""Of one request, and of one receipt of goods."""
RETURNS_BUCKET = "returns"
"""Every return, for those who decide about them whoever sold the goods."""


class GoodsReturn(Synced, Base):
    """Goods of one order that are to come back; its steps say who did what."""

    __tablename__ = "goods_return"
    kind = "goods_return"
    collection = "returns"

    account_id: Mapped[UUID]
    account_name: Mapped[str]
    order_id: Mapped[UUID]
    order_number: Mapped[str]
    contact_id: Mapped[UUID | None]
    ticket_id: Mapped[UUID | None]
    reason: Mapped[Reason] = mapped_column()
    note: Mapped[str | None] = mapped_column(info={"shape": Text | None})
    currency: Mapped[str]
    lines: Mapped[list[dict[str, Any]]] = json_column(list[ReturnLine])
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    """Of what is asked back, in minor units, taxes included."""
    received_amount_minor: Mapped[int] = mapped_column(BigInteger)
    photo_ids: Mapped[list[str]] = json_column(list[UUID])
    state: Mapped[State] = mapped_column()
    state_at: Mapped[datetime]
    outcome: Mapped[Outcome | None] = mapped_column()
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID]
    steps: Mapped[list[dict[str, Any]]] = json_column(list[ReturnStep])

    __table_args__ = (
        Index("ix_goods_return_order", "organization_id", "order_id"),
        Index("ix_goods_return_requested", "organization_id", "requested_at"),
    )

    def buckets(self) -> set[str]:
        return {account_bucket(self.account_id), RETURNS_BUCKET, work_bucket(self.requested_by)}

    def grants(self) -> dict[str, set[str]]:
        return {RETURNS_BUCKET: {access.role("finance"), access.role("service_manager")}}

    def label(self) -> str:
        return f"{self.account_name} {self.order_number}"
