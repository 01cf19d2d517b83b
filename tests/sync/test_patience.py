"""A busy server and a bad line: the Python client waits, longer each time, and loses nothing."""

from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from cairn.kernel.ids import new_id
from cairnsync.client import Client, Refused
from cairnsync.clock import ManualClock
from cairnsync.patience import LONGEST_S, back_off_s

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
HELLO = {"epoch": "e", "last_seq": 0}
PULLED = {"epoch": "e", "cursor": "c", "more": False, "reset": True, "drop": [], "rows": [], "checks": []}


def test_waits_grow_spread_and_end_and_come_behind_what_was_asked() -> None:
    for chance in (0.0, 0.5, 0.999):
        waits = [back_off_s(attempt, lambda chance=chance: chance) for attempt in range(40)]
        assert waits == sorted(waits)
        assert (waits[0] >= 0.5, waits[-1] <= LONGEST_S) == (True, True)
    random = Random(7)
    drawn = {back_off_s(3, random.random, asked_s=60) for _ in range(200)}
    assert len(drawn) == 200, "phones do not march in step"
    assert all(64 <= wait <= 68 for wait in drawn)


class Server:
    """Answers as it is told, then well."""

    def __init__(self, *troubles: tuple[int, dict[str, Any]] | Exception) -> None:
        self.troubles = list(troubles)
        self.taken: list[int] = []

    async def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.troubles and path != "/sync/hello":
            trouble = self.troubles.pop(0)
            if isinstance(trouble, Exception):
                raise trouble
            return trouble
        if path == "/sync/push":
            self.taken += [each["seq"] for each in body["mutations"]]
            receipts = [{"seq": each["seq"], "status": "applied"} for each in body["mutations"]]
            return 200, {"epoch": "e", "receipts": receipts}
        return 200, HELLO if path == "/sync/hello" else PULLED


async def patiently(server: Server, attempts: int = 10) -> list[float]:
    """How long a client waited until it was through."""
    client = Client(new_id(), server.post, ManualClock(NOW), new_id)
    client.record("notes.add", {"id": "1"})
    waits: list[float] = []

    async def pause(wait_s: float) -> None:
        waits.append(wait_s)

    await client.sync_patiently(attempts, pause, lambda: 0.5)
    assert client.waiting == []
    return waits


async def test_it_comes_again_until_it_is_taken_once() -> None:
    busy = (503, {"code": "unavailable", "params": {"retry_after_s": 30}})
    many = (429, {"code": "too_many_requests", "params": {"retry_after_s": 5}})
    server = Server(busy, ConnectionError("cut"), many, (503, {}))
    assert await patiently(server) == [30 + 0.75, 1.5, 5 + 3.0, 6.0]
    assert server.taken == [1]


async def test_what_does_not_pass_is_told_at_once_and_patience_has_an_end() -> None:
    with pytest.raises(Refused, match="session_ended"):
        await patiently(Server((401, {"code": "session_ended", "params": {}})))
    with pytest.raises(ConnectionError):
        await patiently(Server(*[ConnectionError("cut")] * 3), attempts=3)
