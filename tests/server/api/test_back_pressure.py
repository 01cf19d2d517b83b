"""Every queue has a limit, and what comes beyond it is told when to come again; nothing that waits is lost by that."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.api import bodies
from cairn.kernel import snapshots, writer
from cairn.kernel.errors import TooManyRequests, Unavailable
from cairn.kernel.gates import Gate, Places
from cairn.kernel.hub import LARGEST_AUDIENCE, MOST_EACH, Hub
from cairn.kernel.ids import new_id
from cairn.kernel.snapshots import SqliteSnapshots
from cairn.kernel.writer import Transactional
from cairn.modules.files.uploads import MOST_AT_ONCE_EACH
from support.house import House
from support.tus import Photo


class Plug:
    """Holds an organization's lane until it is pulled, so that everything behind it waits."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._holds, self._pulled = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None]

    async def __aenter__(self) -> "Plug":
        async def hold(_session: AsyncSession) -> None:
            self._holds.set()
            await self._pulled.wait()

        held = Transactional(self._house.organization_id, hold)
        self._task = asyncio.create_task(self._house.services.writer.submit(held))
        await self._holds.wait()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._pulled.set()
        await self._task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0)


@pytest.mark.parametrize(("limit", "most"), [("LARGEST_QUEUE", 3), ("MOST_WAITING_COMMANDS", 6)])
async def test_a_full_queue_answers_503_and_loses_nothing(
    house: House, monkeypatch: Any, limit: str, most: int
) -> None:
    async with (
        house.wire("rep1") as one,
        house.wire("rep2") as two,
        house.wire("other") as three,
        house.wire("manager") as four,
    ):
        monkeypatch.setattr(writer, limit, most)
        waiting = house.services.writer

        def push(wire: Any) -> Awaitable[Any]:
            accounts = [{"id": str(new_id()), "name": "Lake Cooling"} for _ in range(2)]
            return wire.push([wire.mutation(seq, "accounts.create", each) for seq, each in enumerate(accounts, 1)])

        async with Plug(house):
            pushes = [asyncio.ensure_future(push(wire)) for wire in (one, two, three)]
            await until(lambda: waiting._waiting_commands == 6)
            refused = await push(four)
            assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
            assert int(refused.headers["Retry-After"]) > 0
        for answer in await asyncio.gather(*pushes):
            assert [each["status"] for each in answer.json()["receipts"]] == ["applied", "applied"]
        answer = await push(four)
        assert [each["status"] for each in answer.json()["receipts"]] == ["applied", "applied"], "it came again"
        assert (waiting._waiting_commands, waiting._lanes) == (0, {}), "an idle server holds nothing"


async def test_a_gate_lets_so_many_work_and_so_many_wait() -> None:
    gate, leave = Gate(at_work=2, waiting=3, retry_after_s=7), asyncio.Event()
    inside = 0

    async def enter() -> None:
        nonlocal inside
        async with gate.entered():
            inside += 1
            await leave.wait()

    tasks = [asyncio.create_task(enter()) for _ in range(5)]
    await until(lambda: inside == 2)
    with pytest.raises(Unavailable) as refused:
        await enter()
    assert refused.value.params == {"retry_after_s": 7}
    tasks.pop().cancel()  # one who waits goes away, and his place is free
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(enter()))
    leave.set()
    await asyncio.gather(*tasks)
    assert inside == 5


def test_places_have_a_limit_for_all_and_one_for_each() -> None:
    places = Places(total=3, each=2, retry_after_s=5)
    with ExitStack() as stack:
        for who in ("a", "a", "b"):
            stack.enter_context(places.taken(who))
        for who, error in (("a", TooManyRequests), ("b", Unavailable), ("c", Unavailable)):
            with pytest.raises(error), places.taken(who):
                pass
    assert (places._count, places._taken) == (0, {})


class Bodies:
    """An application that holds every body until it is let go."""

    def __init__(self) -> None:
        self.leave = asyncio.Event()
        self.read = 0

    async def __call__(self, _scope: Any, receive: Any, _send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        self.read += 1
        await self.leave.wait()


async def test_bodies_share_a_budget_and_give_it_back(monkeypatch: Any) -> None:
    monkeypatch.setattr(bodies, "MOST_BODY_BYTES", 250)
    application = Bodies()
    guard = bodies.BodyGuard(application, silence_s=60)

    def ask(*headers: tuple[bytes, bytes]) -> asyncio.Task[None]:
        messages = [{"type": "http.request", "body": b"x" * 50, "more_body": more} for more in (False, True)]

        async def receive() -> Any:
            return messages.pop()

        async def send(_message: Any) -> None:
            raise AssertionError("the application answers nothing")

        scope: Any = {"type": "http", "method": "POST", "headers": headers}
        return asyncio.create_task(guard(scope, receive, send))

    held = [ask(), ask()]
    await until(lambda: application.read == 2)
    with pytest.raises(Unavailable):
        await ask()
    held.append(ask((b"content-type", bodies.STREAMED)))
    await until(lambda: application.read == 3)
    application.leave.set()
    await asyncio.gather(*held)
    assert guard._budget._left == 250
    await ask()


async def test_readers_of_sqlite_have_a_limit_and_give_their_places_back(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(snapshots, "MOST_IN_USE", 2)
    source = SqliteSnapshots(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    for _ in range(2):
        async with source.open(), source.open() as snapshot:
            assert await snapshot.fetch("SELECT ?1", 7) == [(7,)]
            with pytest.raises(Unavailable):
                async with source.open():
                    pass
    await source.close()


async def test_event_streams_have_a_limit_and_one_for_each_person() -> None:
    hub, organization = Hub(), new_id()
    with ExitStack() as stack:
        for _ in range(MOST_EACH):
            stack.enter_context(hub.listening(organization, "one person"))
        with pytest.raises(TooManyRequests), hub.listening(organization, "one person"):
            pass
        for _ in range(LARGEST_AUDIENCE - MOST_EACH):
            stack.enter_context(hub.listening(organization))
        with pytest.raises(Unavailable), hub.listening(organization, "another person"):
            pass
    with hub.listening(organization, "another person"):
        pass
    hub.close()
    with pytest.raises(Unavailable), hub.listening(organization):
        pass


async def test_one_person_sends_few_files_at_a_time(house: House) -> None:
    async with house.http("rep1") as http, house.http("rep2") as other:
        photo, others = Photo(http, b"x" * 100), Photo(other, b"y" * 100)
        await photo.announce()
        await others.announce()
        with ExitStack() as stack:
            for _ in range(MOST_AT_ONCE_EACH):
                stack.enter_context(house.services.uploads.places.taken(house.users["rep1"]))
            refused = await photo.send(0, 10)
            assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
            assert int(refused.headers["Retry-After"]) > 0
            assert (await others.send(0, 10)).status_code == 204
        assert (await photo.send(0, 10)).status_code == 204


async def test_passwords_are_checked_a_few_at_a_time(house: House, monkeypatch: Any) -> None:
    sessions = house.services.sessions
    monkeypatch.setattr(sessions, "_hashing", Gate(at_work=1, waiting=0, retry_after_s=10))
    credentials = {"email": "rep1@example.com", "password": "cairn-demo"}
    async with house.http() as http:
        async with sessions._hashing.entered():
            refused = await http.post("/api/session", json=credentials)
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
        assert (await http.post("/api/session", json=credentials)).status_code == 201
