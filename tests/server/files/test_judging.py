"""A worker looks at what has come: it is scanned, its pictures are made, and only then does anybody else get it."""

import asyncio
import io
import shlex
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image

from cairn.modules.files.errors import VirusFound
from cairn.modules.files.scanning import ClamdScanner, NoScanner, ScanFailed, open_scanner
from support.house import House, enter_house
from support.object_store import ObjectStore
from support.tus import Photo
from support.wire import Wire

MARK = b"this is what the scanner of the tests calls a virus"


def picture(tail: bytes = b"") -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").resize((900, 700)).save(target, "JPEG")
    return target.getvalue() + tail


def command(script: str) -> str:
    """A scanner as an operator would name it: reads the file, ends with 0, 1 or something else."""
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(script)}"


LOOKS = command(f"import sys; sys.exit({MARK!r} in sys.stdin.buffer.read())")
BROKEN = command("import sys; sys.exit(2)")


async def state_of(wire: Wire, photo: Photo) -> tuple[str, str | None]:
    await wire.pull()
    file = wire.documents("file")[photo.id]
    return file["state"], file["code"]


async def test_a_find_is_refused_and_kept_from_everybody(furnished_url: str, tmp_path: Path) -> None:
    async with enter_house(furnished_url, tmp_path, virus_scan=LOOKS) as house, house.wire("rep1") as wire:
        bad, good = Photo(wire.http, picture(MARK)), Photo(wire.http, picture())
        for photo in (bad, good):
            assert (await photo.upload()).status_code == 204
            assert (await photo.read()).status_code == 404, "before it is scanned nobody gets it, its sender included"
        await house.work()
        assert await state_of(wire, bad) == ("refused", "virus_found")
        assert await state_of(wire, good) == ("stored", None)
        for size in ("original", "screen", "thumb"):
            assert (await bad.read(size=size)).status_code == 404
        assert [str(each.key.file_id) for each in house.services.storage.stored(None, 10)] == [good.id]


async def test_without_a_verdict_a_file_waits_and_in_the_end_its_sender_is_told(
    furnished_url: str, tmp_path: Path
) -> None:
    async with enter_house(furnished_url, tmp_path, virus_scan=BROKEN) as house, house.wire("rep1") as wire:
        photo = Photo(wire.http, picture())
        await photo.upload()
        for _ in range(7):
            await house.work()
            assert await state_of(wire, photo) == ("awaiting", None)
            assert (await photo.read()).status_code == 404
            house.clock.advance(2 * 3_600)
        await house.work()
        assert await state_of(wire, photo) == ("refused", "file_not_checked")
        house.services.judge._scanner = NoScanner()
        assert (await photo.upload()).status_code == 204, "it may be sent again"
        await house.work()
        assert await state_of(wire, photo) == ("stored", None)


async def test_a_file_announced_anew_while_the_first_waits_is_judged_by_its_own_bytes(house: House) -> None:
    async with house.wire("rep1") as wire:
        first = Photo(wire.http, b"no picture at all")
        await first.upload()
        second = Photo(wire.http, picture(), first.id)
        assert (await second.upload()).status_code == 204
        await house.work()
        assert await state_of(wire, second) == ("stored", None)
        assert (await second.read(size="original")).content == second.content


async def test_what_a_server_that_died_left_half_done_is_done_by_the_next_request(house: House) -> None:
    async with house.wire("rep1") as wire:
        photo = Photo(wire.http, picture())
        await photo.announce()
        upload = await house.services.uploads.find(actor := await house.actor("rep1"), photo.uuid)
        await house.services.uploads.append(actor, upload, 0, photo.content)  # and here it dies
        assert await photo.offset() == len(photo.content)
        await house.work()
        assert await state_of(wire, photo) == ("stored", None)


async def test_everything_lies_in_a_real_object_store(furnished_url: str, tmp_path: Path, swift: ObjectStore) -> None:
    async with enter_house(furnished_url, tmp_path, **swift.settings) as house, house.wire("rep1") as wire:
        photo = Photo(wire.http, picture())
        await photo.announce()
        for start in range(0, len(photo.content), 1_500):
            assert (await photo.send(start, start + 1_500)).status_code == 204
            assert await photo.offset() == min(start + 1_500, len(photo.content))
        await house.work()
        assert await state_of(wire, photo) == ("stored", None)
        assert (await photo.read(size="original")).content == photo.content
        for size in ("screen", "thumb"):
            Image.open(io.BytesIO((await photo.read(size=size)).content)).load()
        wrong = Photo(wire.http, picture(b"x"))
        await wrong.announce(sha256="0" * 64)
        assert (await wrong.send()).json()["code"] == "checksum_mismatch"
        assert await wrong.offset() == 0
        assert not list((tmp_path / "files").rglob("*")), "nothing in the data folder"


@asynccontextmanager
async def clamd(answer: bytes | None) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Speaks INSTREAM as clamd's manual has it; `None` hangs up."""
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", await reader.readexactly(4))[0]:
            content += await reader.readexactly(length)
        received.append(content)
        found = b"stream: Test.Mark FOUND\0" if MARK in content else answer
        writer.write(found or b"")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"clamd:127.0.0.1:{server.sockets[0].getsockname()[1]}", received


async def test_clamd_is_asked_in_its_own_language() -> None:
    content = bytes(700_000)
    async with clamd(b"stream: OK\0") as (address, received):
        scanner = open_scanner(address)
        await scanner.scan(content)
        assert received == [content]
        with pytest.raises(VirusFound):
            await scanner.scan(content + MARK)


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", None])
async def test_another_answer_of_clamd_is_no_verdict(answer: bytes | None) -> None:
    async with clamd(answer) as (address, _):
        with pytest.raises(ScanFailed):
            await open_scanner(address).scan(b"x")


async def test_a_scanner_that_is_not_there_gives_no_verdict(tmp_path: Path) -> None:
    for scanner in (open_scanner("/nowhere/at/all"), ClamdScanner(str(tmp_path / "no.socket"))):
        with pytest.raises(ScanFailed):
            await scanner.scan(b"x")
