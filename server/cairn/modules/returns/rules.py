"""What becomes of a return, how much may come back, and what it means for the order.

Pure functions; `sync/vectors/returns.json` holds the phone's twin in `screens/returns/rules.ts` to the same.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from msgspec import Struct

State = Literal["requested", "approved", "rejected", "received", "settled", "withdrawn"]
Event = Literal["request", "approve", "reject", "withdraw", "receive", "settle"]
Reason = Literal["damage", "wrong", "surplus", "other"]
Outcome = Literal["credit", "exchange"]
Condition = Literal["as_new", "used", "damaged"]
STATES: tuple[State, ...] = get_args(State)
EVENTS: tuple[Event, ...] = get_args(Event)
REASONS: tuple[Reason, ...] = get_args(Reason)

COUNTED: frozenset[State] = frozenset({"received", "settled"})
"""Goods are back, and somebody allowed it: the order is worth less, and the board counts the amount."""
OPEN: frozenset[State] = frozenset({"requested", "approved", "received"})
"""Somebody still has something to decide or to bring."""


def _from(*states: State, to: State) -> dict[State, State | None]:
    return {state: to if state in states else None for state in STATES}


TRANSITIONS: Mapping[Event, Mapping[State, State | None]] = {
    "request": _from(to="requested"),
    "approve": _from("requested", to="approved"),
    "reject": _from("requested", to="rejected"),
    "withdraw": _from("requested", "approved", to="withdrawn"),
    "receive": _from("approved", "received", to="received"),
    "settle": _from("received", to="settled"),
}
"""Event → state → the next one. None: a decision is refused; goods that come are recorded, flagged, and move nothing.
"""


class Goods(Struct, frozen=True, kw_only=True):
    """What really came of one line, and how it looks."""

    line_id: UUID
    quantity: int
    condition: Condition


class ReturnLine(Struct, frozen=True, kw_only=True):
    """Goods of one line of the order: how many are to come back, and how many have."""

    line_id: UUID
    product_name: str
    product_code: str | None = None
    quantity: int
    unit_price_minor: int
    received: int = 0


class ReturnStep(Struct, frozen=True, kw_only=True):
    """One step of a return's way: who did what, when, and when the server heard of it."""

    event: Event
    at: datetime
    by: UUID
    received_at: datetime | None = None
    text: str | None = None
    outcome: Outcome | None = None
    goods: list[Goods] = []
    photo_ids: list[UUID] = []
    flags: list[str] = []


class Claim(Struct, frozen=True, kw_only=True):
    """What another return says of the same order."""

    state: State
    outcome: Outcome | None
    lines: list[ReturnLine]


def state_after(state: State, event: Event, *, has_come: bool) -> State | None:
    """The next state; goods that were here before anybody allowed it are received as soon as somebody does."""
    following = TRANSITIONS[event][state]
    return "received" if following == "approved" and has_come else following


def received_of(line_id: UUID, steps: Iterable[ReturnStep]) -> int:
    """How many of a line have come in all."""
    return sum(goods.quantity for step in steps for goods in step.goods if goods.line_id == line_id)


def claimed(line_id: UUID, returns: Iterable[Claim]) -> int:
    """How many of a line came back for good, or are still asked back; what was replaced may come back again."""
    total = 0
    for each in returns:
        for line in each.lines:
            if line.line_id != line_id:
                continue
            if each.state in OPEN:
                total += max(line.quantity, line.received)
            elif each.state == "settled" and each.outcome != "exchange":
                total += line.received
    return total


def returnable(delivered: int, line_id: UUID, returns: Iterable[Claim]) -> int:
    """How many of a line may still be asked back: what was delivered less what is claimed already."""
    return max(0, delivered - claimed(line_id, returns))


def effect_of(returns: Iterable[Claim]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """(came back, of which replaced) by line of the order, over all its returns that somebody allowed."""
    returned: dict[UUID, int] = {}
    replaced: dict[UUID, int] = {}
    for each in returns:
        if each.state not in COUNTED:
            continue
        for line in each.lines:
            returned[line.line_id] = returned.get(line.line_id, 0) + line.received
            if each.outcome == "exchange":
                replaced[line.line_id] = replaced.get(line.line_id, 0) + line.received
    return returned, replaced


def amount_of(lines: Iterable[ReturnLine]) -> int:
    """What is asked back, in minor units."""
    return sum(line.quantity * line.unit_price_minor for line in lines)


def received_amount_of(lines: Iterable[ReturnLine]) -> int:
    """What came back, in minor units."""
    return sum(line.received * line.unit_price_minor for line in lines)
