"""Pokes between server processes, by Redis: what one process committed, the phones of the others hear of.

Messages may be lost, and then phones find out on their next pull; after every reconnect everybody is poked.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID, uuid4

from redis.asyncio import Redis
from redis.exceptions import RedisError

from cairn.kernel.hub import Hub

logger = logging.getLogger(__name__)
CHANNEL = "cairn:pokes"
LARGEST_BACKLOG = 1_000
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0


class Relay:
    """Joins one process's hub to the hubs of the others."""

    def __init__(self, url: str, hub: Hub) -> None:
        self._redis = Redis.from_url(url, socket_connect_timeout=5, health_check_interval=15)
        self._hub = hub
        self._outgoing: asyncio.Queue[tuple[UUID, bool]] = asyncio.Queue(LARGEST_BACKLOG)
        self._process = uuid4().hex
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._hub.relay = self._send_later
        self._tasks = [asyncio.create_task(self._keep(step)) for step in (self._send, self._listen)]

    async def stop(self) -> None:
        self._hub.relay = None
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._redis.aclose()

    def _send_later(self, organization_id: UUID, rights_changed: bool) -> None:
        with suppress(asyncio.QueueFull):  # a poke is a hint, and a full queue is full of hints
            self._outgoing.put_nowait((organization_id, rights_changed))

    async def _keep(self, step: Callable[[], Awaitable[None]]) -> None:
        """Run one half for ever, with growing pauses while Redis is away."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                await step()
                pause_s = FIRST_PAUSE_S
            except (RedisError, OSError) as error:
                logger.warning("no Redis (%s); pokes stay in this process", type(error).__name__)
                await asyncio.sleep(pause_s)
                pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    async def _send(self) -> None:
        organization_id, rights_changed = await self._outgoing.get()
        await self._redis.publish(CHANNEL, f"{self._process} {organization_id} {'rights' if rights_changed else ''}")

    async def _listen(self) -> None:
        async with self._redis.pubsub() as subscription:
            await subscription.subscribe(CHANNEL)
            self._hub.poke_everybody()
            async for message in subscription.listen():
                if message["type"] != "message":
                    continue
                sender, organization_id, what = message["data"].decode().split(" ")
                if sender != self._process:
                    self._hub.poke_listeners(UUID(organization_id), rights_changed=what == "rights")
