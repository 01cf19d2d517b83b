"""What a customer signs has one digest on both sides, and a bound."""

from typing import Any

import msgspec
import pytest

from cairn.modules.tickets.jobs import HandOver
from cairn.modules.tickets.signing import MOST_POINTS, Shown, canonical_json, signed_hash
from support.vectors import case_name, vectors


@pytest.mark.parametrize("case", vectors("handover.json"), ids=case_name)
def test_the_canonical_json_and_its_digest(case: dict[str, Any]) -> None:
    shown = msgspec.convert(case["shown"], Shown)
    assert canonical_json(shown) == case["canonical"]
    assert signed_hash(shown) == case["sha256"]


@pytest.mark.parametrize(
    ("strokes", "is_taken"),
    [
        ([], True),
        ([[[0, 0]]], True),
        ([[[1_000, 1_000]] * 400] * (MOST_POINTS // 400), True),
        ([[[1_000, 1_000]] * 400] * (MOST_POINTS // 400 + 1), False),
        ([[[0, 0]]] * 101, False),
        ([[[0, 0]] * 501], False),
        ([[]], False),
        ([[[0, 1_001]]], False),
        ([[[0]]], False),
    ],
)
def test_strokes_are_bounded(strokes: list[list[list[int]]], is_taken: bool) -> None:
    shown = vectors("handover.json")[0]["shown"]
    args = {"id": shown["ticket_id"], "shown": shown, "strokes": strokes}
    try:
        msgspec.json.decode(msgspec.json.encode(args), type=HandOver)
    except msgspec.ValidationError:
        assert not is_taken
    else:
        assert is_taken
