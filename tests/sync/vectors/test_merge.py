"""Field and record merges: the shared vectors, and a plain table computation as oracle of the fast one."""

import random
from typing import Any

import pytest

from cairnsync.merge import FieldConflict, Merged, equal, merge_field, merge_record
from cairnsync.merge import _matches as fast_matches
from support.vectors import case_name, vectors


@pytest.mark.parametrize("case", vectors("merge.json"), ids=case_name)
def test_field(case: dict[str, Any]) -> None:
    merged = merge_field(case["policy"], case["base"], case["current"], case["set"])
    assert equal(merged.value, case["merged"]), merged
    assert merged.conflict == case["conflict"]
    assert merged.changed == (not equal(case["current"], case["merged"]))


@pytest.mark.parametrize("case", vectors("merge.json", "records"), ids=case_name)
def test_record(case: dict[str, Any]) -> None:
    merged = merge_record(case["policies"], case["base"], case["current"], case["set"])
    assert equal(case["current"] | merged.changes, case["merged"])
    assert [conflict.field for conflict in merged.conflicts] == case["conflicts"]


def test_a_conflicting_group_keeps_the_three_values_whole() -> None:
    merged = merge_record(
        {"address+position": "ask"},
        {"address": "old", "position": {"lat": 1}},
        {"address": "old", "position": {"lat": 9}, "name": "A"},
        {"address": "new"},
    )
    assert merged.changes == {}
    assert merged.conflicts == [
        FieldConflict(
            "address+position",
            base={"address": "old", "position": {"lat": 1}},
            theirs={"address": "old", "position": {"lat": 9}},
            mine={"address": "new", "position": {"lat": 1}},
        )
    ]


def test_changes_leave_out_what_stays_the_same() -> None:
    merged = merge_record({}, {"phone": "1"}, {"phone": "2", "name": "A"}, {"phone": "2", "name": "A"})
    assert (merged.changes, [conflict.field for conflict in merged.conflicts]) == ({}, [])


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (True, 1, False),
        (0, False, False),
        (1, 1.0, True),
        ([True], [1], False),
        ({"a": None}, {}, True),
        ({"a": {"b": None, "c": 1}}, {"a": {"c": 1.0}}, True),
        ([None], [], False),
        ("", None, False),
        ("1", 1, False),
        ([], {}, False),
        ([["a", 1]], {"a": 1}, False),
        (["boolean", 1], True, False),
        ([True], True, False),
    ],
)
def test_equality_of_json(left: Any, right: Any, same: bool) -> None:
    assert equal(left, right) is same
    assert equal(right, left) is same


@pytest.mark.parametrize("policy", ["ask", "union", "text", "add"])
def test_an_edit_nobody_interfered_with_applies_whatever_its_type(policy: Any) -> None:
    assert merge_field(policy, "1", "1", "2") == Merged("2", conflict=False, changed=True)
    assert merge_field(policy, None, None, None) == Merged(None, conflict=False, changed=False)


def test_sums_beyond_double_precision_are_put_before_a_person() -> None:
    assert merge_field("add", -1e308, 1e308, 1.7e308).conflict
    assert merge_field("add", 0, 1, 10**400).conflict


def plain_matches(a: list[str], b: list[str]) -> list[tuple[int, int]]:
    """The rule as `sync/vectors/README.md` writes it, with the whole table."""
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in reversed(range(len(a))):
        for j in reversed(range(len(b))):
            same = a[i] == b[j]
            table[i][j] = table[i + 1][j + 1] + 1 if same else max(table[i + 1][j], table[i][j + 1])
    i = j = 0
    found = []
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def test_the_fast_match_is_the_plain_one() -> None:
    seed = 20261120
    dice = random.Random(seed)
    for _ in range(400):
        letters = "abcdefgh"[: dice.randint(1, 8)]
        a = dice.choices(letters, k=dice.randint(0, 20))
        b = dice.choices(letters, k=dice.randint(0, 20))
        assert list(fast_matches(a, b)) == plain_matches(a, b), f"seed {seed}: {a} {b}"


def test_the_largest_text_is_bounded() -> None:
    dice = random.Random(7)
    texts = ["\n".join(dice.choices("abcdefghij", k=2_000)) for _ in range(3)]
    assert merge_field("text", *texts).conflict
    longer = "\n".join(["x"] * 2_001)
    assert merge_field("text", longer, texts[0] + "\ny", texts[1]).conflict


def test_merging_is_total_on_any_json() -> None:
    seed = 7
    dice = random.Random(seed)
    values: list[Any] = [None, True, 0, 1.5, "", "a\nb", [], ["a", 1, None], {}, {"a": [1]}, [{"b": None}]]
    for policy in ("ask", "union", "text", "add"):
        for _ in range(300):
            base, current, wanted = dice.choices(values, k=3)
            merged = merge_field(policy, base, current, wanted)
            if merged.conflict:
                assert equal(merged.value, current), f"seed {seed}"
                assert not merged.changed
