"""Shared cases: what a form asks, and what the answers come to."""

from typing import Any

import pytest
from msgspec import convert, to_builtins

from cairn.modules.checklists.rules import fault_of, judge
from cairn.modules.checklists.shapes import Answers, FormPoints
from support.vectors import case_name, vectors


@pytest.mark.parametrize("case", vectors("checklists.json"), ids=case_name)
def test_what_the_answers_come_to(case: Any) -> None:
    verdict = judge(convert(case["points"], FormPoints), convert(case["answers"], Answers))
    assert to_builtins(verdict) == case["verdict"]


@pytest.mark.parametrize("case", vectors("checklists.json", "forms"), ids=case_name)
def test_which_forms_are_sound(case: Any) -> None:
    assert fault_of(convert(case["points"], FormPoints)) == case["fault"]
