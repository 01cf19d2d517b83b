"""Grown up: two real server processes on one PostgreSQL, restarted one after the other while phones push."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from cairn.kernel.ids import new_id
from cairnsync.client import Client
from cairnsync.clock import SystemClock
from support.balancer import balancing
from support.house import furnish, token_of
from support.postgres import Cluster
from support.server import Server

PEOPLE = ("rep1", "rep2", "other", "manager")
PATIENCE_S = 60


def prepare(url: str) -> None:
    asyncio.run(furnish(url, Path(os.devnull)))


@pytest.fixture
def servers(postgres: Cluster, tmp_path: Path) -> Iterator[list[Server]]:
    with postgres.database(postgres.template("house", prepare)) as url:
        environment = {"CAIRN_DATABASE_URL": url, "CAIRN_DRAIN_S": "1"}
        made = [Server(tmp_path / name, environment=environment) for name in ("one", "two")]
        try:
            for server in made:
                server.start()
            yield made
        finally:
            for server in made:
                server.stop()


@dataclass
class Phone:
    """Records and pushes without a pause, until told to stop."""

    name: str
    http: httpx.AsyncClient
    statuses: Counter[int] = field(default_factory=Counter)
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.http.headers["Authorization"] = f"Bearer {token_of(self.name)}"
        self.client = Client(new_id(), self._post, SystemClock(), new_id)

    async def _post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = await self.http.post(path, json=body)
        self.statuses[answer.status_code] += 1
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
        return answer.status_code, answer.json()

    async def work(self, stop: asyncio.Event) -> None:
        await self.client.sync()
        while not stop.is_set():
            self.client.record("accounts.create", {"id": str(new_id()), "name": f"Customer of {self.name}"})
            await self.client.push()
        await self.client.sync()


@asynccontextmanager
async def listening(url: str, name: str) -> AsyncIterator[AsyncIterator[str]]:
    """The lines of an event stream."""
    headers = {"Authorization": f"Bearer {token_of(name)}"}
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE_S) as http,
        http.stream("GET", "/sync/live") as answer,
    ):
        lines = answer.aiter_lines()
        assert await anext(lines) == ": listening"
        yield lines


async def next_poke(lines: AsyncIterator[str]) -> str:
    async with asyncio.timeout(PATIENCE_S):
        async for line in lines:
            if line.startswith("data:"):
                return line
    raise AssertionError("the stream ended without a poke")


async def test_no_push_fails_while_the_servers_are_restarted_one_after_the_other(servers: list[Server]) -> None:
    stop = asyncio.Event()
    async with balancing([server.port for server in servers]) as balancer:
        https = [httpx.AsyncClient(base_url=balancer.url, timeout=PATIENCE_S) for _ in PEOPLE]
        phones = [Phone(name, http) for name, http in zip(PEOPLE, https, strict=True)]
        working = [asyncio.create_task(phone.work(stop)) for phone in phones]
        for server in servers:
            pushed = sum(phone.statuses[200] for phone in phones)
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
            async with asyncio.timeout(PATIENCE_S):
                while sum(phone.statuses[200] for phone in phones) < pushed + 20:
                    assert not any(task.done() for task in working)
                    await asyncio.sleep(0)
        stop.set()
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*working)
        for http in https:
            await http.aclose()
    assert balancer.turned_away == 0
    for phone in phones:
        assert set(phone.statuses) == {200}, phone.statuses
        entries = phone.client.outbox
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        assert {entry.receipt["status"] for entry in entries if entry.receipt} == {"applied"}
        mine = {entry.args["id"] for entry in entries}
        assert mine <= set(phone.client.documents("account")), "each of them is there, once"


async def test_what_one_process_commits_the_phones_of_the_other_hear_of(servers: list[Server]) -> None:
    one, two = servers
    async with listening(two.url, "manager") as lines, httpx.AsyncClient(base_url=one.url) as http:
        phone = Phone("rep1", http)
        await phone.client.sync()
        for _ in range(3):
            phone.client.record("accounts.create", {"id": str(new_id()), "name": "Lake Cooling"})
            await phone.client.push()
            assert '"seq":' in await next_poke(lines)


async def test_streams_end_at_once_when_their_process_stops_and_the_other_takes_them(servers: list[Server]) -> None:
    one, two = servers
    async with listening(one.url, "manager") as lines:
        stopping = asyncio.create_task(asyncio.to_thread(one.stop))
        async with asyncio.timeout(PATIENCE_S):
            assert [line async for line in lines if line.startswith("event")] == []
        await stopping
    async with listening(two.url, "manager"):
        pass
