"""The drill: a server dies with its disk, a backup comes back, and the phones bring the rest; on both databases."""

import asyncio
import io
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient
from PIL import Image

from cairn.kernel.database import Database
from cairn.kernel.ids import new_id
from cairnsync.client import Client
from cairnsync.clock import SystemClock
from support.feed import assert_feed_rebuilds_tables
from support.house import furnish, position, token_of
from support.server import Server, ServerFailed, cairn
from support.tus import Photo

Json = dict[str, Any]
NOTES = 40
MOST_DURING = 200


class Place:
    """Where a house's data are, how its server is run, and what the command line needs."""

    def __init__(self, url: str, data: Path) -> None:
        self.url = url
        self.data = data
        self.is_sqlite = url.startswith("sqlite")
        self.environment = {} if self.is_sqlite else {"CAIRN_DATABASE_URL": url}

    def cairn(self, *arguments: str) -> str:
        return cairn(*arguments, "--data", str(self.data), environment=self.environment)

    def server(self) -> Server:
        return Server(self.data, environment=self.environment)

    def lose_everything(self) -> None:
        """The disk is gone; of PostgreSQL's database an empty one is left."""
        shutil.rmtree(self.data)


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> Place:
    data = tmp_path / "data"
    data.mkdir()
    url = f"sqlite+aiosqlite:///{data / 'cairn.db'}" if database_url.startswith("sqlite") else database_url
    await furnish(url, data)
    return Place(url, data)


@asynccontextmanager
async def phone(server: Server, name: str) -> AsyncIterator[tuple[Client, AsyncClient]]:
    """A device of somebody's that talks to whatever server runs at its address."""
    headers = {"Authorization": f"Bearer {token_of(name)}"}
    async with AsyncClient(base_url=server.url, headers=headers, timeout=60) as http:

        async def post(path: str, body: Json) -> tuple[int, Json]:
            answer = await http.post(path, json=body)
            return answer.status_code, answer.json()

        client = Client(new_id(), post, SystemClock(), new_id)
        await client.sync()
        yield client, http


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (320, 240), "#9ec3dd").save(content, "JPEG")
    return content.getvalue()


def note(client: Client, account_id: str, text: str) -> str:
    return str(
        client.record(
            "notes.add", {"id": str(new_id()), "about": {"kind": "account", "id": account_id}, "text": text}
        ).args["id"]
    )


async def check_feed(url: str) -> None:
    database = Database(url)
    try:
        await assert_feed_rebuilds_tables(database)
    finally:
        await database.close()


@pytest.mark.parametrize("how", ["onto a new disk", "over a damaged database"])
async def test_what_a_backup_lacks_comes_again_from_the_phones(place: Place, how: str, tmp_path: Path) -> None:
    backup = tmp_path / "cairn.tar.zst"
    server = place.server()
    await asyncio.to_thread(server.start)
    try:
        async with phone(server, "rep1") as (rep, http), phone(server, "manager") as (manager, _):
            account_id, visit_id, photo = str(new_id()), str(new_id()), Photo(http, picture())
            rep.record("accounts.create", {"id": account_id, "name": "澄湖", "phone": "1"})
            visit = {"id": visit_id, "account_id": account_id, "position": position(), "photo_ids": [photo.id]}
            rep.record("visits.check_in", visit)
            await rep.sync()
            await photo.upload()
            before = [note(rep, account_id, f"before {number}") for number in range(NOTES)]
            await rep.sync()
            # The backup is made while a phone writes: some of these are in it, some are not.
            working = asyncio.create_task(asyncio.to_thread(place.cairn, "backup", str(backup)))
            during = []
            while not working.done() and len(during) < MOST_DURING:
                during.append(note(rep, account_id, f"during {len(during)}"))
                await rep.sync()
            assert "2 organizations, 1 files" in await working
            after = [note(rep, account_id, "after")]
            edit = {"id": account_id, "set": {"phone": "2"}, "base": {"phone": "1"}}
            rep.record("accounts.edit", edit)
            rep.record("visits.check_out", {"id": visit_id, "report": "all well"})
            await rep.sync()
            await manager.sync()
            unsent = [note(rep, account_id, "never sent before the end")]
            sent_before = len(rep.outbox) - len(rep.waiting)
            epoch = rep.epoch

            server.kill()
            replace = []
            if how == "onto a new disk":
                place.lose_everything()
                replace = [] if place.is_sqlite else ["--replace"]
            elif place.is_sqlite:
                (place.data / "cairn.db").write_bytes(b"not a database any more" * 1_000)
                replace = ["--replace"]
            else:
                replace = ["--replace"]
            assert "in a new epoch" in place.cairn("restore", str(backup), *replace)
            await asyncio.to_thread(server.start)

            await manager.sync()
            assert manager.epoch not in (None, epoch)
            assert after[0] not in manager.documents("note"), "the backup does not know it"
            await rep.sync()
            await manager.sync()
            assert rep.epoch == manager.epoch
            assert rep.waiting == []
            assert len(rep.outbox) == sent_before + len(unsent), "nothing twice and nothing less"
            assert {entry.receipt["status"] for entry in rep.outbox if entry.receipt} == {"applied"}
            for client in (rep, manager):
                assert client.documents("note").keys() == {*before, *during, *after, *unsent}
                assert client.documents("account")[account_id]["phone"] == "2"
                assert client.documents("visit")[visit_id]["report"] == "all well"
                assert client.documents("file")[photo.id]["state"] == "stored"
            for size in ("", "?size=thumb", "?size=screen"):
                assert (await http.get(f"/api/files/{photo.id}{size}")).status_code == 200
        await check_feed(place.url)
    finally:
        await asyncio.to_thread(server.stop)


async def test_a_restore_does_not_go_over_what_is_there_nor_under_a_server(place: Place, tmp_path: Path) -> None:
    backup = tmp_path / "cairn.tar.zst"
    place.cairn("backup", str(backup))
    with pytest.raises(ServerFailed, match="is there already"):
        place.cairn("backup", str(backup))
    with pytest.raises(ServerFailed, match="--replace"):
        place.cairn("restore", str(backup))
    if not place.is_sqlite:
        return
    server = place.server()
    await asyncio.to_thread(server.start)
    try:
        with pytest.raises(ServerFailed, match="stop it first"):
            place.cairn("restore", "--replace", str(backup))
    finally:
        await asyncio.to_thread(server.stop)
    assert "is kept as" in place.cairn("restore", "--replace", str(backup))
    assert len(list(place.data.glob("cairn.db.replaced-*"))) == 1


async def test_a_backup_that_was_cut_off_or_damaged_changes_nothing(place: Place, tmp_path: Path) -> None:
    backup = tmp_path / "cairn.tar.zst"
    place.cairn("backup", str(backup))
    whole = backup.read_bytes()
    broken = tmp_path / "broken.tar.zst"
    middle = len(whole) // 2
    spoilt = whole[:middle] + b"\x00" * 64 + whole[middle + 64 :]
    for content in (b"", b"no backup", whole[:middle], whole[:-64], spoilt):
        broken.write_bytes(content)
        with pytest.raises(ServerFailed, match=r"damaged|manifest|cut off"):
            place.cairn("restore", "--replace", str(broken))
    server = place.server()
    await asyncio.to_thread(server.start)
    try:
        async with phone(server, "rep1") as (rep, _):
            assert len(rep.documents("user")) == 11
    finally:
        await asyncio.to_thread(server.stop)
