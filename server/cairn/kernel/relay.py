"""Pokes between server processes: what one process committed, the phones of the others hear of.

Messages may be lost, and then phones find out on their next pull; after every reconnect everybody is poked. By Redis
where there is one, else by PostgreSQL itself: NOTIFY after COMMIT, because inside a transaction it makes the commits of
all organizations wait for one another.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import make_url

from cairn.kernel.hub import Hub

logger = logging.getLogger(__name__)
CHANNEL = "cairn:pokes"
LARGEST_BACKLOG = 1_000
LARGEST_MESSAGE = 100
"""Organizations in one message; PostgreSQL takes 8 kB."""
RIGHTS = "!"
"""Marks an organization in which rights changed."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
ANSWER_TIMEOUT_S = 10.0
CHECK_EVERY_S = 15.0
AWAY = (
    RedisError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what the driver says of a connection that breaks in the middle of a statement
    OSError,
    TimeoutError,
)


class Relay(ABC):
    """Joins one process's hub to the hubs of the others."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._outgoing: dict[UUID, bool] = {}
        """Whose news there is, and whether rights changed."""
        self._has_outgoing = asyncio.Event()
        self._process = uuid4().hex
        self._tasks: list[asyncio.Task[None]] = []

    @property
    @abstractmethod
    def steps(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """What runs side by side for as long as the process lives; each begins anew when it fails."""

    def start(self) -> None:
        self._hub.relay = self._send_later
        self._tasks = [asyncio.create_task(self._keep(step)) for step in self.steps]

    async def stop(self) -> None:
        self._hub.relay = None
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _send_later(self, organization_id: UUID, rights_changed: bool) -> None:
        if len(self._outgoing) < LARGEST_BACKLOG:  # a poke is a hint, and a full backlog is full of hints
            self._outgoing[organization_id] = rights_changed or self._outgoing.get(organization_id, False)
            self._has_outgoing.set()

    async def _keep(self, step: Callable[[], Awaitable[None]]) -> None:
        """Run one step for ever, with growing pauses while the other side is away."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                await step()
                pause_s = FIRST_PAUSE_S
            except AWAY as error:
                logger.warning("no relay (%s); pokes stay in this process", type(error).__name__)
                await asyncio.sleep(pause_s)
                pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    @asynccontextmanager
    async def _message(self) -> AsyncIterator[str]:
        """The next message, as soon as there is one: who sends, and whose news. It goes back if sending fails."""
        await self._has_outgoing.wait()
        taken = {each: self._outgoing.pop(each) for each in list(self._outgoing)[:LARGEST_MESSAGE]}
        try:
            yield " ".join([self._process, *(f"{each}{RIGHTS if taken[each] else ''}" for each in taken)])
        except BaseException:
            for organization_id, rights_changed in taken.items():
                self._send_later(organization_id, rights_changed)
            raise
        if not self._outgoing:
            self._has_outgoing.clear()

    def _hear(self, message: str) -> None:
        sender, *news = message.split()
        if sender != self._process:
            for each in news:
                self._hub.poke_listeners(UUID(each.removesuffix(RIGHTS)), rights_changed=each.endswith(RIGHTS))


class RedisRelay(Relay):
    """By a channel of Redis."""

    def __init__(self, url: str, hub: Hub) -> None:
        super().__init__(hub)
        self._redis = Redis.from_url(url, socket_connect_timeout=5, health_check_interval=15)

    @property
    def steps(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        return self._send, self._listen

    async def stop(self) -> None:
        await super().stop()
        await self._redis.aclose()

    async def _send(self) -> None:
        async with self._message() as message:
            await self._redis.publish(CHANNEL, message)

    async def _listen(self) -> None:
        async with self._redis.pubsub() as subscription:
            await subscription.subscribe(CHANNEL)
            self._hub.poke_everybody()
            async for message in subscription.listen():
                if message["type"] == "message":
                    self._hear(message["data"].decode())


class PostgresRelay(Relay):
    """By LISTEN and NOTIFY, on one connection of its own (a pooler that shares connections cannot stand between)."""

    def __init__(self, url: str, hub: Hub) -> None:
        super().__init__(hub)
        self._dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    @property
    def steps(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        return (self._converse,)

    async def _converse(self) -> None:
        connection = await asyncpg.connect(self._dsn, timeout=ANSWER_TIMEOUT_S)
        try:
            connection.add_termination_listener(lambda _connection: self._has_outgoing.set())
            await connection.add_listener(CHANNEL, lambda *heard: self._hear(heard[3]))
            self._hub.poke_everybody()
            while not connection.is_closed():
                try:
                    # Not wait_for: before Python 3.12 it can swallow the cancellation of whoever stops the relay.
                    async with asyncio.timeout(CHECK_EVERY_S):
                        await self._has_outgoing.wait()
                except TimeoutError:  # a line that died silently shows only when it is used
                    await connection.execute("SELECT 1", timeout=ANSWER_TIMEOUT_S)
                    continue
                await self._notify(connection)
        finally:
            connection.terminate()
        raise ConnectionError("the connection was closed")

    async def _notify(self, connection: Any) -> None:
        async with self._message() as message:
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, message, timeout=ANSWER_TIMEOUT_S)
