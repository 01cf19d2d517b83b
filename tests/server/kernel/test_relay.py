"""Pokes between server processes, through a real Redis and a real PostgreSQL."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis

from cairn.kernel.hub import Hub
from cairn.kernel.relay import CHANNEL, LARGEST_BACKLOG, PostgresRelay, RedisRelay
from support.postgres import Cluster

PATIENCE_S = 20


class RedisServer:
    """A Redis on a socket of its own, that can be taken away and brought back."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(self.socket.parent)]
        self._process = subprocess.Popen(["redis-server", *options], stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            if b"ready to accept connections" in line.lower():
                return
        raise RuntimeError("redis-server did not start")

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(PATIENCE_S)

    def listeners(self) -> int:
        with Redis.from_url(self.url) as redis:
            ((_, count),) = redis.pubsub_numsub(CHANNEL)
            return int(count)


class PostgresServer:
    """The run's PostgreSQL; away means that this database takes no connections and the open ones are cut."""

    def __init__(self, cluster: Cluster, url: str) -> None:
        self._cluster = cluster
        self.url = url
        self._database = url.rpartition("/")[2]

    def start(self) -> None:
        self._cluster.execute(f'ALTER DATABASE "{self._database}" ALLOW_CONNECTIONS true')

    def stop(self) -> None:
        self._cluster.execute(f'ALTER DATABASE "{self._database}" ALLOW_CONNECTIONS false')
        self._cluster.execute(f"SELECT pg_terminate_backend(pid) {self._connections}")

    def listeners(self) -> int:
        return int(self._cluster.execute(f"SELECT count(*) {self._connections} AND query ~ '^LISTEN|pg_notify'"))

    @property
    def _connections(self) -> str:
        return f"FROM pg_stat_activity WHERE datname = '{self._database}'"


Server = RedisServer | PostgresServer


@asynccontextmanager
async def joined(server: Server) -> AsyncIterator[Hub]:
    """The hub of one server process."""
    hub = Hub()
    relay = RedisRelay(server.url, hub) if isinstance(server, RedisServer) else PostgresRelay(server.url, hub)
    relay.start()
    try:
        yield hub
    finally:
        await relay.stop()


async def until_joined(server: Server, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await asyncio.to_thread(server.listeners) < count:
            await asyncio.sleep(0)


@pytest.fixture(params=["redis", pytest.param("postgresql", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Server:
    if request.param == "redis":
        return RedisServer(tmp_path)
    return PostgresServer(request.getfixturevalue("postgres"), request.getfixturevalue("postgres_url"))


async def test_a_commit_in_one_process_pokes_the_listeners_of_another(server: Server) -> None:
    server.start()
    try:
        async with joined(server) as here, joined(server) as there:
            await until_joined(server, 2)
            organization, stranger = uuid4(), uuid4()
            with there.listening(organization) as poked, there.listening(stranger) as not_poked:
                poked.clear()
                not_poked.clear()
                here.poke(organization)
                async with asyncio.timeout(PATIENCE_S):
                    await poked.wait()
                assert not not_poked.is_set()
    finally:
        server.stop()


async def test_everybody_is_poked_when_the_relay_comes_back(server: Server) -> None:
    server.start()
    async with joined(server) as hub:
        await until_joined(server, 1)
        with hub.listening(uuid4()) as poked:
            poked.clear()
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await poked.wait()
            finally:
                await asyncio.to_thread(server.stop)


async def test_news_of_a_time_without_a_relay_is_sent_once_it_is_back(server: Server) -> None:
    server.start()
    async with joined(server) as here, joined(server) as there:
        await until_joined(server, 2)
        await asyncio.to_thread(server.stop)
        organization = uuid4()
        for _ in range(3):
            here.poke(organization)
        await asyncio.to_thread(server.start)
        await until_joined(server, 2)
        with there.listening(organization) as poked:
            here.poke(organization)
            async with asyncio.timeout(PATIENCE_S):
                await poked.wait()
        await asyncio.to_thread(server.stop)


def test_the_backlog_is_bounded_and_holds_each_organization_once() -> None:
    hub = Hub()
    relay = RedisRelay("redis://127.0.0.1:1", hub)
    hub.relay = relay._send_later
    organizations = [uuid4() for _ in range(LARGEST_BACKLOG + 10)]
    for _ in range(2):
        for organization in organizations:
            hub.poke(organization)
    assert list(relay._outgoing) == organizations[:LARGEST_BACKLOG]
