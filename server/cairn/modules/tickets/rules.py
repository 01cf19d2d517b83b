"""What becomes of a ticket, how long it was worked on, and how much of their work a person has done.

Pure functions; `sync/vectors/tickets.json` holds the phone's twin in `screens/tickets/rules.ts` to the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from msgspec import Struct

from cairn.modules.accounts.shapes import Position

State = Literal[
    "new",
    "assigned",
    "accepted",
    "on_the_way",
    "on_site",
    "paused",
    "waiting_parts",
    "waiting_customer",
    "done",
    "call_back",
    "closed",
    "cancelled",
    "reopened",
]
Event = Literal[
    "create",
    "assign",
    "accept",
    "on_my_way",
    "sign_in",
    "pause",
    "resume",
    "sign_out",
    "wait_for_parts",
    "wait_for_customer",
    "call_back",
    "close",
    "reopen",
    "cancel",
    "hand_over",
    "hand_over_refused",
]
STATES: tuple[State, ...] = get_args(State)
EVENTS: tuple[Event, ...] = get_args(Event)

OPEN: frozenset[State] = frozenset(STATES) - {"closed", "cancelled"}
"""Somebody still has something to do: the customer's record is open to those who serve it."""
COMPLETED: frozenset[State] = frozenset({"done", "call_back", "closed"})
LEAVING: frozenset[Event] = frozenset({"sign_out", "wait_for_parts", "wait_for_customer"})
"""Signing out with nothing left to do, or with something to wait for."""
ON_SITE: frozenset[Event] = LEAVING | {"sign_in", "pause", "resume"}
HANDING_OVER: frozenset[Event] = frozenset({"hand_over", "hand_over_refused"})
"""The customer was shown what was done, and signed or not; a ticket stays where it is."""

_WAITING: tuple[State, ...] = ("waiting_parts", "waiting_customer")
_BEFORE: tuple[State, ...] = ("new", "assigned", "accepted", "on_the_way", *_WAITING, "reopened")
_THERE: tuple[State, ...] = ("on_site", "paused")
_SERVED: tuple[State, ...] = (*_THERE, *_WAITING, "done", "call_back", "closed")


def _from(states: Iterable[State], to: State) -> dict[State, State | None]:
    allowed = set(states)
    return {state: to if state in allowed else None for state in STATES}


def _staying(states: Iterable[State]) -> dict[State, State | None]:
    allowed = set(states)
    return {state: state if state in allowed else None for state in STATES}


TRANSITIONS: Mapping[Event, Mapping[State, State | None]] = {
    "create": _from((), "new"),
    "assign": _from((*_BEFORE, *_THERE), "assigned"),
    "accept": _from(("new", "assigned", "accepted", *_WAITING, "reopened"), "accepted"),
    "on_my_way": _from(_BEFORE, "on_the_way"),
    "sign_in": _from((*_BEFORE, *_THERE, "done"), "on_site"),
    "pause": _from(_THERE, "paused"),
    "resume": _from(_THERE, "on_site"),
    "sign_out": _from((*_BEFORE, *_THERE, "done"), "done"),
    "wait_for_parts": _from((*_BEFORE, *_THERE, "done"), "waiting_parts"),
    "wait_for_customer": _from((*_BEFORE, *_THERE, "done"), "waiting_customer"),
    "call_back": _from((*_THERE, *_WAITING, "done", "call_back"), "call_back"),
    "close": _from(("done", "call_back"), "closed"),
    "reopen": _from(("done", "call_back", "closed", "cancelled"), "reopened"),
    "cancel": _from(_BEFORE, "cancelled"),
    "hand_over": _staying(_SERVED),
    "hand_over_refused": _staying(_SERVED),
}
"""Event → state → the next one. None: a decision is refused, a fact is recorded, flagged and moves nothing."""


class TraceEntry(Struct, frozen=True, kw_only=True):
    """One step of a ticket's way: who did what, when, and when the server heard of it."""

    event: Event
    at: datetime
    by: UUID
    received_at: datetime | None = None
    text: str | None = None
    to: UUID | None = None
    """Whom it was given to."""
    satisfaction: int | None = None
    position: Position | None = None
    flags: list[str] = []


class Pause(Struct, frozen=True):
    """A break; without an end it lasts until the person resumes or leaves."""

    since: datetime
    until: datetime | None = None


class WorkSession(Struct, kw_only=True):
    """One person's time at the customer, from sign-in to sign-out. What is missing is never made up.

    `minutes` is whole minutes of service (F-19), null while an end or the beginning is not known.
    """

    user_id: UUID
    signed_in_at: datetime | None = None
    signed_out_at: datetime | None = None
    pauses: list[Pause] = []
    minutes: int | None = None
    is_over: bool = False
    """Left, or given up because the person signed in again without having signed out."""


def work_of(trace: Sequence[TraceEntry]) -> list[WorkSession]:
    """Everybody's sessions in the order in which they began, whatever the order in which the news came."""
    sessions: list[WorkSession] = []
    running: dict[UUID, WorkSession] = {}
    for entry in sorted(trace, key=lambda each: each.at):
        if entry.event not in ON_SITE:
            continue
        session = running.get(entry.by)
        if entry.event == "sign_in":
            if session is not None:
                session.is_over = True
            running[entry.by] = WorkSession(user_id=entry.by, signed_in_at=entry.at)
            sessions.append(running[entry.by])
        elif entry.event in LEAVING:
            if session is None:
                session = WorkSession(user_id=entry.by)
                sessions.append(session)
            _leave(session, entry.at)
            running.pop(entry.by, None)
        elif session is not None:
            _take_pause(session, entry.event == "pause", entry.at)
    return sessions


def _take_pause(session: WorkSession, begins: bool, at: datetime) -> None:
    is_paused = is_pausing(session)
    if begins and not is_paused:
        session.pauses = [*session.pauses, Pause(at)]
    elif not begins and is_paused:
        session.pauses = [*session.pauses[:-1], Pause(session.pauses[-1].since, at)]


def _leave(session: WorkSession, at: datetime) -> None:
    _take_pause(session, False, at)
    session.signed_out_at, session.is_over = at, True
    if session.signed_in_at is None:
        return
    seconds = (at - session.signed_in_at).total_seconds()
    seconds -= sum((each.until - each.since).total_seconds() for each in session.pauses if each.until)
    session.minutes = int(seconds // 60)


def is_pausing(session: WorkSession) -> bool:
    return bool(session.pauses) and session.pauses[-1].until is None


def state_after(state: State, event: Event, work: Sequence[WorkSession]) -> State | None:
    """The next state, given everybody's sessions with this event in them: while one person works, work goes on."""
    following = TRANSITIONS[event][state]
    if following is None or event not in ON_SITE:
        return following
    present = [session for session in work if not session.is_over]
    if not present:
        return following
    return "paused" if all(is_pausing(session) for session in present) else "on_site"


def is_handed_over(trace: Iterable[TraceEntry], at: datetime) -> bool:
    """Whether a customer had signed by then for what was done: who signs in again has something new to show."""
    told = [each for each in trace if each.event in ("sign_in", "hand_over") and each.at <= at]
    return bool(told) and max(told, key=lambda each: each.at).event == "hand_over"


def minutes_by_person(work: Iterable[WorkSession]) -> dict[UUID, int]:
    """Whole minutes of service of each (features.md F-19): several technicians are summed separately."""
    totals: dict[UUID, int] = {}
    for session in work:
        if session.minutes is not None:
            totals[session.user_id] = totals.get(session.user_id, 0) + session.minutes
    return totals


def completion_rate(tickets: Iterable[tuple[UUID | None, State]], user_id: UUID) -> float | None:
    """Completed ÷ all assigned in per cent with two decimals (features.md F-05), from (assigned to, state).

    A ticket counts for whom it is assigned to now. Null when nothing is.
    """
    states = [state for assigned_to, state in tickets if assigned_to == user_id]
    if not states:
        return None
    completed = sum(state in COMPLETED for state in states)
    return (completed * 20_000 + len(states)) // (2 * len(states)) / 100
