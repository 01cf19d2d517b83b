"""The part of the visit verdict that a phone computes too: the shared vectors."""

import json
from datetime import datetime, time
from typing import Any

import msgspec
import pytest

from cairn.kernel.geodesy import geodesic_m
from cairn.modules.visits import rules
from cairn.modules.visits.rules import DEFAULT_THRESHOLDS, CheckIn, Fix, Place, WorkingHours, judge_visit
from support.vectors import VECTORS, case_name, vectors

FILE = json.loads((VECTORS / "verdict.json").read_text(encoding="utf-8"))
CASES = vectors("verdict.json")


def fix_of(position: dict[str, Any] | None) -> Fix | None:
    return msgspec.convert(position, Fix) if position else None


def check_in_of(case: dict[str, Any]) -> CheckIn:
    position = fix_of(case["position"])
    assert position is not None
    hours = case["working_hours"]
    return CheckIn(
        at=datetime.fromisoformat(case["at"]),
        fix=position,
        previous=fix_of(case["previous_position"]),
        sites=[
            Place(site["id"], site["position"]["lat"], site["position"]["lon"])
            for site in case["sites"]
            if site["position"]
        ],
        working_hours=WorkingHours(
            time.fromisoformat(hours["start"]), time.fromisoformat(hours["end"]), case["time_zone"]
        ),
    )


def within_tolerance(name: str, value: Any, expected: Any) -> bool:
    tolerance = FILE["tolerance"]
    if name in ("distance_m", "speed_kmh") and expected is not None:
        return abs(value - expected) <= tolerance["absolute"] + tolerance["relative"] * abs(expected)
    if name.endswith(("_m", "_s")) and name != "radius_m" and expected is not None:
        return abs(value - expected) <= tolerance["other_params"]
    return bool(value == expected)


def assert_verdict(case: dict[str, Any]) -> None:
    verdict = msgspec.to_builtins(judge_visit(check_in_of(case)))
    expected = case["verdict"]
    for exact in ("level", "score", "site_id"):
        assert verdict[exact] == expected[exact], exact
    assert within_tolerance("distance_m", verdict["distance_m"], expected["distance_m"])
    assert [reason["code"] for reason in verdict["reasons"]] == [reason["code"] for reason in expected["reasons"]]
    for reason, wanted in zip(verdict["reasons"], expected["reasons"], strict=True):
        assert reason["params"].keys() == wanted["params"].keys()
        for name, value in reason["params"].items():
            assert within_tolerance(name, value, wanted["params"][name]), (reason, wanted)


def test_thresholds_are_the_shared_ones() -> None:
    assert msgspec.to_builtins(DEFAULT_THRESHOLDS) == FILE["thresholds"]


@pytest.mark.feature(127)
@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_verdict(case: dict[str, Any]) -> None:
    assert_verdict(case)


@pytest.mark.parametrize("error", [1 - 0.0056, 1 + 0.0056])
def test_no_case_depends_on_more_than_the_stated_tolerance(error: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone that computes on a sphere passes too."""
    monkeypatch.setattr(rules, "geodesic_m", lambda *points: geodesic_m(*points) * error)
    for case in CASES:
        assert_verdict(case)
