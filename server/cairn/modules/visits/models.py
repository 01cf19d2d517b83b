"""Visits and their plans (features.md 122–128)."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.database import Base, json_column
from cairn.kernel.synced import Synced
from cairn.modules.accounts.models import account_bucket, work_bucket
from cairn.modules.accounts.shapes import Position
from cairn.modules.visits.rules import Level, Reason


class NextStep(Struct, frozen=True):
    """What was promised, and until when."""

    text: str
    due_at: datetime | None = None


class Verdict(Struct, frozen=True):
    """What speaks for and against a visit (features.md 127): 100 points less what each reason takes."""

    level: Level
    score: int
    reasons: list[Reason]


class VisitPlan(Synced, Base):
    """A visit that somebody means to make."""

    __tablename__ = "visit_plan"
    kind = "visit_plan"
    collection = "visit-plans"

    account_id: Mapped[UUID]
    account_name: Mapped[str]
    user_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    purpose: Mapped[str | None]
    state: Mapped[Literal["planned", "done", "cancelled"]] = mapped_column()
    visit_id: Mapped[UUID | None]

    __table_args__ = (Index("ix_visit_plan_user", "organization_id", "user_id", "starts_at"),)

    def buckets(self) -> set[str]:
        return {account_bucket(self.account_id), work_bucket(self.user_id)}


class Visit(Synced, Base):
    """One call on a customer, from check-in to check-out, with what speaks for and against it."""

    __tablename__ = "visit"
    kind = "visit"
    collection = "visits"
    private = frozenset({"skew_s", "previous_fix"})

    account_id: Mapped[UUID]
    account_name: Mapped[str]
    user_id: Mapped[UUID]
    plan_id: Mapped[UUID | None]
    state: Mapped[Literal["open", "done"]] = mapped_column()
    checked_in_at: Mapped[datetime]
    received_at: Mapped[datetime]
    position: Mapped[dict[str, Any]] = json_column(Position)
    distance_m: Mapped[float | None]
    site_id: Mapped[UUID | None]
    photo_ids: Mapped[list[str]] = json_column(list[UUID])
    note: Mapped[str | None]
    checked_out_at: Mapped[datetime | None]
    check_out_received_at: Mapped[datetime | None]
    check_out_position: Mapped[dict[str, Any] | None] = json_column(Position | None)
    report: Mapped[str | None]
    next_step: Mapped[dict[str, Any] | None] = json_column(NextStep | None)
    flags: Mapped[list[str]] = json_column(list[str])
    verdict: Mapped[dict[str, Any] | None] = json_column(Verdict | None)
    skew_s: Mapped[float]
    """How far the phone's clock was behind when it sent this, in seconds."""
    previous_fix: Mapped[dict[str, Any] | None] = json_column(Position | None)
    """Where the person was seen before, for judging the journey again when more is known."""

    __table_args__ = (
        Index("ix_visit_user", "organization_id", "user_id", "checked_in_at"),
        Index("ix_visit_account", "organization_id", "account_id", "checked_in_at"),
    )

    def buckets(self) -> set[str]:
        return {account_bucket(self.account_id), work_bucket(self.user_id)}

    def label(self) -> str:
        return self.account_name


class LastFix(Base):
    """Where a person was seen last, to tell impossible journeys; never published."""

    __tablename__ = "last_fix"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The person's."""
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_m: Mapped[float | None]
    fixed_at: Mapped[datetime]
    visit_id: Mapped[UUID]
