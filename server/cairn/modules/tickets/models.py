"""Tickets: what customers ask for, and all that was done about it (features.md 135–146)."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel import access
from cairn.kernel.conflicts import Edited
from cairn.kernel.database import Base, json_column
from cairn.kernel.synced import Synced
from cairn.modules.accounts.models import account_bucket, work_bucket
from cairn.modules.accounts.shapes import Name, Text, Title
from cairn.modules.tickets.rules import State, TraceEntry, WorkSession
from cairn.modules.tickets.signing import PhotoMoment, Shown, Strokes

TicketType = Literal["installation", "repair", "technical_support", "inspection", "complaint"]
Priority = Literal["low", "normal", "urgent"]
Source = Literal["staff", "phone", "email", "request_page"]
Satisfaction = Annotated[int, Meta(ge=1, le=5)]

SERVICE_BUCKET = "service"
"""Every ticket, for those who dispatch them."""


class TicketPhoto(Struct, frozen=True, kw_only=True):
    """A photo that hangs on a ticket; the file has the same id."""

    photo_id: UUID
    moment: PhotoMoment
    caption: str | None = None
    by: UUID
    at: datetime


class Handover(Struct, frozen=True, kw_only=True):
    """What the customer was shown and signed on the technician's phone, or why nobody signed."""

    at: datetime
    by: UUID
    signed_by: str | None = None
    signature_id: UUID | None = None
    """A file: the picture of the strokes, or of the typed name where there are none."""
    strokes: Strokes = []
    signed_hash: str | None = None
    """SHA-256 of the canonical JSON of `shown`, as the phone computed it."""
    shown: Shown
    refused: bool = False
    reason: str | None = None


class Ticket(Edited, Synced, Base):
    """A customer's request, from intake to call-back; its trace says who did what."""

    __tablename__ = "ticket"
    kind = "ticket"
    collection = "tickets"
    merge = {"description": "text"}
    private = frozenset({"edits"})

    account_id: Mapped[UUID]
    account_name: Mapped[str]
    site_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    type: Mapped[TicketType] = mapped_column()
    title: Mapped[str] = mapped_column(info={"shape": Name})
    description: Mapped[str | None] = mapped_column(info={"shape": Text | None})
    product: Mapped[str | None] = mapped_column(info={"shape": Title | None})
    """What it is about: an order, a machine, a serial number."""
    priority: Mapped[Priority] = mapped_column()
    source: Mapped[Source] = mapped_column()
    due_at: Mapped[datetime | None]
    status: Mapped[State] = mapped_column()
    status_at: Mapped[datetime]
    assigned_to: Mapped[UUID | None]
    helper_ids: Mapped[list[str]] = json_column(list[UUID])
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]
    trace: Mapped[list[dict[str, Any]]] = json_column(list[TraceEntry])
    work: Mapped[list[dict[str, Any]]] = json_column(list[WorkSession])
    reopened_at: Mapped[datetime | None]
    """When it last came back; what customers said before that counts no more."""
    report: Mapped[str | None]
    solved: Mapped[bool | None]
    """What the technician says."""
    confirmed_solved: Mapped[bool | None]
    """What the customer said when called back."""
    satisfaction: Mapped[int | None] = mapped_column(info={"shape": Satisfaction | None})
    comment: Mapped[str | None]
    photos: Mapped[list[dict[str, Any]]] = json_column(list[TicketPhoto])
    handover: Mapped[dict[str, Any] | None] = json_column(Handover | None)
    """The newest one; each has its entry in the trace."""
    follows_id: Mapped[UUID | None]
    """The ticket on whose job it was found that this one is needed."""

    __table_args__ = (
        Index("ix_ticket_account", "organization_id", "account_id"),
        Index("ix_ticket_assigned", "organization_id", "assigned_to", "status"),
        # All that the after-sales board counts, so that it reads no ticket's trace.
        Index(
            "ix_ticket_board",
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
        ),
    )

    def people(self) -> list[UUID]:
        """Whose job it is now: first the one who answers for it."""
        return [each for each in (self.assigned_to, *(UUID(str(each)) for each in self.helper_ids)) if each]

    def file_ids(self) -> list[UUID]:
        """Of its photos and of the customer's signature."""
        signature = self.handover and self.handover["signature_id"]
        return [UUID(str(each)) for each in (*(photo["photo_id"] for photo in self.photos), signature) if each]

    def buckets(self) -> set[str]:
        workers = {work_bucket(each) for each in (*self.people(), self.created_by)}
        return {account_bucket(self.account_id), SERVICE_BUCKET} | workers

    def grants(self) -> dict[str, set[str]]:
        return {SERVICE_BUCKET: {access.role("service_manager")}}

    def label(self) -> str:
        return self.title


class TicketLink(Synced, Base):
    """A link by which a customer follows a ticket; the token in it is known by its digest only."""

    __tablename__ = "ticket_link"
    kind = "ticket_link"
    collection = "ticket-links"
    private = frozenset({"token_hash", "account_id"})

    ticket_id: Mapped[UUID]
    account_id: Mapped[UUID]
    token_hash: Mapped[str]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_ticket_link_token_hash", "token_hash", unique=True),
        Index("ix_ticket_link_ticket", "organization_id", "ticket_id"),
    )

    def buckets(self) -> set[str]:
        return {account_bucket(self.account_id), SERVICE_BUCKET, work_bucket(self.created_by)}
