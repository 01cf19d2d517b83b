"""A link between a phone and the servers that loses, repeats, delays and reorders, as its plan says."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sync.simulation.loop import SeededLoop

Json = dict[str, Any]
Fate = tuple[str, float]
"""What becomes of a request, and how many seconds it takes."""
Deliver = Callable[[str, bytes], Awaitable[tuple[int, Json]]]

WELL: Fate = ("", 0)
FATES = ("lose request", "lose answer", "delay request", "delay answer", "repeat")
PATIENCE_S = 30


@dataclass
class Link:
    """Delivers requests; nothing is planned beyond the end of the plan, so the rest goes well."""

    loop: SeededLoop
    deliver: Deliver
    plan: list[Fate] = field(default_factory=list)
    under_way: set[asyncio.Task[Any]] = field(default_factory=set)
    """Requests whose sender may have given up long ago are still carried out."""

    async def post(self, path: str, body: Json) -> tuple[int, Json]:
        """Raises ConnectionError where the phone cannot know what became of its request."""
        fate, seconds = self.plan.pop(0) if self.plan else WELL
        if fate == "lose request":
            raise ConnectionError(fate)
        content = msgspec.json.encode(body)
        if fate == "repeat":
            self._send(self._carry(path, content, "delay request", seconds))
        work = self._send(self._carry(path, content, fate, seconds))
        done, _ = await asyncio.wait({work}, timeout=PATIENCE_S)
        if not done or fate == "lose answer":
            raise ConnectionError(fate)
        return work.result()

    def _send(self, work: Any) -> "asyncio.Task[tuple[int, Json]]":
        task = self.loop.create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self._arrived)
        return task

    def _arrived(self, task: asyncio.Task[Any]) -> None:
        self.under_way.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self.loop.failures.append(error)

    async def _carry(self, path: str, content: bytes, fate: str, seconds: float) -> tuple[int, Json]:
        if fate == "delay request":
            await asyncio.sleep(seconds)
        answer = await self.deliver(path, content)
        if fate == "delay answer":
            await asyncio.sleep(seconds)
        return answer
