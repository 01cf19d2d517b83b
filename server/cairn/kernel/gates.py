"""Limits at the door: what there is no room for is refused at once, with the time after which to come again."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from math import ceil

from cairn.kernel.errors import TooManyRequests, Unavailable


class Gate:
    """So many at work at a time, so many waiting in their order, and nobody beyond that."""

    def __init__(self, at_work: int, waiting: int, retry_after_s: int) -> None:
        self._places = asyncio.Semaphore(at_work)
        self._most = at_work + waiting
        self._inside = 0
        self._retry_after_s = retry_after_s

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        """Raises Unavailable when too many wait already."""
        if self._inside >= self._most:
            raise Unavailable(retry_after_s=self._retry_after_s)
        self._inside += 1
        try:
            async with self._places:
                yield
        finally:
            self._inside -= 1


class Places:
    """So many places for all, and so many of them for each."""

    def __init__(self, total: int, each: int, retry_after_s: int) -> None:
        self._total, self._each = total, each
        self._taken: dict[Hashable, int] = {}
        self._count = 0
        self._retry_after_s = retry_after_s

    @contextmanager
    def taken(self, by: Hashable) -> Iterator[None]:
        """Raises TooManyRequests when somebody has all of theirs, Unavailable when there is none left."""
        if self._taken.get(by, 0) >= self._each:
            raise TooManyRequests(retry_after_s=self._retry_after_s)
        if self._count >= self._total:
            raise Unavailable(retry_after_s=self._retry_after_s)
        self._count += 1
        self._taken[by] = self._taken.get(by, 0) + 1
        try:
            yield
        finally:
            self._count -= 1
            self._taken[by] -= 1
            if not self._taken[by]:
                del self._taken[by]


class Budget:
    """So many bytes in memory at a time."""

    def __init__(self, most_bytes: int, retry_after_s: int) -> None:
        self._left = most_bytes
        self._retry_after_s = retry_after_s

    def take(self, size: int) -> None:
        """Raises Unavailable when that many are not left; whoever takes gives back."""
        if size > self._left:
            raise Unavailable(retry_after_s=self._retry_after_s)
        self._left -= size

    def give(self, size: int) -> None:
        self._left += size


class Rates:
    """So many at once of anybody's, and as many again in each window of time; those longest away are forgotten."""

    def __init__(self, limit: int, window: timedelta, most_remembered: int) -> None:
        self._limit, self._each = limit, window / limit
        self._most = most_remembered
        self._paid_until: OrderedDict[Hashable, datetime] = OrderedDict()
        """When everything that somebody took will have been given back."""

    def take(self, by: Hashable, now: datetime, cost: int = 1) -> None:
        """Raises TooManyRequests."""
        until = max(now, self._paid_until.get(by, now)) + self._each * cost
        beyond = until - now - self._each * self._limit
        if beyond > timedelta():
            raise TooManyRequests(retry_after_s=ceil(beyond.total_seconds()))
        self._paid_until[by] = until
        self._paid_until.move_to_end(by)
        if len(self._paid_until) > self._most:
            self._paid_until.popitem(last=False)
