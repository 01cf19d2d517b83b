"""The rules of tickets, by the vectors that the phone's twin is held to."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest

from cairn.modules.tickets.rules import (
    EVENTS,
    STATES,
    TRANSITIONS,
    Event,
    State,
    TraceEntry,
    WorkSession,
    completion_rate,
    is_handed_over,
    minutes_by_person,
    state_after,
    work_of,
)
from support.vectors import case_name, vectors

PEOPLE = UUID(int=0)


def person(name: str) -> str:
    return str(uuid5(PEOPLE, name))


def named(rows: list[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    return [row | {field: person(row[field])} for row in rows]


def sessions(rows: list[dict[str, Any]]) -> list[WorkSession]:
    return msgspec.convert(named(rows, "user_id"), list[WorkSession])


def test_every_state_and_event_is_decided() -> None:
    told = {(each["event"], each["state"]): each["next"] for each in vectors("tickets.json", "transitions")}
    assert told == {(event, state): TRANSITIONS[event][state] for event in EVENTS for state in STATES}
    assert len(told) == len(EVENTS) * len(STATES)


def test_every_state_but_the_last_ones_has_a_way_on() -> None:
    for state in STATES:
        assert any(TRANSITIONS[event][state] not in (None, state) for event in EVENTS), state


@pytest.mark.parametrize("case", vectors("tickets.json"), ids=case_name)
def test_service_time(case: dict[str, Any]) -> None:
    work = work_of(msgspec.convert(named(case["trace"], "by"), list[TraceEntry]))
    assert work == sessions(case["work"])
    assert minutes_by_person(work) == {UUID(person(name)): minutes for name, minutes in case["minutes"].items()}


@pytest.mark.parametrize("case", vectors("tickets.json", "presence"), ids=case_name)
def test_work_goes_on_while_one_works(case: dict[str, Any]) -> None:
    state, event = msgspec.convert((case["state"], case["event"]), tuple[State, Event])
    assert state_after(state, event, sessions(case["work"])) == case["next"]


@pytest.mark.parametrize("case", vectors("tickets.json", "completion"), ids=case_name)
def test_completion_rate(case: dict[str, Any]) -> None:
    tickets = [(UUID(person(name)) if name else None, state) for name, state in case["tickets"]]
    assert completion_rate(tickets, UUID(person(case["user_id"]))) == case["rate"]


@pytest.mark.parametrize("case", vectors("tickets.json", "handed_over"), ids=case_name)
def test_whether_a_customer_has_signed(case: dict[str, Any]) -> None:
    trace = msgspec.convert(named(case["trace"], "by"), list[TraceEntry])
    at = msgspec.convert(case["at"], datetime)
    assert is_handed_over(trace, at) is case["handed_over"]
