"""The rules of returns, by the vectors that the phone's twin is held to."""

from typing import Any
from uuid import UUID, uuid5

import pytest

from cairn.modules.returns.rules import (
    EVENTS,
    STATES,
    Claim,
    ReturnLine,
    State,
    effect_of,
    returnable,
    state_after,
)
from support.vectors import case_name, vectors

LINES = UUID(int=0)


def line_id(name: str) -> UUID:
    return uuid5(LINES, name)


def claims(rows: list[dict[str, Any]]) -> list[Claim]:
    return [
        Claim(state=row["state"], outcome=row["outcome"], lines=[_line(one) for one in row["lines"]]) for row in rows
    ]


def _line(said: dict[str, Any]) -> ReturnLine:
    numbers = {"quantity": said["quantity"], "received": said["received"], "unit_price_minor": 100}
    return ReturnLine(line_id=line_id(said["line"]), product_name=said["line"], **numbers)


def test_every_state_and_event_is_decided() -> None:
    told = {
        (each["event"], each["state"], each["has_come"]): each["next"]
        for each in vectors("returns.json", "transitions")
    }
    assert told == {
        (event, state, has_come): state_after(state, event, has_come=has_come)
        for event in EVENTS
        for state in STATES
        for has_come in (False, True)
    }


def test_goods_settle_only_on_a_way_that_somebody_approved() -> None:
    reached: set[State] = {"requested"}
    for _ in STATES:
        ways = [state_after(state, event, has_come=True) for state in reached for event in EVENTS if event != "approve"]
        reached |= {each for each in ways if each is not None}
    assert reached == {"requested", "rejected", "withdrawn"}


@pytest.mark.parametrize("case", vectors("returns.json"), ids=case_name)
def test_how_many_may_be_asked_back(case: dict[str, Any]) -> None:
    assert returnable(case["delivered"], line_id("a"), claims(case["returns"])) == case["returnable"]


@pytest.mark.parametrize("case", vectors("returns.json", "effects"), ids=case_name)
def test_what_returns_mean_for_the_order(case: dict[str, Any]) -> None:
    expected = [{line_id(name): count for name, count in case[side].items()} for side in ("returned", "replaced")]
    assert list(effect_of(claims(case["returns"]))) == expected
