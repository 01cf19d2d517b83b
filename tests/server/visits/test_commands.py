"""Visits: what happened is always taken, and what is odd about it is flagged."""

from datetime import timedelta
from typing import Any

import pytest

from cairn.kernel.ids import new_id
from support.house import MONDAY, House, position
from support.wire import Wire, stamp

Json = dict[str, Any]


def fresh(**fields: Any) -> Json:
    return {"id": str(new_id()), **fields}


async def customer(wire: Wire, **fields: Any) -> str:
    args = fresh(**({"name": "Lake Cooling", "position": position()} | fields))
    assert (await wire.give("accounts.create", args))["status"] == "applied"
    return str(args["id"])


@pytest.mark.feature(122, 123, 125)
async def test_a_planned_visit_from_check_in_to_report(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("manager") as manager:
        account_id = await customer(wire)
        plan = fresh(account_id=account_id, starts_at="2026-11-23T06:00:00Z", purpose="压缩机报价")
        check_in = fresh(account_id=account_id, position=position(), plan_id=plan["id"], note="门口")
        step = {"text": "报价", "due_at": "2026-11-27T01:00:00Z"}
        out = {"id": check_in["id"], "report": "需要两台", "next_step": step, "position": position()}
        receipts = await wire.send(("visits.plan", plan), ("visits.check_in", check_in), ("visits.check_out", out))
        assert [(each["status"], each["flags"]) for each in receipts] == [("applied", [])] * 3
        await manager.pull()
        visit = manager.documents("visit")[check_in["id"]]
        assert (visit["state"], visit["report"], visit["next_step"]) == ("done", "需要两台", step)
        assert (visit["checked_in_at"], visit["received_at"], visit["checked_out_at"]) == (wire.now,) * 3
        assert (visit["position"], visit["distance_m"], visit["flags"]) == (
            position() | {"altitude_m": None, "speed_mps": None},
            0,
            [],
        )
        assert visit["verdict"] == {"level": "ok", "score": 100, "reasons": []}
        planned = manager.documents("visit_plan")[plan["id"]]
        assert (planned["state"], planned["visit_id"], planned["purpose"]) == ("done", visit["id"], "压缩机报价")
        assert manager.documents("account")[account_id]["last_visit_at"] == wire.now


@pytest.mark.feature(127)
async def test_what_is_odd_about_a_check_in_is_flagged_and_taken(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("other") as outsider:
        account_id = await customer(wire)
        elsewhere = await customer(wire, name="Elsewhere")
        plan = fresh(account_id=elsewhere, starts_at="2026-11-23T06:00:00Z")
        done = fresh(account_id=account_id, starts_at="2026-11-23T06:00:00Z")
        visit = fresh(account_id=account_id, position=position(), plan_id=done["id"])
        await wire.send(("visits.plan", plan), ("visits.plan", done), ("visits.check_in", visit))

        async def flags(sender: Wire = wire, **changes: Any) -> list[str]:
            receipt = await sender.give("visits.check_in", fresh(account_id=account_id, position=position()) | changes)
            assert receipt["status"] == "applied", receipt
            found: list[str] = receipt["flags"]
            return found

        assert await flags() == []
        assert await flags(outsider) == ["not_owner"]
        assert await flags(plan_id=str(new_id())) == ["plan_unknown"]
        assert await flags(plan_id=plan["id"]) == ["plan_unknown"]
        assert await flags(plan_id=done["id"]) == ["plan_done_already"]
        assert await flags(position=position(accuracy_m=500)) == ["low_accuracy"]
        assert await flags(position=position(at=MONDAY - timedelta(hours=1))) == ["stale_fix"]
        assert set(await flags(position=position(0, 0))) == {"far_from_site", "impossible_speed"}
        await wire.pull()
        assert wire.documents("visit_plan")[plan["id"]]["state"] == "planned"


CLOCKS = [
    ("0001-01-01T00:00:00Z", None),
    ("0001-01-01T00:00:00+14:00", None),
    ("9999-12-31T23:59:59Z", None),
    ("9999-12-31T23:59:59.999999-12:00", None),
    ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
    ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"),
    (stamp(MONDAY), stamp(MONDAY + timedelta(seconds=301))),
    (stamp(MONDAY), stamp(MONDAY - timedelta(seconds=301))),
    (stamp(MONDAY + timedelta(hours=2)), None),
]


async def test_facts_from_impossible_clocks_are_taken_and_flagged(house: House) -> None:
    async with house.wire("rep1") as wire:
        account_id = await customer(wire)
        for at, sent_at in CLOCKS:
            fix = position() | {"fixed_at": at}
            args = fresh(account_id=account_id, position=fix)
            mutations = [
                wire.mutation(wire.last_seq + 1, "visits.check_in", args, at=at),
                wire.mutation(wire.last_seq + 2, "visits.check_out", {"id": args["id"], "report": "x"}, at=at),
                wire.mutation(
                    wire.last_seq + 3,
                    "notes.add",
                    fresh(about={"kind": "visit", "id": args["id"]}, text="x"),
                    at=at,
                ),
            ]
            answer = await wire.push(mutations, **({"sent_at": sent_at} if sent_at else {}))
            assert answer.status_code == 200, (at, sent_at)
            wire.last_seq = answer.json()["last_seq"]
            for receipt in answer.json()["receipts"]:
                assert receipt["status"] == "applied", (at, sent_at, receipt)
                assert "clock_skew" in receipt["flags"], (at, sent_at, receipt)
            await wire.pull()
            assert "2000" <= wire.documents("visit")[args["id"]]["checked_in_at"] <= wire.now
            await house.check()


async def test_five_minutes_of_skew_are_no_flag_and_are_corrected(house: House) -> None:
    async with house.wire("rep1") as wire:
        account_id = await customer(wire)
        slow = stamp(MONDAY - timedelta(seconds=300))
        args = fresh(account_id=account_id, position=position() | {"fixed_at": slow})
        receipt = await wire.give("visits.check_in", args, sent_at=slow)
        assert receipt["flags"] == []
        earlier = fresh(account_id=account_id, position=position())
        mutation = wire.mutation(wire.last_seq + 1, "visits.check_in", earlier, at=stamp(MONDAY - timedelta(hours=1)))
        await wire.push([mutation], sent_at=slow)
        await wire.pull()
        visits = wire.documents("visit")
        assert visits[args["id"]]["checked_in_at"] == wire.now
        assert visits[earlier["id"]]["checked_in_at"] == stamp(MONDAY - timedelta(minutes=55))


async def test_a_fix_from_the_future_does_not_hide_later_journeys(house: House) -> None:
    async with house.wire("rep1") as wire:
        account_id = await customer(wire)
        future = position() | {"fixed_at": "9999-01-01T00:00:00Z"}
        await wire.give("visits.check_in", fresh(account_id=account_id, position=future))
        house.clock.advance(60)
        wire.now = stamp(house.clock.now())
        far = position(39.9, 116.4, at=house.clock.now())
        receipt = await wire.give("visits.check_in", fresh(account_id=account_id, position=far))
        assert "impossible_speed" in receipt["flags"]


async def test_out_before_in_and_out_twice(house: House) -> None:
    async with house.wire("rep1") as wire:
        account_id = await customer(wire)
        args = fresh(account_id=account_id, position=position())
        await wire.give("visits.check_in", args)
        early = wire.mutation(
            wire.last_seq + 1,
            "visits.check_out",
            {"id": args["id"], "report": "one"},
            at=stamp(MONDAY - timedelta(hours=1)),
        )
        answer = (await wire.push([early])).json()
        assert answer["receipts"][0]["flags"] == ["clock_set_back", "out_before_in"]
        wire.last_seq = answer["last_seq"]
        same = await wire.give("visits.check_out", {"id": args["id"], "report": "one"})
        assert (same["status"], same["flags"]) == ("applied", [])
        second = await wire.give(
            "visits.check_out", {"id": args["id"], "report": "two", "next_step": {"text": "call back"}}
        )
        assert (second["status"], second["flags"]) == ("applied", ["checked_out_already"])
        only_promise = await wire.give("visits.check_out", {"id": args["id"], "report": "", "next_step": "promise"})
        assert only_promise["flags"] == ["checked_out_already"]
        await wire.pull()
        visit = wire.documents("visit")[args["id"]]
        assert (visit["report"], visit["flags"]) == ("one", ["clock_set_back", "out_before_in"])
        notes = wire.documents("note").values()
        assert sorted(each["text"] for each in notes) == ["call back", "promise", "two"]
        assert {each["about"]["id"] for each in notes} == {args["id"]}


async def test_a_lost_customers_visit_and_note_are_kept(house: House) -> None:
    async with house.wire("rep1") as old, house.wire("rep2") as new, house.wire("manager") as manager:
        account_id = await customer(old)
        visit = fresh(account_id=account_id, position=position())
        await manager.give("accounts.transfer", {"id": account_id, "to_user_id": str(house.users["rep2"])})
        note = fresh(about={"kind": "visit", "id": visit["id"]}, text="seen")
        plan = fresh(account_id=account_id, starts_at="2026-11-24T02:00:00Z")
        receipts = await old.send(("visits.check_in", visit), ("notes.add", note), ("visits.plan", plan))
        assert [(each["status"], each.get("flags")) for each in receipts[:2]] == [("applied", ["not_owner"])] * 2
        assert (receipts[2]["status"], receipts[2]["code"]) == ("rejected", "not_owner")
        for wire in (old, new, manager):
            await wire.pull()
            assert visit["id"] in wire.documents("visit")
            assert note["id"] in wire.documents("note")


async def test_plans_are_judged_by_rights_and_sense(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("rep2") as other, house.wire("finance") as finance:
        account_id = await customer(wire)

        async def plan(sender: Wire, starts_at: str) -> tuple[str, str | None]:
            receipt = await sender.give("visits.plan", fresh(account_id=account_id, starts_at=starts_at))
            return receipt["status"], receipt.get("code")

        assert await plan(other, "2026-11-24T02:00:00Z") == ("rejected", "not_owner")
        assert await plan(finance, "2026-11-24T02:00:00Z") == ("rejected", "not_permitted")
        for starts_at in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"):
            assert await plan(wire, starts_at) == ("rejected", "time_out_of_range")
        assert await plan(wire, "2026-11-24T02:00:00") == ("rejected", "malformed")
        cancelled = fresh(account_id=account_id, starts_at="2026-11-24T02:00:00Z")
        await wire.give("visits.plan", cancelled)
        assert (await other.give("visits.cancel_plan", {"id": cancelled["id"]}))["code"] == "not_owner"
        assert (await wire.give("visits.cancel_plan", {"id": cancelled["id"]}))["status"] == "applied"
        visit = fresh(account_id=account_id, position=position(), plan_id=cancelled["id"])
        await wire.give("visits.check_in", visit)
        closed = await wire.give("visits.cancel_plan", {"id": cancelled["id"]})
        assert (closed["status"], closed["code"]) == ("rejected", "plan_closed")
