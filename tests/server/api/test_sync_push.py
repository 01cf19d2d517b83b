"""Push, as a client written from the protocol's page sees it: numbers, replays, limits and refusals."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import func, select

from cairn.kernel.access import OrganizationHead
from cairn.kernel.ids import new_id
from cairn.kernel.log import CommandLog
from support.house import HOME, House
from support.wire import Wire

Json = dict[str, Any]


def account(name: str = "A", **fields: Any) -> tuple[str, Json]:
    return "accounts.create", {"id": str(new_id()), "name": name, **fields}


async def log_count(house: House) -> int:
    async with house.services.database.reading() as connection:
        statement = select(func.count()).where(CommandLog.source == "push")
        return int((await connection.execute(statement)).scalar_one())


async def head_seq(house: House) -> int:
    async with house.services.database.reading() as connection:
        statement = select(OrganizationHead.seq).where(OrganizationHead.organization_id == HOME)
        return int((await connection.execute(statement)).scalar_one())


async def test_a_push_answers_one_receipt_each_and_the_commit(house: House) -> None:
    async with house.wire("rep1") as wire:
        mutations = [wire.mutation(1, *account()), wire.mutation(2, *account("B"))]
        answer = (await wire.push(mutations)).json()
        assert answer["receipts"] == [{"seq": seq, "status": "applied", "flags": []} for seq in (1, 2)]
        assert (answer["last_seq"], answer["epoch"]) == (2, wire.epoch)
        assert answer["committed"] == await head_seq(house)
        assert answer["server_time"] == wire.now


async def test_a_replay_gets_the_stored_receipts_and_runs_nothing(house: House) -> None:
    async with house.wire("rep1") as wire:
        record = account(phone="1")
        edit = {"id": record[1]["id"], "set": {"phone": "2"}, "base": {"phone": "1"}}
        second = {"id": record[1]["id"], "set": {"phone": "3"}, "base": {"phone": "1"}}
        batch = [
            wire.mutation(1, *record),
            wire.mutation(2, "accounts.edit", edit),
            wire.mutation(3, "accounts.edit", second),
            wire.mutation(4, "accounts.edit", {"id": str(new_id()), "set": {}, "base": {}}),
            wire.mutation(5, "accounts.create", {"id": "no"}),
            wire.mutation(6, "nothing.known", {}),
        ]
        first = (await wire.push(batch)).json()
        assert [each["status"] for each in first["receipts"]] == [
            "applied", "applied", "merged", "rejected", "rejected", "parked",
        ]  # fmt: skip
        before = (await log_count(house), await head_seq(house))
        again = (await wire.push(batch)).json()
        assert again["receipts"] == first["receipts"]
        # Keys in another order and other white space are the same payload.
        spaced = json.dumps(wire.envelope([dict(reversed(each.items())) for each in batch]), indent=2)
        assert (await wire.push_text(spaced)).json()["receipts"] == first["receipts"]
        assert (await log_count(house), await head_seq(house)) == before


async def test_a_replay_and_what_follows_it_may_come_together(house: House) -> None:
    async with house.wire("rep1") as wire:
        old, new = wire.mutation(1, *account()), wire.mutation(2, *account("B"))
        await wire.push([old])
        answer = (await wire.push([old, new])).json()
        assert [each["status"] for each in answer["receipts"]] == ["applied", "applied"]
        assert await log_count(house) == 2


@pytest.mark.parametrize("change", [{"name": "contacts.create"}, {"v": 2}, {"at": "2026-11-20T00:00:00Z"}, "args"])
async def test_the_same_number_with_another_payload_is_a_cloned_storage(house: House, change: Any) -> None:
    async with house.wire("rep1") as wire:
        mutation = wire.mutation(1, *account())
        await wire.push([mutation])
        changed = mutation | ({"args": mutation["args"] | {"name": "B"}} if change == "args" else change)
        answer = await wire.push([changed, wire.mutation(2, *account())])
        assert (answer.status_code, answer.json()["code"]) == (409, "sequence_reused")
        assert await log_count(house) == 1


async def test_a_missing_number_is_a_gap_and_nothing_runs(house: House) -> None:
    async with house.wire("rep1") as wire:
        await wire.give(*account())
        for seqs in ([3], [2, 4]):
            answer = await wire.push([wire.mutation(seq, *account()) for seq in seqs])
            assert (answer.status_code, answer.json()["code"]) == (409, "sequence_gap")
            assert answer.json()["params"] == {"last_seq": 1}
        assert await log_count(house) == 1


@pytest.mark.parametrize("seqs", [[1, 2, 1], [1, 1]])
async def test_numbers_must_rise(house: House, seqs: list[int]) -> None:
    async with house.wire("rep1") as wire:
        answer = await wire.push([wire.mutation(seq, *account()) for seq in seqs])
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
        assert await log_count(house) == 0


async def test_another_epoch_has_no_effect(house: House) -> None:
    async with house.wire("rep1") as wire:
        answer = await wire.push([wire.mutation(1, *account())], epoch="of another history")
        assert (answer.status_code, answer.json()["code"]) == (409, "epoch_changed")
        assert answer.json()["params"] == {"epoch": wire.epoch}
        assert await log_count(house) == 0


async def test_only_the_devices_own_user_pushes_and_pulls(house: House) -> None:
    async with house.wire("rep1") as wire, house.http("rep2") as other, house.http("stranger") as stranger:
        for http, device in ((wire.http, str(new_id())), (other, wire.device), (stranger, wire.device)):
            intruder = Wire(http, device, wire.now, epoch=wire.epoch)
            for answer in (await intruder.push([intruder.mutation(1, *account())]), await intruder.page()):
                assert (answer.status_code, answer.json()["code"]) == (409, "device_unknown")
        assert await log_count(house) == 0


@pytest.mark.parametrize("by", ["rep1", "admin"])
async def test_a_revoked_device_is_shut_out(house: House, by: str) -> None:
    async with house.wire("rep1") as wire, house.http(by) as http:
        assert (await http.delete(f"/api/devices/{wire.device}")).status_code == 204
        for answer in (await wire.push([wire.mutation(1, *account())]), await wire.page(), await wire.hello()):
            assert (answer.status_code, answer.json()["code"]) == (403, "device_revoked")
        assert await log_count(house) == 0


async def test_more_than_a_batch_is_too_large(house: House) -> None:
    async with house.wire("rep1") as wire:
        full = [wire.mutation(seq, "notes.add", {}) for seq in range(1, 502)]
        answer = await wire.push(full)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        naughty = json.dumps(wire.envelope(full)).replace('"args": {}', '"args": {"text": NaN}')
        assert (await wire.push_text(naughty)).status_code == 413
        assert await log_count(house) == 0
        assert (await wire.push(full[:500])).json()["last_seq"] == 500


async def test_more_than_four_mebibytes_are_too_large(house: House) -> None:
    async with house.wire("rep1") as wire:
        body = json.dumps(wire.envelope([wire.mutation(1, *account("x" * 4_194_304))]))

        async def stream() -> Any:  # without a Content-Length that would give it away
            yield body[:3_000_000].encode()
            yield body[3_000_000:].encode()

        for answer in (await wire.push_text(body), await wire.http.post("/sync/push", content=stream())):
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


ENVELOPES: list[Json] = [
    {"device": "x"},
    {"epoch": 1},
    {"epoch": None},
    {"sent_at": None},
    {"sent_at": "yesterday"},
    {"sent_at": "2026-11-23T02:00:00"},
    {"confirmed": -1},
    {"confirmed": "1"},
    {"confirmed": 2**60},
    {"mutations": {}},
    {"mutations": None},
    {"mutations": [1]},
    {"mutations": [{}]},
    {"mutations": [{"seq": 0}]},
    {"mutations": [{"seq": "1"}]},
    {"mutations": [{"seq": 1.5}]},
    {"mutations": [{"seq": True}]},
    {"mutations": [{"seq": 2**53}]},
]


async def test_a_malformed_envelope_is_refused_as_a_whole(house: House) -> None:
    async with house.wire("rep1") as wire:
        for changes in ENVELOPES:
            answer = await wire.push_text(json.dumps(wire.envelope([]) | changes))
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), changes
            assert answer.json()["params"]["path"].startswith("$")
        assert await log_count(house) == 0


async def test_many_phones_at_once_share_commits_and_leave_no_gap(house: House) -> None:
    names = ["rep1", "rep2", "other", "manager", "admin", "boss"]
    wires = []
    for name in names * 4:
        async with house.wire(name) as wire:
            wires.append(wire)
    async with house.http() as http:
        for wire, name in zip(wires, names * 4, strict=True):
            http_headers = wire.http.headers["Authorization"]
            assert http_headers.endswith(name)
            wire.http = http

        async def work(wire: Wire, name: str) -> list[Json]:
            body = wire.envelope([wire.mutation(seq, *account()) for seq in range(1, 6)])
            headers = {"Authorization": f"Bearer token-of-{name}"}
            answer = await http.post("/sync/push", json=body, headers=headers)
            assert answer.status_code == 200, answer.text
            return [answer.json()]

        before = await head_seq(house)
        answers = await asyncio.gather(*(work(wire, name) for wire, name in zip(wires, names * 4, strict=True)))
        after = await head_seq(house)
    committed = {answer[0]["committed"] for answer in answers}
    assert len(committed) < len(wires), "no two pushes shared a commit"
    assert max(committed) == after
    # An account, its card, and the grant of its bucket: three numbers each, none left out.
    assert after - before == 24 * 5 * 3
    assert await log_count(house) == 24 * 5
    await house.check()


async def test_one_device_racing_with_itself_gets_each_receipt_once(house: House) -> None:
    async with house.wire("rep1") as wire:
        body = [wire.mutation(1, *account()), wire.mutation(2, *account("B"))]
        answers = await asyncio.gather(*(wire.push(body) for _ in range(8)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({json.dumps(answer.json()["receipts"]) for answer in answers}) == 1
        assert await log_count(house) == 2


async def test_two_phones_racing_for_one_field_make_one_conflict(house: House) -> None:
    async with house.wire("rep1") as mine, house.wire("manager") as hers:
        record = account(phone="1")
        await mine.give(*record)
        edits = [{"id": record[1]["id"], "set": {"phone": phone}, "base": {"phone": "1"}} for phone in ("2", "3")]
        receipts = await asyncio.gather(mine.give("accounts.edit", edits[0]), hers.give("accounts.edit", edits[1]))
        assert sorted(each["status"] for each in receipts) == ["applied", "merged"]
        await mine.pull()
        (conflict,) = mine.documents("conflict").values()
        stands = mine.documents("account")[record[1]["id"]]["phone"]
        assert {conflict["theirs"], conflict["mine"]} == {"2", "3"}
        assert stands == conflict["theirs"]
