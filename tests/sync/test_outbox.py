"""What the Python client keeps of its outbox."""

from datetime import UTC, datetime
from typing import Any

from cairn.kernel.ids import new_id
from cairnsync import client as client_module
from cairnsync.client import Client
from cairnsync.clock import ManualClock

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


async def test_the_newest_of_what_was_acknowledged_is_kept_and_all_that_is_not_done(monkeypatch: Any) -> None:
    monkeypatch.setattr(client_module, "MOST_ACKNOWLEDGED", 3)

    async def post(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if path == "/sync/push":
            receipts = [{"seq": each["seq"], "status": each["args"]["comes to"]} for each in body["mutations"]]
            return 200, {"epoch": "e", "receipts": receipts}
        if path == "/sync/hello":
            return 200, {"epoch": "e", "last_seq": 0}
        return 200, {"epoch": "e", "cursor": "c", "more": False, "reset": False, "drop": [], "rows": [], "checks": []}

    clock = ManualClock(NOW)
    client = Client(new_id(), post, clock, new_id)
    for status in ("rejected", "parked", "applied", "merged", "applied", "merged", "applied"):
        client.record("test", {"comes to": status})
    await client.sync()
    assert [entry.seq for entry in client.outbox] == [1, 2, 5, 6, 7]
    clock.advance(8 * 86_400)
    await client.sync()
    assert [entry.seq for entry in client.outbox] == [1, 2]
