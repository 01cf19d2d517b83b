"""Facts are judged by the rights that their author ever had: what was lost since is a flag, and no refusal."""

from typing import Any

import msgspec
import pytest

from cairn.api.sync import answer_push
from cairn.jobs.compaction import compact
from cairn.jobs.retries import retry_due
from cairn.kernel.ids import new_id
from cairn.services import build_services
from support.house import House, position, token_of
from support.poison import failing
from support.wire import Wire

Json = dict[str, Any]
YEAR_S = 365 * 86_400.0


def fresh(**fields: Any) -> Json:
    return {"id": str(new_id()), **fields}


async def change(house: House, name: str, **fields: Any) -> None:
    """The office changes somebody's roles or service."""
    async with house.http("admin") as admin:
        answer = await admin.patch(f"/api/v1/users/{house.users[name]}", json={"set": fields})
        assert answer.json()["status"] == "applied", answer.text


async def customer(wire: Wire) -> str:
    account = fresh(name="Lake Cooling", position=position())
    assert (await wire.give("accounts.create", account))["status"] == "applied"
    return str(account["id"])


def verdict(receipt: Json) -> tuple[str, Any]:
    """Status, and whether it is flagged or why it is refused."""
    return receipt["status"], receipt.get("code") or "role_lost" in receipt["flags"]


async def test_what_was_done_before_a_role_was_lost_is_taken_and_flagged(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("manager") as manager:
        account_id = await customer(wire)
        visit = fresh(account_id=account_id, position=position())
        await change(house, "rep1", roles=["finance"])
        arrived, left, said, edited = await wire.send(
            ("visits.check_in", visit),
            ("visits.check_out", {"id": visit["id"], "report": "all well"}),
            ("notes.add", fresh(about={"kind": "account", "id": account_id}, text="a gate on the left")),
            ("accounts.edit", {"id": account_id, "set": {"name": "B"}, "base": {"name": "Lake Cooling"}}),
        )
        assert [verdict(arrived), verdict(left)] == [("applied", True)] * 2
        assert verdict(said) == ("applied", False), "everybody may write notes"
        assert verdict(edited) == ("rejected", "not_permitted"), "decisions go by the rights of now"
        await manager.pull()
        seen = manager.documents("visit")[visit["id"]]
        assert (seen["state"], seen["report"]) == ("done", "all well")
        assert "role_lost" in seen["flags"]
        again = await wire.push([wire.mutation(2, "visits.check_in", visit)])
        assert again.json()["receipts"] == [arrived]
        await change(house, "rep1", roles=["salesperson"])
        assert verdict(await wire.give("visits.check_in", fresh(account_id=account_id, position=position()))) == (
            ("applied", False)
        )


async def test_who_never_might_is_refused_whatever_their_clock_says(house: House) -> None:
    async with house.wire("rep1") as rep, house.wire("finance") as wire:
        account_id = await customer(rep)
        for at in ("2020-01-01T00:00:00Z", wire.now):
            visit = fresh(account_id=account_id, position=position())
            mutation = wire.mutation(wire.last_seq + 1, "visits.check_in", visit, at=at)
            answer = (await wire.push([mutation])).json()
            wire.last_seq = answer["last_seq"]
            assert verdict(answer["receipts"][0]) == ("rejected", "not_permitted")
        await wire.pull()
        assert [each["title"] for each in wire.documents("refusal").values()] == [None, None], (
            "a refusal tells nothing of the record"
        )
        await change(house, "finance", roles=["finance", "salesperson"])
        late = fresh(account_id=account_id, position=position())
        assert verdict(await wire.give("visits.check_in", late)) == ("applied", False)


async def test_a_bad_fact_is_refused_for_what_it_is(house: House) -> None:
    async with house.wire("rep1") as wire:
        await change(house, "rep1", roles=["finance"])
        assert verdict(await wire.give("visits.check_in", {"id": "?"})) == ("rejected", "malformed")


async def test_without_a_device_the_rights_of_now_decide(house: House) -> None:
    async with house.wire("rep1") as wire, house.http("rep1") as http:
        account_id = await customer(wire)
        await change(house, "rep1", roles=["finance"])
        answer = await http.post("/api/v1/visits", json={"account_id": account_id, "position": position()})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


async def test_a_step_of_a_job_says_so_in_the_trace(house: House) -> None:
    async with house.wire("rep1") as rep, house.wire("service") as service, house.wire("tech") as tech:
        ticket = fresh(account_id=await customer(rep), type="repair", title="Loud")
        await rep.give("tickets.create", ticket)
        await service.give("tickets.assign", {"id": ticket["id"], "to_user_id": str(house.users["tech"])})
        assert verdict(await tech.give("tickets.sign_in", {"id": ticket["id"]})) == ("applied", False)
        await change(house, "tech", roles=["salesperson"])
        signed_out = await tech.give("tickets.sign_out", {"id": ticket["id"], "report": "bearing replaced"})
        assert verdict(signed_out) == ("applied", True)
        await service.pull()
        seen = service.documents("ticket")[ticket["id"]]
        assert seen["report"] == "bearing replaced"
        assert [(step["event"], "role_lost" in step["flags"]) for step in seen["trace"][-2:]] == [
            ("sign_in", False),
            ("sign_out", True),
        ]


async def test_who_was_out_of_service_brings_it_when_they_are_back(house: House) -> None:
    async with house.wire("rep1") as wire:
        visit = fresh(account_id=await customer(wire), position=position())
        await change(house, "rep1", active=False)
        answer = await wire.push([wire.mutation(2, "visits.check_in", visit)])
        assert (answer.status_code, answer.json()["code"]) == (401, "session_ended"), "it waits on the phone"
        await change(house, "rep1", roles=["finance"])
        await change(house, "rep1", active=True)
        assert verdict(await wire.give("visits.check_in", visit)) == ("applied", True)


async def test_a_role_never_in_service_entitles_to_nothing(house: House) -> None:
    async with house.wire("rep1") as rep, house.wire("finance") as wire:
        account_id = await customer(rep)
        await change(house, "finance", active=False)
        await change(house, "finance", roles=["salesperson"])
        await change(house, "finance", roles=["finance"])
        await change(house, "finance", active=True)
        visit = fresh(account_id=account_id, position=position())
        assert verdict(await wire.give("visits.check_in", visit)) == ("rejected", "not_permitted")


async def test_what_was_parked_meanwhile_is_taken_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.wire("rep1") as wire:
        visit = fresh(account_id=await customer(wire), position=position())
        with failing(monkeypatch, "visits.check_in"):
            assert (await wire.give("visits.check_in", visit))["status"] == "parked"
        await change(house, "rep1", roles=["finance"])
        house.clock.advance(61)
        assert await retry_due(house.services) == 1
        await wire.pull()
        (late,) = wire.documents("receipt").values()
        assert verdict(late) == ("applied", True)


async def test_roles_of_years_ago_are_remembered(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("manager") as manager:
        visit = fresh(account_id=await customer(wire), position=position())
        await change(house, "rep1", roles=["finance"])
        house.clock.advance(YEAR_S)
        await manager.hello()
        await manager.give("accounts.create", fresh(name="B"))
        house.clock.advance(YEAR_S)
        await compact(house.services)
        await wire.hello()
        assert verdict(await wire.give("visits.check_in", visit)) == ("applied", True)


async def test_a_role_given_a_moment_ago_counts_on_every_server(house: House) -> None:
    """Another process may go by rights that it looked up before: for a refusal of what happened that is not enough."""
    async with house.wire("rep1") as rep, house.wire("finance") as wire:
        account_id = await customer(rep)
        settings = house.services.settings
        other = build_services(settings, clock=house.clock)
        try:
            before = await other.sessions.find(token_of("finance"))
            await change(house, "finance", roles=["salesperson"])
            assert await other.sessions.find(token_of("finance")) is before
            visit = fresh(account_id=account_id, position=position())
            body = wire.envelope([wire.mutation(1, "visits.check_in", visit)])
            answer = await answer_push(other, before, msgspec.json.encode(body))
            assert [(each.status, each.flags) for each in answer.receipts] == [("applied", ["not_owner"])]
        finally:
            await other.close()
