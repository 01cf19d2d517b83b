"""A link between a phone and the server that loses, repeats, delays and cuts, as the seed says."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from cairnsync.clock import ManualClock

Json = dict[str, Any]
Deliver = Callable[[str, Json], Awaitable[tuple[int, Json]]]

FAULTS = {
    "none": 60,
    "request lost": 8,
    "answer lost": 10,
    "repeated": 8,
    "slow": 6,
    "late": 5,
    "cut": 3,
}
LONGEST_CUT = 6
SLOWEST_S = 900


@dataclass
class Link:
    """Delivers a phone's requests; what it does to each is written into `events`."""

    random: Random
    clock: ManualClock
    deliver: Deliver
    healed: bool = False
    cut_for: int = 0
    late: list[tuple[str, Json]] = field(default_factory=list)
    """Requests that are still under way although their sender has given up."""
    events: list[str] = field(default_factory=list)

    async def post(self, path: str, body: Json) -> tuple[int, Json]:
        """Raises ConnectionError where the phone cannot know what became of its request."""
        fault = "none" if self.healed else self._next_fault()
        if fault != "none":
            self.events.append(f"{path} {fault}")
        if fault in ("request lost", "cut"):
            raise ConnectionError(fault)
        if fault == "late":
            self.late.append((path, body))
            raise ConnectionError(fault)
        if fault == "slow":
            self.clock.advance(self.random.randrange(1, SLOWEST_S))
        answer = await self.deliver(path, body)
        if fault == "repeated":
            answer = await self.deliver(path, body)
        if fault == "answer lost":
            raise ConnectionError(fault)
        return answer

    def _next_fault(self) -> str:
        if self.cut_for:
            self.cut_for -= 1
            return "cut"
        (fault,) = self.random.choices(list(FAULTS), list(FAULTS.values()))
        if fault == "cut":
            self.cut_for = self.random.randrange(LONGEST_CUT)
        return fault

    async def deliver_late(self) -> str | None:
        """One of the requests that were under way arrives after all; nobody waits for its answer."""
        if not self.late:
            return None
        path, body = self.late.pop(self.random.randrange(len(self.late)))
        status, _ = await self.deliver(path, body)
        return f"{path} {status}"
