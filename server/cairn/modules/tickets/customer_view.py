"""What a customer sees of a ticket, and nothing else: no notes, no positions, no flags, nobody's times."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct, convert

from cairn.kernel.printable import printable
from cairn.modules.tickets.models import Ticket
from cairn.modules.tickets.report_contents import number_of
from cairn.modules.tickets.rules import COMPLETED, Event, State, TraceEntry

Stage = Literal[
    "received",
    "assigned",
    "on_the_way",
    "on_site",
    "waiting_parts",
    "waiting_customer",
    "done",
    "closed",
    "cancelled",
    "reopened",
]
"""How far a request has come, in the customer's eyes."""

STAGE_OF_STATE: Mapping[State, Stage] = {
    "new": "received",
    "assigned": "assigned",
    "accepted": "assigned",
    "on_the_way": "on_the_way",
    "on_site": "on_site",
    "paused": "on_site",
    "waiting_parts": "waiting_parts",
    "waiting_customer": "waiting_customer",
    "done": "done",
    "call_back": "done",
    "closed": "closed",
    "cancelled": "cancelled",
    "reopened": "reopened",
}
STAGE_OF_EVENT: Mapping[Event, Stage] = {
    "create": "received",
    "assign": "assigned",
    "on_my_way": "on_the_way",
    "sign_in": "on_site",
    "sign_out": "done",
    "wait_for_parts": "waiting_parts",
    "wait_for_customer": "waiting_customer",
    "close": "closed",
    "reopen": "reopened",
    "cancel": "cancelled",
}
"""What else happens is nothing to a customer."""
ODD = frozenset({"not_assigned", "out_of_order", "clock_skew", "clock_set_back"})
COMES: frozenset[Stage] = frozenset({"assigned", "on_the_way", "on_site"})
MOST_STEPS = 20
LONGEST_LINE = 200


class Step(Struct, frozen=True):
    """A stage, and when it was reached."""

    stage: Stage
    at: datetime


class CustomerView(Struct, frozen=True, kw_only=True):
    """One page of one ticket."""

    company: str
    title: str
    number: str
    stage: Stage
    technician: str | None
    """Who comes, while somebody does."""
    due_at: datetime | None
    steps: list[Step]
    """The newest first."""
    is_done: bool


def view_of(ticket: Ticket, company: str, names: Mapping[UUID, str]) -> CustomerView:
    """The page of a ticket as it stands."""
    stage = STAGE_OF_STATE[ticket.status]
    comes = stage in COMES and ticket.assigned_to is not None
    return CustomerView(
        company=_line(company),
        title=_line(ticket.title),
        number=number_of(ticket.id),
        stage=stage,
        technician=_line(names.get(ticket.assigned_to, "")) or None if comes and ticket.assigned_to else None,
        due_at=ticket.due_at if stage in COMES or stage == "received" else None,
        steps=_steps(convert(ticket.trace, list[TraceEntry])),
        is_done=ticket.status in COMPLETED,
    )


def _steps(trace: list[TraceEntry]) -> list[Step]:
    """What moved the request, the same stage of two people once."""
    steps: list[Step] = []
    for entry in sorted(trace, key=lambda each: each.at):
        stage = STAGE_OF_EVENT.get(entry.event)
        if stage is None or ODD & set(entry.flags) or (steps and steps[-1].stage == stage):
            continue
        steps.append(Step(stage, entry.at))
    return steps[: -MOST_STEPS - 1 : -1]


def _line(text: str) -> str:
    return printable(text.replace("\n", " "), LONGEST_LINE)
