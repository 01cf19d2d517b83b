"""One fault in a valid message: a value of another kind, something missing, something more, or broken text."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]
DEEP = "[" * 2_000 + "]" * 2_000
STRANGE: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, 2**64, -(2**63), 10**400, 0.5, -0.0, 1e308, -1e308),
    *(float("nan"), float("inf"), float("-inf")),
    *(
        "",
        " ",
        "0",
        "null",
        "x" * 300,
        "x" * 100_000,
        "\0",
        "a\0b",
        "\ud800",
        "\udfff\ud800",
        "ﷺ" * 50,
        "'; --",
        "%s%n",
    ),
    *("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "not-a-uuid"),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"),
    *("2026-11-23T02:00:00", "2026-02-30T00:00:00Z", "yesterday"),
    *([], {}, [[]], [None], {"": {}}, {"id": 1}, ["x"] * 2_000, {f"k{i}": i for i in range(500)}),
]
UNWRITABLE = ["", DEEP, "NaN", "-", "01", "1e999", "tru", '"\\x"', "{,}", "[1,]", "\ufeff{}", "/**/1", "9" * 5_000]
"""Put in the place of a value as text, these are no JSON, or none that anybody can read."""


def paths(value: Any, so_far: Path = ()) -> Iterator[Path]:
    """Every place in a message."""
    if so_far:
        yield so_far
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*so_far, key))


def _holder(message: Any, path: Path) -> Any:
    for key in path[:-1]:
        message = message[key]
    return message


@st.composite
def faulty(draw: st.DrawFn, message: Any) -> bytes:
    """The message's bytes with one fault drawn."""
    message = copy.deepcopy(message)
    path = draw(st.sampled_from(sorted(paths(message), key=repr)))
    holder, key = _holder(message, path), path[-1]
    kind = draw(st.sampled_from(["value", "value", "value", "swap", "missing", "more", "twice", "unwritable", "text"]))
    if kind == "value":
        holder[key] = draw(st.sampled_from(STRANGE))
    elif kind == "swap":
        other = draw(st.sampled_from(sorted(paths(message), key=repr)))
        holder[key] = copy.deepcopy(_holder(message, other)[other[-1]])
    elif kind == "missing":
        del holder[key]
    elif kind == "more":
        _add(holder, draw(st.sampled_from(STRANGE)))
    elif kind == "twice" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    elif kind == "unwritable":
        holder[key] = "\1"
        return written(message).replace(b'"\\u0001"', draw(st.sampled_from(UNWRITABLE)).encode())
    if kind == "text":
        return _broken(draw, written(message))
    return written(message)


def _add(holder: Any, value: Any) -> None:
    if isinstance(holder, list):
        holder.append(value)
    else:
        holder["no_such_field"] = value


def _broken(draw: st.DrawFn, text: bytes) -> bytes:
    """Cut off, a byte changed, or in another encoding."""
    place = draw(st.integers(0, 9_999)) % len(text)  # numbers differ in length; what is drawn must not
    how = draw(st.sampled_from(["cut", "byte", "utf-16", "more"]))
    if how == "cut":
        return text[:place]
    if how == "byte":
        return text[:place] + bytes([draw(st.integers(0, 255))]) + text[place + 1 :]
    if how == "utf-16":
        return text.decode().encode("utf-16")
    return text + draw(st.sampled_from([b"}", b"\0", b" {}", b"\xff\xfe"]))


def written(message: Any) -> bytes:
    """As JSON, with what JSON should not hold."""
    return json.dumps(message).encode()
