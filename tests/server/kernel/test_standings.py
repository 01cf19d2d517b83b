"""Standings: what is read is never older than the question, and one that fails answers everybody who waits for it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from cairn.kernel.standings import Standings

ORGANIZATION = UUID(int=1)


class Counting:
    """A database whose head moves on by itself; each question waits until it is let go."""

    def __init__(self) -> None:
        self.head, self.asked = 0, list[int]()
        self.gates: asyncio.Queue[Exception | None] = asyncio.Queue()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Counting"]:
        yield self

    async def fetch(self, _sql: str, devices: Sequence[UUID], *_rest: Any) -> list[tuple[Any, ...]]:
        head = self.head
        self.asked.append(len(devices))
        error = await self.gates.get()
        if error is not None:
            raise error
        nothing_new = (None,) * 4
        return [
            (place, "epoch", head, 0, 0, device.int, None, None, *nothing_new) for place, device in enumerate(devices)
        ]


def ask(standings: Standings, device: int) -> asyncio.Task[Any]:
    return asyncio.create_task(standings.read((UUID(int=device), UUID(int=9), ORGANIZATION)))


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_asks_meanwhile_shares_the_next_question_and_gets_what_is_true_then() -> None:
    database = Counting()
    standings = Standings(database, shared=True)  # type: ignore[arg-type]
    first = ask(standings, 1)
    await settle()
    database.head = 7
    later = [ask(standings, device) for device in (2, 3, 4)]
    await settle()
    assert database.asked == [1], "the first is still under way"
    database.gates.put_nowait(None)
    database.gates.put_nowait(None)
    assert (await first)[0].seq == 0
    assert [(each.seq, each.last_seq) for each, _ in await asyncio.gather(*later)] == [(7, 2), (7, 3), (7, 4)]
    assert database.asked == [1, 3]


async def test_a_failure_reaches_all_who_wait_and_nobody_after() -> None:
    database = Counting()
    standings = Standings(database, shared=True)  # type: ignore[arg-type]
    asking = [ask(standings, device) for device in (1, 2)]
    await settle()
    database.gates.put_nowait(OSError("gone"))
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(each, OSError) for each in answers)
    database.gates.put_nowait(None)
    assert (await ask(standings, 3))[0].last_seq == 3
