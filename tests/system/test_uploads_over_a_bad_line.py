"""A photo over a line that breaks dozens of times, in the middle of whatever it was doing, to the real server."""

import asyncio
import hashlib
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cairn.kernel.ids import new_id
from support.house import furnish, token_of
from support.object_store import ObjectStore
from support.server import Server
from support.tus import metadata

CUTS = 60
SEED = 20261122
CHUNK_BYTES = 256 * 1024
PATIENCE_S = 60


@pytest.fixture(params=["disk", "object store"])
def server(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Server]:
    environment = {"CAIRN_DATABASE_URL": database_url}
    if request.param == "object store":
        store: ObjectStore = request.getfixturevalue("swift")
        environment |= {f"CAIRN_{name.upper()}": value for name, value in store.settings.items()}
    asyncio.run(furnish(database_url, tmp_path, neighbour=False))
    made = Server(tmp_path / "data", environment=environment)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def photo() -> bytes:
    target = io.BytesIO()
    Image.effect_noise((1_600, 1_200), 90).save(target, "JPEG", quality=95)
    return target.getvalue()


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class BadLine:
    """Plain HTTP/1.1 on a socket that can be cut after any number of bytes, in either direction."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b"", cut_after: int | None = None
    ) -> Answer | None:
        """None where the line was cut: after so many bytes of the body, or before the answer was read."""
        fixed = {"Host": "house", "Authorization": f"Bearer {token_of('rep1')}", "Content-Length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in (fixed | headers).items())
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(f"{method} {path} HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode() + body[:cut_after])
            await writer.drain()
            if cut_after is not None:
                return None
            async with asyncio.timeout(PATIENCE_S):
                return _read(await reader.read())
        finally:
            writer.close()


def _read(text: bytes) -> Answer:
    head, _, body = text.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(status.split()[1]), headers, body)


TUS = {"Tus-Resumable": "1.0.0"}


async def test_dozens_of_cuts_cost_nothing_but_time(server: Server) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    content, line, file_id = photo(), BadLine(server.port), str(new_id())
    assert len(content) > CUTS * 4_000
    path = f"/sync/files/{file_id}"
    sha256 = hashlib.sha256(content).hexdigest()
    described = metadata(id=file_id, sha256=sha256, filename="a.jpg", filetype="image/jpeg")
    announced = TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": described}
    await line.ask("POST", "/sync/files", announced, cut_after=0)
    assert (await must(line.ask("POST", "/sync/files", announced))).status == 201
    cuts, offset, over_cuts = 1, 0, 0
    while offset < len(content):
        sent = TUS | {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        chunk = content[offset : offset + CHUNK_BYTES]
        cut = chance.randrange(len(content) // CUTS) if cuts < CUTS else None
        answer = await line.ask("PATCH", path, sent, chunk, cut_after=cut)
        cuts += 1
        # The server may still be writing what came before the cut: then it says where it stands, or that it is busy.
        assert answer is None or answer.status in (204, 409, 423), answer
        offset = await standing(line, path, at_least=offset)
        over_cuts = offset if cuts <= CUTS else over_cuts
    assert cuts >= CUTS
    assert over_cuts > len(content) // 20, "what came before a cut is kept, though no request was ever finished"
    assert await until_judged(line, file_id) == {"state": "stored", "sha256": sha256}
    original = await must(line.ask("GET", f"/api/files/{file_id}?size=original", {}))
    assert unchunked(original) == content


async def must(asking: Any) -> Answer:
    answer = await asking
    assert isinstance(answer, Answer)
    return answer


async def standing(line: BadLine, path: str, at_least: int) -> int:
    """The offset that the server tells; it may still be writing what came before the cut."""
    answer = await must(line.ask("HEAD", path, TUS))
    assert answer.status == 200
    offset = int(answer.headers["upload-offset"])
    assert offset >= at_least
    return offset


async def until_judged(line: BadLine, file_id: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answer = await must(line.ask("GET", f"/api/files/{file_id}?state", {}))
            state = json.loads(unchunked(answer))
            if state["state"] != "awaiting":
                return {name: value for name, value in state.items() if value is not None}


def unchunked(answer: Answer) -> bytes:
    """A body without the lengths of its chunks (RFC 9112, 7.1)."""
    assert answer.status == 200, answer
    if answer.headers.get("transfer-encoding") != "chunked":
        return answer.body
    whole, rest = b"", answer.body
    while rest:
        length, _, rest = rest.partition(b"\r\n")
        size = int(length, 16)
        if size == 0:
            break
        whole, rest = whole + rest[:size], rest[size + 2 :]
    return whole
