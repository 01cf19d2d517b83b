"""What an edit makes of a field and of a record that others may have changed meanwhile.

The steps and the three-way merge by lines are those of `sync/vectors/README.md`, exactly: a phone shows the
same outcome before the server has spoken.
"""

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

Policy = Literal["ask", "union", "text", "add"]

# Two texts with more pairs of lines than this are put before a person: a bound on time and memory.
LINE_PAIRS_LIMIT = 4_000_000


@dataclass(frozen=True, slots=True)
class Merged:
    """`value` is what the field holds from now on; in a conflict that is the current one."""

    value: Any
    conflict: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """`field` may be a group, its fields joined by "+"; the values are then objects of those fields."""

    field: str
    base: Any
    theirs: Any
    mine: Any


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """`changes` holds only the fields whose value is to be written."""

    changes: dict[str, Any]
    conflicts: list[FieldConflict]


def merge_field(policy: Policy, base: Any, current: Any, wanted: Any) -> Merged:
    """Merge one JSON value: what the author saw, what the record holds, what the author wants."""
    if equal(current, base):
        return Merged(wanted, conflict=False, changed=not equal(current, wanted))
    if equal(current, wanted):
        return Merged(current, conflict=False, changed=False)
    try:
        value = _MERGES[policy](base, current, wanted)
    except _Undecidable:
        return Merged(current, conflict=True, changed=False)
    return Merged(value, conflict=False, changed=not equal(current, value))


def merge_record(
    policies: Mapping[str, Policy],
    base: Mapping[str, Any],
    current: Mapping[str, Any],
    wanted: Mapping[str, Any],
) -> MergedRecord:
    """Merge the fields that `wanted` names; a policy's key may be a group such as "address+position"."""
    groups = {field: name for name in policies for field in name.split("+")}
    changes: dict[str, Any] = {}
    conflicts: list[FieldConflict] = []
    for name in dict.fromkeys(groups.get(field, field) for field in wanted):
        policy = policies.get(name, "ask")
        fields = name.split("+")
        values = _group_values(fields, base, current, wanted)
        grouped = len(fields) > 1
        seen, held, asked = values if grouped else (value.get(name) for value in values)
        merged = merge_field(policy, seen, held, asked)
        if merged.conflict:
            conflicts.append(FieldConflict(name, base=seen, theirs=held, mine=asked))
        elif merged.changed:
            changes |= merged.value if grouped else {name: merged.value}
    return MergedRecord(changes, conflicts)


def equal(left: Any, right: Any) -> bool:
    """Equality of JSON: false is not 0, 1 is 1.0, an object's null is an absent field."""
    return _identity(left) == _identity(right)


class _Undecidable(Exception):
    """The policy cannot say what both would have wanted."""


def _group_values(
    fields: Sequence[str], base: Mapping[str, Any], current: Mapping[str, Any], wanted: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Base, current and wanted of a group, where what the author did not name stays as the author saw it."""
    seen = {field: base.get(field) for field in fields}
    held = {field: current.get(field) for field in fields}
    asked = dict(seen)
    for field in fields:
        if field in wanted:
            asked[field] = wanted[field]
        elif field not in base:
            seen[field] = asked[field] = held[field]
    return seen, held, asked


def _identity(value: Any) -> Hashable:
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, bool):
        return (bool, value)
    if isinstance(value, Mapping):
        return frozenset((key, _identity(item)) for key, item in value.items() if item is not None)
    if isinstance(value, Sequence):
        return tuple(_identity(item) for item in value)
    if isinstance(value, Hashable):
        return value
    raise TypeError(f"not a JSON value: {type(value).__name__}")


def _merge_ask(base: Any, current: Any, wanted: Any) -> Any:
    raise _Undecidable


def _merge_union(base: Any, current: Any, wanted: Any) -> Any:
    base, current, wanted = (_typed(value, list, []) for value in (base, current, wanted))
    in_base = {_identity(element) for element in base}
    in_wanted = {_identity(element) for element in wanted}
    result = [element for element in current if (key := _identity(element)) not in in_base or key in in_wanted]
    held = {_identity(element) for element in result}
    for element in wanted:
        key = _identity(element)
        if key not in in_base and key not in held:
            held.add(key)
            result.append(element)
    return result


def _merge_add(base: Any, current: Any, wanted: Any) -> Any:
    numbers = [0 if value is None else value for value in (base, current, wanted)]
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
        raise _Undecidable
    try:
        # In double precision, as a phone computes.
        result = float(numbers[1]) + (float(numbers[2]) - float(numbers[0]))
    except OverflowError:
        raise _Undecidable from None
    if not math.isfinite(result):
        raise _Undecidable
    return int(result) if all(isinstance(number, int) for number in numbers) else result


def _merge_text(base: Any, current: Any, wanted: Any) -> Any:
    texts = [_typed(value, str, "") for value in (base, current, wanted)]
    base_lines, current_lines, wanted_lines = (text.split("\n") for text in texts)
    if len(base_lines) * max(len(current_lines), len(wanted_lines)) > LINE_PAIRS_LIMIT:
        raise _Undecidable
    in_current = dict(_matches(base_lines, current_lines))
    in_wanted = dict(_matches(base_lines, wanted_lines))
    anchors = [
        (-1, -1, -1),
        *((line, in_current[line], in_wanted[line]) for line in in_current if line in in_wanted),
        (len(base_lines), len(current_lines), len(wanted_lines)),
    ]
    result: list[str] = []
    for before, after in pairwise(anchors):
        base_part = base_lines[before[0] + 1 : after[0]]
        current_part = current_lines[before[1] + 1 : after[1]]
        wanted_part = wanted_lines[before[2] + 1 : after[2]]
        result += _merge_chunk(base_part, current_part, wanted_part)
        result += base_lines[after[0] : after[0] + 1]
    return "\n".join(result)


def _merge_chunk(base: list[str], current: list[str], wanted: list[str]) -> list[str]:
    if current == base:
        return wanted
    if wanted in (base, current):
        return current
    raise _Undecidable


def _matches(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of equal lines in a longest common subsequence, ties advancing `a`."""
    rows = _common_rows(a, b)

    def common(i: int, j: int) -> int:
        """Length of a longest common subsequence of a[i:] and b[j:]."""
        width = len(b) - j
        return width - (rows[i] & ((1 << width) - 1)).bit_count()

    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            yield i, j
            i, j = i + 1, j + 1
        elif common(i + 1, j) >= common(i, j + 1):
            i += 1
        else:
            j += 1


def _common_rows(a: Sequence[str], b: Sequence[str]) -> list[int]:
    """Row i tells for every suffix of `b` how much it has in common with a[i:]: its zero bits, from the end.

    The bit-parallel computation of Crochemore et al. (2001): whole rows of the table at once, so that the
    largest texts allowed take milliseconds and not seconds.
    """
    everything = (1 << len(b)) - 1
    places: dict[str, int] = {}
    for distance_from_end, line in enumerate(reversed(b)):
        places[line] = places.get(line, 0) | (1 << distance_from_end)
    row = everything
    rows = [row]
    for line in reversed(a):
        hits = row & places.get(line, 0)
        row = ((row + hits) | (row - hits)) & everything
        rows.append(row)
    rows.reverse()
    return rows


def _typed(value: Any, kind: type, empty: Any) -> Any:
    if value is None:
        return empty
    if not isinstance(value, kind):
        raise _Undecidable
    return value


_MERGES = {"ask": _merge_ask, "union": _merge_union, "text": _merge_text, "add": _merge_add}
