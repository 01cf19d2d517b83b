"""An event loop without sockets and threads: its time moves when it is told to, and a seed picks what runs next."""

import asyncio
import heapq
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

MOST_TURNS = 2_000_000


class _Ready(deque[Any]):
    """What could run now; whoever is drawn runs first."""

    random = Random(0)

    def popleft(self) -> Any:
        if len(self) > 1:
            self.rotate(-int(self.random.random() * len(self)))
        return super().popleft()


class SeededLoop(asyncio.BaseEventLoop):
    """`settle` runs whatever can run; `advance` lets time pass."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        # The usual nanosecond is lost beside the years that a worker's seeds add up to: what is due would not run.
        self._clock_resolution = 1e-6
        self._ready: _Ready = _Ready()
        self._selector = self
        self.set_exception_handler(self._note)
        self.failures: list[BaseException] = []
        """What nobody caught."""

    @property
    def random(self) -> Random:
        """The dice of the step that is being taken."""
        return self._ready.random

    @random.setter
    def random(self, random: Random) -> None:
        self._ready.random = random

    def time(self) -> float:
        return self._now_s

    def settle(self) -> None:
        """Run until everybody waits for time to pass, or for nothing."""
        events._set_running_loop(self)
        try:
            for _ in range(MOST_TURNS):
                if not self._ready and not self._is_due():
                    return
                self._run_once()
        finally:
            events._set_running_loop(None)
        raise RuntimeError("it never comes to rest")

    def advance(self, seconds: float) -> None:
        """Let time pass; whoever waits for a moment on the way acts at that moment."""
        until = self._now_s + seconds
        self.settle()
        while (due := self._next_timer()) is not None and due <= until:
            self._now_s = max(self._now_s, due)
            self.settle()
        self._now_s = max(self._now_s, until)

    def finish(self, work: Coroutine[Any, Any, Any], within_s: float = 600.0) -> Any:
        """Run one thing to its end, however much time it takes."""
        task = self.create_task(work)
        self.settle()
        until = self._now_s + within_s
        while not task.done() and (due := self._next_timer()) is not None and due <= until:
            self._now_s = max(self._now_s, due)
            self.settle()
        return task.result()

    def _is_due(self) -> bool:
        due = self._next_timer()
        return due is not None and due <= self._now_s

    def _next_timer(self) -> float | None:
        while self._scheduled and self._scheduled[0]._cancelled:
            heapq.heappop(self._scheduled)._scheduled = False
            self._timer_cancelled_count -= 1
        return self._scheduled[0].when() if self._scheduled else None

    def _note(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.failures.append(context.get("exception") or RuntimeError(context["message"]))

    # What the base class asks of a loop that has sockets.
    def select(self, _timeout: float | None) -> list[Any]:
        return []

    def _process_events(self, _event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    def run_in_executor(self, _executor: Any, function: Callable[..., Any], *args: Any) -> Any:
        raise RuntimeError(f"{function} would run in a thread, whose moment no seed owns")
