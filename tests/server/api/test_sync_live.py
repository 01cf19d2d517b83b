"""Live: a poke comes only to those who may read what changed (sync protocol, "GET /sync/live")."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from cairn.kernel.ids import new_id
from support.house import House, token_of


class Listener:
    """An open event stream, read straight from the application."""

    def __init__(self) -> None:
        self.chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self.status = 0
        self.ended = asyncio.Event()

    async def next(self) -> bytes:
        return await asyncio.wait_for(self.chunks.get(), 20)


@asynccontextmanager
async def listening(house: House, name: str, token: str | None = None) -> AsyncIterator[Listener]:
    listener, gone = Listener(), asyncio.Event()
    headers = [(b"authorization", f"Bearer {token or token_of(name)}".encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/sync/live", "raw_path": b"/sync/live", "root_path": "", "query_string": b"", "headers": headers,
        "client": ("test", 1), "server": ("house", 80), "state": {}, "extensions": {},
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            listener.status = message["status"]
            return
        if message.get("body"):
            listener.chunks.put_nowait(message["body"])
        if not message.get("more_body"):
            listener.ended.set()

    task = asyncio.create_task(house.application(scope, receive, send))  # type: ignore[arg-type]
    try:
        if token is None:
            assert await listener.next() == b": listening\n\n"
        yield listener
    finally:
        gone.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_poke_comes_to_those_who_may_read_the_change(house: House) -> None:
    async with (
        house.wire("rep1") as rep,
        house.wire("admin") as admin,
        listening(house, "manager") as manager,
        listening(house, "finance") as finance,
        listening(house, "agent") as agent,
        listening(house, "other") as other,
        listening(house, "stranger") as stranger,
    ):
        account = {"id": str(new_id()), "name": "Lake Cooling"}
        await rep.give("accounts.create", account)
        about = {"kind": "account", "id": account["id"]}
        pokes = [await manager.next()]
        assert (await other.next()).startswith(b"event: poke\n"), "the card"
        assert (await finance.next()).startswith(b"event: poke\n"), "the card"
        await rep.give("notes.add", {"id": str(new_id()), "about": about, "text": "seen"})
        pokes.append(await manager.next())
        # What everybody reads comes last: whoever was poked for the note would have heard of that before.
        await admin.give("teams.create", {"id": str(new_id()), "name": "new"})
        head = (await admin.pull(), admin.cursor)[0][-1]
        seq = max(row[3] for row in head["rows"])
        last = b'event: poke\ndata: {"seq":%d}\n\n' % seq
        for listener in (other, finance, agent, manager):
            assert await listener.next() == last
            assert listener.chunks.empty()
        assert pokes[0] != pokes[1]
        assert stranger.chunks.empty()


async def test_an_ended_session_hears_nothing_more(house: House) -> None:
    async with house.http("rep1") as http, house.wire("manager") as manager, listening(house, "rep1") as listener:
        assert (await http.delete("/api/session")).status_code == 204
        await manager.give("accounts.create", {"id": str(new_id()), "name": "A"})
        await asyncio.wait_for(listener.ended.wait(), 20)
        assert listener.chunks.empty()


async def test_a_device_that_is_to_be_erased_is_poked_and_hears_nothing_more(house: House) -> None:
    async with (
        house.wire("rep1") as wire,
        house.http("admin") as admin,
        listening(house, "rep1") as listener,
        listening(house, "rep2") as colleague,
    ):
        assert (await admin.post(f"/api/organization/devices/{wire.device}/wipe")).status_code == 204
        assert (await listener.next()).startswith(b"event: poke\n")
        await asyncio.wait_for(listener.ended.wait(), 20)
        assert colleague.chunks.empty()


async def test_nobody_listens_without_a_session(house: House) -> None:
    async with listening(house, "rep1", token="nonsense") as listener:
        await asyncio.wait_for(listener.ended.wait(), 20)
        assert listener.status == 401
