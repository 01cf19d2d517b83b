"""Promise 6: no document, receipt, check or drop tells anybody of what they may not read."""

from typing import Any

Json = dict[str, Any]


def check_answer(person: str, path: str, request: Json, answer: Json, held: set[str]) -> None:
    """`held` is every bucket that the person could read at some moment while the request was under way."""
    if path == "/sync/pull":
        told = {row[0] for row in answer["rows"]} | {check[0] for check in answer["checks"]}
        assert told <= held, f"{person} was sent {sorted(told - held)}"
    if path == "/sync/push":
        asked = [mutation["seq"] for mutation in request["mutations"]]
        answered = [receipt["seq"] for receipt in answer["receipts"]]
        assert answered == asked, f"{person} sent {asked} and got receipts of {answered}"
