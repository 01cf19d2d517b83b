"""JSON taken apart without reading its parts: whatever is valid comes out as it went in."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairnsync.splitting import split_array, split_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(VALUES), st.sampled_from([None, 2]), st.booleans())
def test_an_array_comes_apart_into_its_elements(values: list[Any], indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    parts = split_array(b" \n" + text + b"\t")
    assert [json.dumps(json.loads(part.decode("utf-8", "surrogatepass"))) for part in parts] == [
        json.dumps(value) for value in values
    ]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dictionaries(st.text(alphabet='abc"\\{}[]:, é'), VALUES), st.sampled_from([None, 2]))
def test_an_object_comes_apart_into_its_members(value: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(value, indent=indent).encode()
    parts = split_object(text)
    assert {json.loads(b'"' + key + b'"'): json.dumps(json.loads(part)) for key, part in parts.items()} == {
        key: json.dumps(item) for key, item in value.items()
    }


def test_depth_and_nonsense_do_not_matter() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    assert split_array(b"[1," + deep + b',"]"]') == [b"1", deep, b'"]"']
    assert split_object(b'{"a":' + deep + b',"b":NaN}') == {b"a": deep, b"b": b"NaN"}
    assert split_array(b'["\xff\\ud800",\xff]') == [b'"\xff\\ud800"', b"\xff"]


@pytest.mark.parametrize("text", [b"", b"[", b"]", b"{}", b"1", b'"[]"', b"[]x"])
def test_what_is_no_array_has_no_elements(text: bytes) -> None:
    assert split_array(text) == []


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"{1:2}", b'{"a"}', b"{,}"])
def test_what_is_no_object_has_no_members(text: bytes) -> None:
    assert split_object(text) == {}
