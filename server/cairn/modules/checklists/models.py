"""Checklists: forms that an administrator designs, and what technicians found with them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel import access
from cairn.kernel.database import Base, json_column
from cairn.kernel.synced import Synced
from cairn.modules.accounts.models import account_bucket, work_bucket
from cairn.modules.accounts.shapes import Name
from cairn.modules.checklists.shapes import Answers, FilledForm, FormPoints, TicketTypes
from cairn.modules.tickets.models import SERVICE_BUCKET

FORMS_BUCKET = "checklist-forms"
FORM_READERS = ("technician", "service_manager", "executive", "administrator")


class ChecklistForm(Synced, Base):
    """What is to be looked at; an edit makes a new version of it, and changes nothing that was filled before."""

    __tablename__ = "checklist_form"
    kind = "checklist_form"
    collection = "checklist-forms"

    name: Mapped[str] = mapped_column(info={"shape": Name})
    ticket_types: Mapped[list[str]] = json_column(TicketTypes)
    """For which tickets it is proposed."""
    points: Mapped[list[dict[str, Any]]] = json_column(FormPoints)
    version: Mapped[int]
    active: Mapped[bool]
    """Whether it is still offered for filling."""
    edited_at: Mapped[datetime]
    edited_by: Mapped[UUID]

    def buckets(self) -> set[str]:
        return {FORMS_BUCKET}

    def grants(self) -> dict[str, set[str]]:
        return {FORMS_BUCKET: {access.role(each) for each in FORM_READERS}}


class FollowUp(Struct, frozen=True):
    """A ticket that was opened for points that had failed."""

    ticket_id: UUID
    point_ids: list[str]


class Checklist(Synced, Base):
    """A form that was filled at a customer, with the form as it was then; never changed afterwards."""

    __tablename__ = "checklist"
    kind = "checklist"
    collection = "checklists"

    ticket_id: Mapped[UUID]
    account_id: Mapped[UUID | None]
    """The ticket's customer; null when the ticket is unknown."""
    form_id: Mapped[UUID]
    form: Mapped[dict[str, Any]] = json_column(FilledForm)
    answers: Mapped[dict[str, Any]] = json_column(Answers)
    user_id: Mapped[UUID]
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    failed: Mapped[list[str]] = json_column(list[str])
    in_order: Mapped[int]
    counted: Mapped[int]
    follow_up: Mapped[dict[str, Any] | None] = json_column(FollowUp | None)
    flags: Mapped[list[str]] = json_column(list[str])

    __table_args__ = (Index("ix_checklist_ticket", "organization_id", "ticket_id"),)

    def buckets(self) -> set[str]:
        customer = {account_bucket(self.account_id)} if self.account_id else set()
        return {SERVICE_BUCKET, work_bucket(self.user_id)} | customer

    def label(self) -> str:
        return str(self.form["name"])
