"""Every naughty string comes back as it was sent, or is refused with a code; nothing fails."""

import json
from typing import Any

from cairn.kernel.ids import new_id
from support.house import House
from support.shared_data import shared_data


def naughty_strings() -> list[str]:
    """515 strings that have broken things elsewhere."""
    path = shared_data("bad_inputs", "naughty_strings", "blns.json")
    strings: list[str] = json.loads(path.read_text(encoding="utf-8"))
    assert len(strings) > 500
    return strings


async def test_naughty_strings_as_names_and_notes(house: House) -> None:
    sent: dict[str, dict[str, Any]] = {}
    async with house.wire("rep1") as wire:
        strings = naughty_strings()
        for start in range(0, len(strings), 300):
            batch = [{"id": str(new_id()), "name": each, "notes": each} for each in strings[start : start + 300]]
            receipts = await wire.send(*(("accounts.create", args) for args in batch))
            for args, receipt in zip(batch, receipts, strict=True):
                fits = 1 <= len(args["name"]) <= 200 and args["name"].strip() != ""
                assert (receipt["status"], receipt.get("code")) == (
                    ("applied", None) if fits else ("rejected", "malformed")
                ), args
                if fits:
                    sent[args["id"]] = args
        await wire.pull()
        held = wire.documents("account")
        assert {key: (each["name"], each["notes"]) for key, each in held.items()} == {
            key: (each["name"], each["notes"]) for key, each in sent.items()
        }
        assert len(sent) > 480
        await assert_found_by_rest(wire.http, sent)


async def assert_found_by_rest(http: Any, sent: dict[str, dict[str, Any]]) -> None:
    """Paging by name passes every one of them, and some are found by their exact name."""
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(100):
        answer = await http.get(
            "/api/v1/accounts", params={"sort": "name", "limit": 50} | ({"cursor": cursor} if cursor else {})
        )
        assert answer.status_code == 200, answer.text
        seen += [each["id"] for each in answer.json()["items"]]
        cursor = answer.json()["next"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(sent)
    for args in list(sent.values())[::25] + [each for each in sent.values() if each["name"].lower() == "null"]:
        answer = await http.get("/api/v1/accounts", params={"name": args["name"], "limit": 200})
        assert args["id"] in [each["id"] for each in answer.json()["items"]], args
        answer = await http.get("/api/v1/accounts", params={"name.contains": args["name"], "limit": 200})
        assert answer.status_code == 200
        assert args["id"] in [each["id"] for each in answer.json()["items"]], args
