"""What customers say about the service, in their own hand (features.md 147)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.database import Base, json_column
from cairn.kernel.synced import Synced
from cairn.modules.accounts.models import work_bucket
from cairn.modules.tickets.models import SERVICE_BUCKET, Satisfaction


class Rating(Synced, Base):
    """A customer's marks and words; never changed once given, and not overwritten by a later one."""

    __tablename__ = "rating"
    kind = "rating"
    collection = "ratings"

    ticket_id: Mapped[UUID]
    user_id: Mapped[UUID | None]
    """On whose phone it was given; null when it came by the customer's link, whose id it has."""
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    """The hand-over that it belongs to; null when none was known."""
    satisfaction: Mapped[int] = mapped_column(info={"shape": Satisfaction})
    solved: Mapped[bool]
    comment: Mapped[str | None]
    flags: Mapped[list[str]] = json_column(list[str])

    __table_args__ = (Index("ix_rating_ticket", "organization_id", "ticket_id"),)

    def buckets(self) -> set[str]:
        return {SERVICE_BUCKET} | ({work_bucket(self.user_id)} if self.user_id else set())
