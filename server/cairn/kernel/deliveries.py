"""Deliveries: what leaves the server is first a row in the transaction that decided it; workers take the rows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.database import Base, json_column


class Delivery(Base):
    """Something to send, and how often it was tried."""

    __tablename__ = "delivery"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str]
    payload: Mapped[dict[str, Any]] = json_column(dict[str, Any])
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    """When to try (again); null when it is done with."""
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]

    __table_args__ = (Index("ix_delivery_due", "due_at"),)


def deliver(
    session: AsyncSession,
    organization_id: UUID,
    delivery_id: UUID,
    channel: str,
    payload: dict[str, Any],
    due_at: datetime,
) -> None:
    """Put something into the outgoing tray of this transaction."""
    session.add(
        Delivery(organization_id=organization_id, id=delivery_id, channel=channel, payload=payload, due_at=due_at)
    )
