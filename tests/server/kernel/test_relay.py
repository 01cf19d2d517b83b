"""Pokes between server processes, through a real Redis."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis

from cairn.kernel.hub import Hub
from cairn.kernel.relay import CHANNEL, Relay

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


@asynccontextmanager
async def joined(url: str) -> AsyncIterator[Hub]:
    """The hub of one server process."""
    hub = Hub()
    relay = Relay(url, hub)
    relay.start()
    try:
        yield hub
    finally:
        await relay.stop()


async def until_joined(server: RedisServer, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await asyncio.to_thread(server.listeners) < count:
            await asyncio.sleep(0)


@pytest.fixture
def redis(tmp_path: Path) -> RedisServer:
    return RedisServer(tmp_path)


async def test_a_commit_in_one_process_pokes_the_listeners_of_another(redis: RedisServer) -> None:
    redis.start()
    try:
        async with joined(redis.url) as here, joined(redis.url) as there:
            await until_joined(redis, 2)
            organization, stranger = uuid4(), uuid4()
            with there.listening(organization) as poked, there.listening(stranger) as not_poked:
                poked.clear()
                not_poked.clear()
                here.poke(organization)
                async with asyncio.timeout(PATIENCE_S):
                    await poked.wait()
                assert not not_poked.is_set()
    finally:
        redis.stop()


async def test_everybody_is_poked_when_redis_comes_back(redis: RedisServer) -> None:
    redis.start()
    async with joined(redis.url) as hub:
        await until_joined(redis, 1)
        with hub.listening(uuid4()) as poked:
            poked.clear()
            await asyncio.to_thread(redis.stop)
            await asyncio.to_thread(redis.start)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await poked.wait()
            finally:
                await asyncio.to_thread(redis.stop)
