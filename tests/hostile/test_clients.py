"""Clients that mean harm: storms of numbers, giant pages, forged cursors, bombs, and what belongs to somebody else."""

import asyncio
import gzip
import json
import zlib
from itertools import product
from random import Random
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from cairn.kernel.devices import MOST_NEW_DEVICES
from cairn.kernel.ids import new_id
from cairn.kernel.log import CommandLog
from cairnsync.cursor import Cursor, decode_cursor, encode_cursor
from cairnsync.messages import LIMITS
from support.house import ABROAD, House, position
from support.wire import Wire

Json = dict[str, Any]


def account(name: str = "A") -> tuple[str, Json]:
    return "accounts.create", {"id": str(new_id()), "name": name}


async def logged(house: House) -> int:
    async with house.services.database.reading() as connection:
        found = (await connection.execute(select(func.count()).select_from(CommandLog))).scalar_one()
        return int(found)


@pytest.mark.parametrize(
    ("seqs", "code"),
    [
        ([2], "sequence_gap"),
        ([2**53 - 1], "sequence_gap"),
        ([1, 3], "sequence_gap"),
        (range(1, 1_000, 2), "sequence_gap"),
        ([1, 1], "malformed"),
        ([1] * 500, "malformed"),
        (range(500, 0, -1), "sequence_gap"),
        ([2**53], "malformed"),
        ([0], "malformed"),
        ([-1], "malformed"),
        (range(1, 502), "too_large"),
    ],
)
async def test_a_storm_of_wrong_numbers_does_nothing(house: House, seqs: Any, code: str) -> None:
    async with house.wire("rep1") as wire:
        before = await logged(house)
        answer = await wire.push([wire.mutation(seq, *account()) for seq in seqs])
        assert answer.status_code in (409, 413, 422)
        assert answer.json()["code"] == code
        assert await logged(house) == before
        assert (await wire.give(*account()))["status"] == "applied"


async def test_one_batch_sent_forty_times_at_once_is_done_once(house: House) -> None:
    async with house.wire("rep1") as wire:
        before = await logged(house)
        batch = [wire.mutation(1 + index, *account(f"A{index}")) for index in range(20)]
        answers = await asyncio.gather(*(wire.push(batch) for _ in range(40)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({json.dumps(answer.json()["receipts"]) for answer in answers}) == 1
        assert await logged(house) == before + 20


async def test_a_page_is_never_larger_than_the_limit(house: House) -> None:
    async with house.wire("rep1") as wire:
        for limit in (LIMITS.rows, 2**53, 10**30):
            answer = await wire.page(limit=limit)
            assert answer.status_code == 200
            assert len(answer.json()["rows"]) <= LIMITS.rows
        for limit in (0, -1, 1.5, "all"):
            assert (await wire.page(limit=limit)).status_code == 422
        assert (await wire.page(refetch=["org"] * 1_000)).status_code == 200
        assert (await wire.page(refetch=["org"] * 1_001)).status_code == 422
        assert (await wire.page(refetch=["x" * 201])).status_code == 422
        for path in ("/api/v1/accounts", "/api/organization/devices"):
            async with house.http("admin") as http:
                assert (await http.get(path, params={"limit": 10**9})).status_code in (400, 422)


async def test_a_forged_cursor_brings_nothing_that_is_not_granted(house: House) -> None:
    async with house.wire("other") as secret:
        await secret.send(account("Not for rep1"))
    async with house.wire("rep1") as wire:
        await wire.send(account("Mine"))
        await wire.pull()
        held = wire.buckets() | {check[0] for check in wire.pages[-1]["checks"]}
        assert wire.cursor is not None
        true = decode_cursor(wire.cursor)
        numbers = (0, 1, true.head - 1, true.head, 2**61)
        places = ((0, 1, 2, 7), (0, 1, 5, 2**61), (0, 3), ((), (1,), (1, 2, 3, 99)))
        forged = list(product(numbers, numbers, numbers, *places))
        for start, since, head, phase, bucket, seq, refetch in Random(7).sample(forged, 250):
            text = encode_cursor(Cursor(true.epoch, true.organization, start, since, head, phase, bucket, seq, refetch))
            answer = await wire.page(cursor=text, limit=50)
            assert answer.status_code in (200, 409, 422), answer.text
            if answer.status_code == 200:
                assert {row[0] for row in answer.json()["rows"]} <= held
                assert {check[0] for check in answer.json()["checks"]} <= held
        await wire.pull()


async def test_a_cursor_of_another_history_or_none_at_all_is_refused(house: House) -> None:
    async with house.wire("rep1") as wire:
        await wire.pull()
        assert wire.cursor is not None
        true = decode_cursor(wire.cursor)
        elsewhere = msgspec.structs.replace(true, organization=str(ABROAD))
        ahead = Cursor.settled(true.epoch, true.organization, true.head + 1)
        for forged in (elsewhere, ahead, msgspec.structs.replace(true, epoch="another")):
            assert (await wire.page(cursor=encode_cursor(forged))).json()["code"] == "epoch_changed"
        crowd = msgspec.structs.replace(true, refetch=tuple(range(100_000)))
        for text in ("", "x", "=" * 1_000, "Zm9v", "🙂", "A" * 1_000_000, encode_cursor(crowd)):
            answer = await wire.page(cursor=text)
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), text[:50]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
async def test_a_compressed_body_is_not_unpacked(house: House, encoding: str) -> None:
    """Nobody has to send one; so a bomb stays as small as it came."""
    bomb = gzip.compress(b"[" * 50_000_000) if "gzip" in encoding else zlib.compress(b"[" * 50_000_000)
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    async with house.wire("rep1") as wire:
        for path in ("/sync/hello", "/sync/push", "/sync/pull", "/api/session", "/api/v1/accounts"):
            answer = await wire.http.post(path, content=bomb, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (415, "malformed"), (path, answer.text)


@pytest.mark.parametrize(
    ("path", "most"), [("/api/session", 2**16), ("/api/password-reset", 2**16), ("/sync/pull", LIMITS.bytes)]
)
async def test_a_body_that_is_too_long_is_not_read(house: House, path: str, most: int) -> None:
    async with house.http("rep1") as http:
        for body in (b" " * (most + 1), b'{"email": "' + b"x" * most + b'"}'):
            answer = await http.post(path, content=body, headers={"Content-Type": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_stolen_token_opens_its_own_house_only(house: House) -> None:
    async with house.wire("rep1") as wire:
        name, args = account("Ours")
        await wire.give(name, args)
        ours = args["id"]
        async with house.http("stranger") as http:
            thief = Wire(http, wire.device, wire.now)
            assert (await thief.hello()).status_code == 200, "the same id is another device there"
            assert thief.last_seq == 0
            visit = {"id": str(new_id()), "account_id": ours, "position": position()}
            edit = {"id": ours, "set": {"name": "Theirs"}, "base": {"name": "Guess"}}
            receipts = await thief.send(("accounts.edit", edit), ("visits.check_in", visit))
            assert [each.get("code") for each in receipts] == ["not_found", None]
            assert "account_unknown" in receipts[1]["flags"], "a fact is kept, about a customer that nobody knows there"
            await thief.pull()
            assert "Ours" not in json.dumps([document for _, document in thief.held.values()])
            assert (await thief.page(cursor=wire.cursor or "")).status_code in (409, 422)
            for path in (f"/api/v1/accounts/{ours}", f"/api/files/{ours}", f"/api/devices/{wire.device}"):
                assert (await http.get(path)).status_code in (404, 405)
        await wire.pull()
        assert wire.documents("account")[ours]["name"] == "Ours"


async def test_anothers_device_is_nobodys(house: House) -> None:
    async with house.wire("rep1") as mine, house.http("rep2") as http:
        await mine.give(*account())
        thief = Wire(http, mine.device, mine.now)
        assert (await thief.hello()).json()["code"] == "sequence_reused"
        thief.epoch, thief.last_seq = mine.epoch, mine.last_seq
        assert (await thief.push([thief.mutation(2, *account())])).json()["code"] == "device_unknown"
        assert (await thief.page()).json()["code"] == "device_unknown"
        assert (await http.delete(f"/api/devices/{mine.device}")).status_code == 404
        assert (await mine.give(*account()))["status"] == "applied"


async def test_nobody_makes_devices_without_end(house: House) -> None:
    async with house.http("rep1") as http:
        stamps = {"schema": 1, "app": "a", "platform": "p", "name": "n"}
        for _ in range(MOST_NEW_DEVICES):
            device = str(new_id())
            assert (await http.post("/sync/hello", json={"device": device, **stamps})).status_code == 200
        answer = await http.post("/sync/hello", json={"device": str(new_id()), **stamps})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
        assert int(answer.headers["retry-after"]) > 0
        assert (await http.post("/sync/hello", json={"device": device, **stamps})).status_code == 200
        house.clock.advance(86_401)
        assert (await http.post("/sync/hello", json={"device": str(new_id()), **stamps})).status_code == 200
