"""What the server failed on is tried again, by itself and by hand, until each has exactly one final verdict."""

from typing import Any

import pytest
from sqlalchemy import select

from cairn.jobs.retries import retry_due
from cairn.kernel import parked
from cairn.kernel.ids import new_id
from cairn.kernel.log import CommandLog
from support.house import House, position
from support.poison import failing
from support.wire import Wire

Json = dict[str, Any]
HOUR_S = 3_600.0


def account(name: str = "A", **fields: Any) -> tuple[str, Json]:
    return "accounts.create", {"id": str(new_id()), "name": name, **fields}


async def parked_records(house: House) -> list[Json]:
    """What an administrator sees."""
    async with house.http("admin") as admin:
        answer = await admin.get("/api/v1/parked-mutations", params={"sort": "received_at"})
        items: list[Json] = answer.json()["items"]
        return items


async def late_receipts(wire: Wire) -> list[Json]:
    await wire.pull()
    return sorted(wire.documents("receipt").values(), key=lambda each: int(each["seq"]))


async def test_a_parked_fact_is_applied_once_the_server_is_mended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.wire("rep1") as wire:
        create = account(position=position())
        await wire.give(*create)
        visit = {"id": str(new_id()), "account_id": create[1]["id"], "position": position()}
        with failing(monkeypatch, "visits.check_in"):
            assert (await wire.give("visits.check_in", visit))["status"] == "parked"
            house.clock.advance(61)
            assert await retry_due(house.services) == 1
            assert await retry_due(house.services) == 0, "not before its pause is over"
        assert await late_receipts(wire) == []
        (seen,) = await parked_records(house)
        assert (seen["name"], seen["args"], seen["attempts"]) == ("visits.check_in", visit, 2)
        assert seen["error"].startswith("ZeroDivisionError: a fault of the server's own")
        house.clock.advance(121)
        assert await retry_due(house.services) == 1
        (late,) = await late_receipts(wire)
        assert (late["device_id"], late["seq"], late["status"]) == (wire.device, 2, "applied")
        stored = wire.documents("visit")[visit["id"]]
        assert stored["checked_in_at"] == "2026-11-23T02:00:00Z", "when it happened, not when it was tried again"
        again = (await wire.push([wire.mutation(2, "visits.check_in", visit)])).json()["receipts"]
        assert again == [{"seq": 2, "status": "applied", "flags": late["flags"]}]
        assert await retry_due(house.services) == 0
        assert [each["outcome"] for each in await parked_records(house)] == ["applied"]
        await house.check()


async def test_the_pauses_grow_to_an_hour_and_never_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.wire("rep1") as wire:
        with failing(monkeypatch, "accounts.create"):
            await wire.give(*account())
            for _ in range(12):
                house.clock.advance(HOUR_S + 1)
                assert await retry_due(house.services) == 1
                house.clock.advance(59)
                assert await retry_due(house.services) == 0


async def test_what_needs_a_parked_record_waits_for_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.wire("rep1") as wire:
        create, contact_id, visit_id = account(position=position()), str(new_id()), str(new_id())
        account_id = create[1]["id"]
        edit = {"id": contact_id, "set": {"name": "Wang"}, "base": {"name": "Li"}}
        with failing(monkeypatch, "accounts.create"):
            together = await wire.send(
                create,
                ("contacts.create", {"id": contact_id, "account_id": account_id, "name": "Li"}),
                ("visits.check_in", {"id": visit_id, "account_id": account_id, "position": position()}),
            )
            later = await wire.send(
                ("contacts.edit", edit),
                ("visits.check_out", {"id": visit_id, "report": "done"}),
                account("B"),
            )
        codes = [each.get("code") for each in [*together, *later]]
        waits = "waits_for_parked"
        assert codes == ["internal_failure", waits, waits, waits, waits, "internal_failure"]
        house.clock.advance(61)
        assert await retry_due(house.services) == 6
        assert [each["status"] for each in await late_receipts(wire)] == ["applied"] * 6
        assert wire.documents("contact")[contact_id]["name"] == "Wang"
        assert wire.documents("visit")[visit_id]["state"] == "done"


async def test_a_retry_may_be_refused_or_merge(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.wire("rep1") as wire, house.wire("manager") as manager:
        create = account(phone="1")
        record_id = create[1]["id"]
        await wire.give(*create)
        with failing(monkeypatch, "accounts.edit", lambda command: command.set.phone == "2"):
            await wire.give("accounts.edit", {"id": record_id, "set": {"phone": "2"}, "base": {"phone": "1"}})
            await manager.give("accounts.edit", {"id": record_id, "set": {"phone": "3"}, "base": {"phone": "1"}})
        lost = account(phone="1")
        await wire.give(*lost)
        with failing(monkeypatch, "accounts.edit"):
            await wire.give("accounts.edit", {"id": lost[1]["id"], "set": {"phone": "2"}, "base": {"phone": "1"}})
        await manager.give("accounts.transfer", {"id": lost[1]["id"], "to_user_id": str(house.users["rep2"])})
        house.clock.advance(61)
        assert await retry_due(house.services) == 2
        merged, refused = await late_receipts(wire)
        assert (merged["status"], [each["field"] for each in merged["conflicts"]]) == ("merged", ["phone"])
        assert merged["conflicts"][0]["id"] in wire.documents("conflict")
        assert (refused["status"], refused["code"]) == ("rejected", "not_owner")
        (kept,) = wire.documents("refusal").values()
        assert (kept["device_id"], kept["seq"], kept["args"]["set"]) == (wire.device, refused["seq"], {"phone": "2"})


async def test_an_administrator_retries_and_dismisses_by_hand(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.wire("rep1") as wire, house.http("admin") as admin, house.http("manager") as manager:
        with failing(monkeypatch, "accounts.create"):
            await wire.send(account("first"), account("second"))
        first, second = sorted((each["id"] for each in await parked_records(house)), key=str)
        assert (await manager.get("/api/v1/parked-mutations")).json()["items"] == []
        refused = await manager.post(f"/api/v1/parked-mutations/{first}/dismiss", json={})
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
        assert (await admin.post(f"/api/v1/parked-mutations/{first}/retry", json={})).status_code == 200
        assert (await admin.post(f"/api/v1/parked-mutations/{second}/dismiss", json={})).status_code == 200
        assert await retry_due(house.services) == 2
        statuses = [(each["status"], each["code"]) for each in await late_receipts(wire)]
        assert statuses == [("applied", None), ("rejected", "dismissed")]
        (kept,) = wire.documents("refusal").values()
        assert (kept["code"], kept["args"]["name"]) == ("dismissed", "second")
        for action in ("retry", "dismiss"):
            answer = await admin.post(f"/api/v1/parked-mutations/{first}/{action}", json={})
            assert (answer.status_code, answer.json()["code"]) == (409, "parked_closed")


async def test_a_mutation_of_a_newer_app_waits_for_the_server_that_knows_it(house: House) -> None:
    async with house.wire("rep1") as wire:
        receipts = await wire.send(("quotes.create", {"id": str(new_id()), "text": "\0 and \ud800 are kept"[:5]}))
        assert receipts[0] == {
            "seq": 1, "status": "parked", "code": "unknown_mutation", "params": {"name": "quotes.create", "v": 1},
        }  # fmt: skip
        house.clock.advance(61)
        assert await retry_due(house.services) == 1
        (seen,) = await parked_records(house)
        assert (seen["code"], seen["attempts"], seen["error"]) == ("unknown_mutation", 2, None)


async def test_one_log_row_however_often_it_is_tried(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.wire("rep1") as wire:
        with failing(monkeypatch, "accounts.create"):
            await wire.give(*account())
            house.clock.advance(HOUR_S)
            await retry_due(house.services)
        house.clock.advance(HOUR_S)
        await retry_due(house.services)
        async with house.services.database.reading() as connection:
            rows = (await connection.execute(select(CommandLog).where(CommandLog.source == "push"))).all()
        assert [(row.seq, row.status, row.code) for row in rows] == [(1, "applied", None)]


async def test_too_much_that_is_parked_is_refused_and_stays_with_its_author(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parked, "MOST_WAITING", 3)
    async with house.wire("rep1") as wire, house.wire("rep2") as other:
        receipts = await wire.send(*[("nothing.known", {"number": number}) for number in range(5)])
        assert [each["status"] for each in receipts] == ["parked"] * 3 + ["rejected"] * 2
        assert receipts[-1]["code"] == "too_many_parked"
        assert (await other.give("nothing.known", {}))["status"] == "parked", "one person does not crowd another out"
        await wire.pull()
        assert sorted(each["args"]["number"] for each in wire.documents("refusal").values()) == [3, 4]
