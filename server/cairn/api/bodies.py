"""Requests' bodies: how long they may be, how long they may take, and that nobody has to unpack them."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from litestar.exceptions import HTTPException

from cairn.kernel.gates import Budget

SMALL_BODY_BYTES = 64 * 1024
"""Enough for every question that carries no records."""
GRACE_S = 60.0
SLOWEST_BYTES_PER_S = 500
"""Slower than the worst line on which anybody waits: whoever drips only wants to hold a place."""
MOST_BODY_BYTES = 256 * 1024 * 1024
"""In all bodies that are being read, or wait in a queue to be dealt with."""
STREAMED = b"application/offset+octet-stream"
"""Pieces of files are written down as they come, and have a limit of their own."""
ENDLESS = Budget(sys.maxsize, retry_after_s=0)
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})

Scope = Any
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]


class BodyGuard:
    """Refuses compressed bodies (415), and ends the waiting for one that stops or drips (408)."""

    def __init__(self, app: Application, silence_s: float) -> None:
        self._application = app
        self._silence_s = silence_s
        self._budget = Budget(MOST_BODY_BYTES, retry_after_s=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in WITH_BODY:
            return await self._application(scope, receive, send)
        budget = ENDLESS if _has(scope, b"content-type", STREAMED) else self._budget
        guarded = _Guarded(receive, self._silence_s, _is_compressed(scope), budget)
        try:
            await self._application(scope, guarded, send)
        finally:
            budget.give(guarded.held)


def _has(scope: Scope, header: bytes, value: bytes) -> bool:
    return any(name == header and found.lower() == value for name, found in scope["headers"])


def _is_compressed(scope: Scope) -> bool:
    return any(name == b"content-encoding" and value.lower() != b"identity" for name, value in scope["headers"])


class _Guarded:
    def __init__(self, receive: Receive, silence_s: float, refused: bool, budget: Budget) -> None:
        self._budget = budget
        self.held = 0
        """Bytes of the body so far; they stay in memory until the request is answered."""
        self._receive = receive
        self._silence_s = silence_s
        self._refused = refused
        self._complete = False
        self._deadline = asyncio.get_running_loop().time() + GRACE_S

    async def __call__(self) -> Any:
        if self._complete:
            return await self._receive()
        if self._refused:
            raise HTTPException(status_code=415, detail="bodies are not compressed here")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(min(loop.time() + self._silence_s, self._deadline)):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(status_code=408, detail="the body did not come") from None
        self._complete = not message.get("more_body", False)
        size = len(message.get("body", b""))
        self._budget.take(size)
        self.held += size
        self._deadline += size / SLOWEST_BYTES_PER_S
        return message
