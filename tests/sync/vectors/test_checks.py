"""Counts and sums of buckets: the shared vectors."""

from typing import Any

import pytest

from cairnsync.checks import checks_of, mismatches
from support.vectors import case_name, vectors


@pytest.mark.parametrize("case", vectors("checks.json"), ids=case_name)
def test_checks(case: dict[str, Any]) -> None:
    assert [list(check) for check in checks_of(case["rows"])] == case["checks"]


@pytest.mark.parametrize("case", vectors("checks.json", "mismatches"), ids=case_name)
def test_mismatches(case: dict[str, Any]) -> None:
    assert mismatches(case["held"], case["checks"]) == case["refetch"]
