"""Tickets: those who dispatch decide by the state of now; what technicians report is always taken."""

from typing import Any

import pytest

from cairn.kernel.ids import new_id
from cairn.modules.tickets import recording
from support.desk import Json, desk_of, fresh
from support.house import House, position
from support.wire import Wire


async def test_a_request_from_intake_to_call_back(house: House) -> None:
    async with desk_of(house) as desk:
        due = "2026-11-23T10:00:00Z"
        ticket_id = await desk.ticket(source="phone", priority="urgent", due_at=due, product="CU-20 / 8871")
        assert (await desk.assign(ticket_id, "tech"))["status"] == "applied"
        steps: list[tuple[str, float, Json]] = [
            ("accept", 361, {}),
            ("on_my_way", 362, {"position": position()}),
            ("sign_in", 363, {"position": position()}),
            ("pause", 390, {"reason": "lunch"}),
            ("resume", 420, {}),
            ("sign_out", 513, {"report": "bearing replaced", "solved": True}),
        ]
        desk.house.clock.advance(4 * 3600)
        states = []
        for event, minutes, fields in steps:
            receipt = await desk.step(ticket_id, event, minutes, **fields)
            assert (receipt["status"], receipt["flags"]) == ("applied", []), receipt
            states.append((await desk.seen(ticket_id))["status"])
        assert states == ["accepted", "on_the_way", "on_site", "paused", "on_site", "done"]
        called = {"solved": True, "satisfaction": 4, "comment": "quick"}
        await desk.step(ticket_id, "call_back", 599, desk.service, **called)
        await desk.step(ticket_id, "close", 600, desk.service)
        ticket = await desk.seen(ticket_id, desk.rep)
        assert (ticket["status"], ticket["report"], ticket["solved"]) == ("closed", "bearing replaced", True)
        assert (ticket["confirmed_solved"], ticket["satisfaction"], ticket["comment"]) == (True, 4, "quick")
        assert [session["minutes"] for session in ticket["work"]] == [120]
        assert [entry["event"] for entry in ticket["trace"]] == [
            *("create", "assign", "accept", "on_my_way", "sign_in", "pause", "resume", "sign_out", "call_back", "close")
        ]
        assert ticket["trace"][2]["by"] == str(house.users["tech"])


async def test_a_technician_reads_the_customer_while_there_is_something_to_do(house: House) -> None:
    async with desk_of(house) as desk, house.wire("other") as stranger:
        contact = fresh(account_id=desk.account_id, name="Wang", phone="1")
        await desk.rep.give("contacts.create", contact)
        first, second = await desk.given(), await desk.given(title="Second")
        for wire in (desk.tech, desk.service):
            await wire.pull()
            assert desk.account_id in wire.documents("account")
            assert contact["id"] in wire.documents("contact")
        await stranger.pull()
        assert not stranger.documents("ticket") and not stranger.documents("account")
        for ticket_id, remains in ((first, True), (second, False)):
            await desk.step(ticket_id, "cancel", 361, desk.service)
            for wire in (desk.tech, desk.service):
                await wire.pull()
                assert (desk.account_id in wire.documents("account")) is remains
                assert ticket_id in wire.documents("ticket")
        await desk.step(second, "reopen", 362, desk.service)
        await desk.tech.pull()
        assert desk.account_id in desk.tech.documents("account")


async def test_a_sign_out_from_another_phone_is_joined_with_its_sign_in(house: House) -> None:
    async with desk_of(house) as desk, house.wire("tech") as other_phone:
        ticket_id = await desk.given()
        desk.house.clock.advance(4 * 3600)
        out = await desk.step(ticket_id, "sign_out", 530, other_phone, report="done")
        assert (out["status"], out["flags"]) == ("applied", ["sign_in_missing"])
        ticket = await desk.seen(ticket_id)
        assert (ticket["status"], ticket["work"][0]["signed_in_at"], ticket["work"][0]["minutes"]) == (
            ("done", None, None)
        )
        late = await desk.step(ticket_id, "sign_in", 380)
        assert (late["status"], late["flags"]) == ("applied", [])
        ticket = await desk.seen(ticket_id)
        assert (ticket["status"], [each["minutes"] for each in ticket["work"]]) == ("done", [150])


async def test_a_job_that_was_given_to_a_colleague_meanwhile_is_kept_and_flagged(house: House) -> None:
    async with desk_of(house) as desk, house.wire("boss") as boss:
        ticket_id = await desk.given()
        await desk.assign(ticket_id, "service")
        desk.house.clock.advance(4 * 3600)
        assert (await desk.step(ticket_id, "accept", 365))["flags"] == ["not_assigned"]
        assert (await desk.seen(ticket_id))["status"] == "assigned"
        inside = await desk.step(ticket_id, "sign_in", 370)
        outside = await desk.step(ticket_id, "sign_out", 400, report="was there all the same")
        assert [each["flags"] for each in (inside, outside)] == [["not_assigned"]] * 2
        ticket = await desk.seen(ticket_id, boss)
        assert (ticket["assigned_to"], ticket["work"][0]["minutes"]) == (str(house.users["service"]), 30)
        assert ticket["trace"][-1]["flags"] == ["not_assigned"]


async def test_two_technicians_each_have_their_time(house: House) -> None:
    async with desk_of(house) as desk:
        ticket_id = await desk.ticket()
        await desk.assign(ticket_id, "tech", "service")
        desk.house.clock.advance(4 * 3600)
        await desk.step(ticket_id, "sign_in", 400)
        helper = await desk.step(ticket_id, "sign_in", 430, desk.service)
        assert helper["flags"] == []
        await desk.step(ticket_id, "sign_out", 460, report="mine is done")
        assert (await desk.seen(ticket_id))["status"] == "on_site"
        await desk.step(ticket_id, "sign_out", 550, desk.service, report="all is done", outcome="waiting_parts")
        ticket = await desk.seen(ticket_id)
        assert (ticket["status"], ticket["report"]) == ("waiting_parts", "all is done")
        minutes = {each["user_id"]: each["minutes"] for each in ticket["work"]}
        assert minutes == {str(house.users["tech"]): 60, str(house.users["service"]): 120}


async def test_facts_are_taken_whatever_the_state(house: House) -> None:
    async with desk_of(house) as desk:
        ticket_id = await desk.given()
        await desk.step(ticket_id, "cancel", 361, desk.service, reason="by mistake")
        desk.house.clock.advance(4 * 3600)
        for event, minutes in (("accept", 370), ("sign_in", 380), ("pause", 381), ("resume", 382)):
            receipt = await desk.step(ticket_id, event, minutes)
            assert (receipt["status"], receipt["flags"]) == ("applied", ["out_of_order"]), event
        ticket = await desk.seen(ticket_id)
        assert ticket["status"] == "cancelled"
        assert len(ticket["trace"]) == 7
        again = await desk.step(ticket_id, "accept", 370)
        assert again["status"] == "applied"
        assert len((await desk.seen(ticket_id))["trace"]) == 7


async def test_a_report_on_an_unknown_or_endless_ticket_is_kept_as_a_note(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_of(house) as desk:
        unknown = await desk.step(str(new_id()), "sign_out", 360, report="nobody knows it")
        assert (unknown["status"], unknown["flags"]) == ("applied", ["ticket_unknown"])
        ticket_id = await desk.given()
        monkeypatch.setattr(recording, "LONGEST_TRACE", 2)
        full = await desk.step(ticket_id, "sign_in", 361)
        assert (full["status"], full["flags"]) == ("applied", ["ticket_trace_full"])
        assert (await desk.step(ticket_id, "cancel", 362, desk.service))["code"] == "ticket_trace_full"
        await desk.tech.pull()
        assert sorted(each["text"] for each in desk.tech.documents("note").values()) == ["nobody knows it", "sign_in"]


async def test_decisions_are_judged_by_state_and_rights(house: House) -> None:
    async with desk_of(house) as desk, house.wire("finance") as finance:
        ticket_id = await desk.ticket()
        for event in ("close", "call_back", "reopen"):
            said = {"solved": True} if event == "call_back" else {}
            receipt = await desk.step(ticket_id, event, 360, desk.service, **said)
            assert (receipt["status"], receipt["code"]) == ("rejected", "ticket_state"), event
        assert (await desk.assign(ticket_id, "rep1"))["code"] == "not_a_technician"
        assert (await desk.step(ticket_id, "cancel", 361, desk.tech))["code"] == "not_permitted"
        assert (await desk.step(ticket_id, "cancel", 361, desk.rep))["code"] == "not_permitted"
        assert (await desk.step(ticket_id, "sign_in", 361, finance))["code"] == "not_permitted"
        asked = fresh(account_id=desk.account_id, type="repair", title="x")
        assert (await finance.give("tickets.create", asked))["code"] == "not_permitted"
        assert (await desk.rep.give("tickets.create", asked | {"due_at": "0001-01-01T00:00:00Z"}))["code"] == (
            "time_out_of_range"
        )
        elsewhere = fresh(name="Elsewhere")
        gate = fresh(account_id=elsewhere["id"], name="Gate")
        await desk.rep.send(("accounts.create", elsewhere), ("sites.create", gate))
        assert (await desk.rep.give("tickets.create", asked | {"site_id": gate["id"]}))["code"] == "not_found"
        assert (await desk.seen(ticket_id))["status"] == "new"


async def test_what_two_managers_changed_is_merged_or_kept(house: House) -> None:
    async with desk_of(house) as desk, house.wire("boss") as boss:
        ticket_id = await desk.ticket(description="first\nsecond")

        async def edit(wire: Wire, field: str, before: Any, after: Any) -> Json:
            return await wire.give("tickets.edit", {"id": ticket_id, "base": {field: before}, "set": {field: after}})

        assert (await edit(desk.service, "title", "Compressor is loud", "Fan is loud"))["status"] == "applied"
        assert (await edit(boss, "description", "first\nsecond", "first\nsecond\nthird"))["status"] == "applied"
        due = "2026-11-24T02:00:00Z"
        assert (await edit(boss, "due_at", None, due))["status"] == "applied"
        clash = await edit(desk.service, "due_at", None, "2026-11-25T02:00:00Z")
        assert clash["status"] == "merged"
        ticket = await desk.seen(ticket_id)
        assert (ticket["title"], ticket["description"], ticket["due_at"]) == (
            "Fan is loud",
            "first\nsecond\nthird",
            due,
        )
        settled = await desk.service.give("conflicts.resolve", {"id": clash["conflicts"][0]["id"], "take": "mine"})
        assert settled["status"] == "applied", settled
        assert (await desk.seen(ticket_id))["due_at"] == "2026-11-25T02:00:00Z"
