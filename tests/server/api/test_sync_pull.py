"""Pull: whatever a device misses comes from its cursor alone, in pages of any size (sync protocol, "Pull")."""

import base64
import json
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from cairn.kernel.access import OrganizationHead
from cairn.kernel.ids import new_id
from support.house import HOME, House, position
from support.wire import Wire

Json = dict[str, Any]


def account(name: str = "A", **fields: Any) -> Json:
    return {"id": str(new_id()), "name": name, **fields}


async def fill(wire: Wire, count: int = 4) -> list[str]:
    """Customers with a visit each; their ids."""
    ids = []
    for index in range(count):
        args = account(f"Customer {index}", position=position())
        visit = {"id": str(new_id()), "account_id": args["id"], "position": position()}
        await wire.send(("accounts.create", args), ("visits.check_in", visit))
        ids.append(args["id"])
    return ids


def again(wire: Wire) -> Wire:
    """The same device with an empty store."""
    return Wire(wire.http, wire.device, wire.now, wire.epoch, wire.last_seq)


async def test_cold_pulls_of_every_page_size_hold_the_same(house: House) -> None:
    async with house.wire("rep1") as wire:
        await fill(wire)
        (whole,) = await wire.pull()
        assert whole["reset"] is True
        assert whole["last_seq"] == wire.last_seq
        assert {each[0] for each in whole["checks"]} >= wire.buckets()
        for limit in [*range(1, 12), len(whole["rows"]) - 1, len(whole["rows"]), len(whole["rows"]) + 1]:
            other = again(wire)
            pages = await other.pull(limit=limit)
            assert other.held == wire.held
            assert all(len(page["rows"]) <= limit for page in pages)
            assert [page["reset"] for page in pages] == [True] + [False] * (len(pages) - 1)
            assert [bool(page["checks"]) for page in pages] == [False] * (len(pages) - 1) + [True]
            assert (await other.pull())[0]["rows"] == []


async def test_an_incremental_pull_brings_only_what_changed(house: House) -> None:
    async with house.wire("rep1") as wire:
        first, *_ = await fill(wire)
        await wire.pull()
        unchanged = dict(wire.held)
        await wire.give("accounts.edit", {"id": first, "set": {"phone": "2"}, "base": {"phone": None}})
        (page,) = await wire.pull()
        assert [(row[0], row[1], row[2], row[4]["phone"]) for row in page["rows"]] == [
            (f"account:{first}", "account", first, "2")
        ]
        assert [each[0] for each in page["checks"]] == [f"account:{first}"]
        assert (page["reset"], page["drop"], page["more"]) == (False, [], False)
        changed = {key for key in wire.held if wire.held[key] != unchanged.get(key)}
        assert changed == {(f"account:{first}", "account", first)}
        assert (await wire.pull())[0]["rows"] == []


async def test_a_transfer_drops_for_one_and_arrives_whole_for_the_other(house: House) -> None:
    async with house.wire("rep1") as old, house.wire("rep2") as heir, house.wire("manager") as manager:
        ids = await fill(old, 2)
        for wire in (old, heir, manager):
            await wire.pull()
        args = {"id": ids[0], "to_user_id": str(house.users["rep2"])}
        assert (await manager.give("accounts.transfer", args))["status"] == "applied"
        for limit, wire in ((1, old), (1, heir), (5000, manager)):
            await wire.pull(limit=limit)
        bucket = f"account:{ids[0]}"
        assert [drop for page in old.pages for drop in page["drop"]] == [bucket]
        assert bucket not in old.buckets()
        assert ids[0] in old.documents("account_card")
        assert len(old.documents("visit")) == 2, "her own visits stay hers"
        assert {kind for name, kind, _ in heir.held if name == bucket} == {"account", "visit"}
        assert [drop for page in manager.pages for drop in page["drop"]] == []


async def test_there_and_back_between_two_pulls(house: House) -> None:
    async with house.wire("rep1") as old, house.wire("manager") as manager:
        (account_id,) = await fill(old, 1)
        await old.pull()
        for name in ("rep2", "rep1"):
            args = {"id": account_id, "to_user_id": str(house.users[name])}
            assert (await manager.give("accounts.transfer", args))["status"] == "applied"
            edit = {"id": account_id, "set": {"notes": name}, "base": {"notes": "rep2" if name == "rep1" else None}}
            assert (await manager.give("accounts.edit", edit))["status"] == "applied"
        await old.pull(limit=1)
        assert old.documents("account")[account_id]["notes"] == "rep1"
        fresh = again(old)
        await fresh.pull()
        assert old.held == fresh.held


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_grants_that_change_between_two_pages(house: House, limit: int) -> None:
    async with house.wire("rep1") as rep, house.wire("manager") as manager:
        ids = await fill(rep, 3)
        owners = ["rep2", "rep1", "rep2", "other", "rep1"]
        for step in range(200):
            answer = await rep.page(limit=limit)
            rep.take(answer.json())
            if not answer.json()["more"]:
                break
            if step % 2 == 0 and step < 20:
                args = {"id": ids[step % 3], "to_user_id": str(house.users[owners[step // 2 % 5]])}
                receipt = await manager.give("accounts.transfer", args)
                assert receipt["status"] in ("applied", "rejected"), receipt
        rep.assert_checks(rep.pages[-1]["checks"])
        fresh = again(rep)
        await fresh.pull()
        assert rep.held == fresh.held


@pytest.mark.parametrize("limit", [1, 2, 5000])
async def test_a_refetched_bucket_comes_whole_after_a_drop(house: House, limit: int) -> None:
    async with house.wire("rep1") as wire:
        ids = await fill(wire, 2)
        await wire.pull()
        truth = dict(wire.held)
        bucket = f"account:{ids[0]}"
        wire.held.pop((bucket, "account", ids[0]))
        wire.held[bucket, "account", "ghost"] = (1, {})
        pages = await wire.pull(limit=limit, refetch=[bucket, "account:nobody", f"user:{house.users['rep2']}"])
        assert pages[0]["drop"] == [bucket]
        assert [name for page in pages for name in page["drop"]] == [bucket]
        assert wire.held == truth
        assert bucket in {each[0] for each in pages[-1]["checks"]}


async def test_a_refetch_while_the_organization_moves_on(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("manager") as manager:
        ids = await fill(wire, 2)
        await wire.pull()
        bucket = f"account:{ids[0]}"
        wire.held = {key: value for key, value in wire.held.items() if key[0] != bucket}
        wire.take((await wire.page(limit=1, refetch=[bucket])).json())
        edit = {"id": ids[0], "set": {"phone": "9"}, "base": {"phone": None}}
        assert (await manager.give("accounts.edit", edit))["status"] == "applied"
        await wire.pull(limit=1)
        fresh = again(wire)
        await fresh.pull()
        assert wire.held == fresh.held


async def test_pages_are_bounded_by_bytes(house: House) -> None:
    async with house.wire("rep1") as wire:
        args = account()
        await wire.give("accounts.create", args)
        about = {"kind": "account", "id": args["id"]}
        for _ in range(3):
            notes = [
                ("notes.add", {"id": str(new_id()), "about": about, "text": "字" * 10_000}) for _ in range(60)
            ]  # fmt: skip
            await wire.send(*notes)
        pages = await wire.pull()
        sizes = [len(json.dumps(page["rows"], ensure_ascii=False).encode()) for page in pages]
        assert len(pages) > 1
        assert max(sizes) <= 4 * 1024 * 1024 * 1.01
        assert len(wire.documents("note")) == 180


async def test_a_cursor_of_elsewhere_or_forged_is_refused(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("stranger") as stranger:
        for each in (wire, stranger):
            await each.pull()
        assert wire.cursor is not None
        parts = msgspec.msgpack.decode(base64.urlsafe_b64decode(wire.cursor + "==="))

        def forge(**changes: Any) -> str:
            names = ["epoch", "organization", "start", "since", "head", "phase", "bucket", "seq", "refetch"]
            values = dict(zip(names, parts, strict=True)) | changes
            return base64.urlsafe_b64encode(msgspec.msgpack.encode(list(values.values()))).decode()

        for cursor in (stranger.cursor, forge(epoch="old"), forge(head=parts[4] + 1), forge(organization="x")):
            answer = await wire.page(cursor=cursor)
            assert (answer.status_code, answer.json()["code"]) == (409, "epoch_changed")
        broken = ["", "x", "%%%", "AAAA", wire.cursor[:-8], forge(since=-1), forge(seq=2**62), forge(refetch=[-1])]
        broken += [forge(start=parts[4] + 1), forge(bucket="1"), "\u00e9", "a" * 100_000]
        for cursor in broken:
            answer = await wire.page(cursor=cursor)
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), cursor[:50]
        secret = [number for number in range(1, 80)]
        everything = await wire.page(cursor=forge(start=0, since=0, phase=1, refetch=secret))
        assert {row[0] for row in everything.json()["rows"]} <= wire.buckets(), "a forged cursor opens no bucket"


async def test_a_malformed_pull_is_refused(house: House) -> None:
    async with house.wire("rep1") as wire:
        for changes in ({"limit": 0}, {"limit": "1"}, {"refetch": "org"}, {"cursor": 7}, {"device": 1}):
            answer = await wire.page(**changes)
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), changes


async def test_behind_the_horizon_everything_begins_anew(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("rep1") as middle:
        await fill(wire, 2)
        await wire.pull()
        await middle.pull()
        await wire.give("accounts.create", account())
        await wire.give("accounts.create", account())
        middle.take((await middle.page(limit=1)).json())
        assert middle.pages[-1]["more"]
        async with house.services.database.writing() as session:
            head = OrganizationHead
            await session.execute(update(head).where(head.organization_id == HOME).values(horizon_seq=head.seq))
            await session.commit()
        wire.held["org", "ghost", "ghost"] = (1, {})
        pages = await wire.pull(limit=3)
        assert [page["reset"] for page in pages] == [True] + [False] * (len(pages) - 1)
        assert ("org", "ghost", "ghost") not in wire.held
        assert (await middle.pull(limit=3))[0]["reset"] is True, "also in the midst of a pull"
        fresh = again(wire)
        await fresh.pull(limit=2)
        assert wire.held == fresh.held == middle.held


async def test_last_seq_is_that_of_the_snapshot(house: House) -> None:
    async with house.wire("rep1") as wire:
        assert (await wire.pull())[-1]["last_seq"] == 0
        await wire.give("accounts.create", {"id": "bad"})
        await wire.give("accounts.create", account())
        assert (await wire.pull())[-1]["last_seq"] == 2


ENCODINGS = {
    "zstd, br, gzip": "zstd",
    "gzip, deflate, br": "br",
    "gzip": "gzip",
    "GZIP;q=0.05": "gzip",
    "zstd;q=0, br; q=0.0, gzip;q=1": "gzip",
    "identity": None,
    "gzip;q=0": None,
    "gzip;q=0.000": None,
    "deflate": None,
    "": None,
}


async def test_the_answer_is_compressed_as_asked(house: House) -> None:
    async with house.wire("rep1") as wire:
        for accepted, encoding in ENCODINGS.items():
            wire.http.headers["Accept-Encoding"] = accepted
            answer = await wire.page()
            assert answer.headers.get("content-encoding") == encoding, accepted
            assert "accept-encoding" in answer.headers["vary"].lower()
            assert answer.json()["rows"]
