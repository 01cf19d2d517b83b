"""Customers, contacts, sites and notes: who may change what, and what comes of it, on both databases."""

from typing import Any

import pytest

from cairn.kernel.ids import new_id
from support.house import PEOPLE, House, position
from support.wire import Wire

Json = dict[str, Any]
MAY_EDIT = {"admin", "boss", "manager", "rep1"}
MAY_CREATE = {"admin", "boss", "manager", "rep1", "rep2", "other", "marketing", "agent"}


def fresh(**fields: Any) -> Json:
    return {"id": str(new_id()), **fields}


async def outcome(wire: Wire, name: str, args: Json) -> tuple[str, str | None]:
    receipt = await wire.give(name, args)
    return receipt["status"], receipt.get("code")


async def own_account(wire: Wire, **fields: Any) -> str:
    args = fresh(**({"name": "Lake Cooling", "phone": "1"} | fields))
    assert (await wire.give("accounts.create", args))["status"] == "applied"
    return str(args["id"])


async def test_a_customer_is_made_with_everything_that_is_known(house: House) -> None:
    async with house.wire("rep1") as wire:
        args = fresh(
            name="澄湖制冷设备",
            address="苏州工业园区 1 号",
            position=position() | {"altitude_m": 12.5, "speed_mps": 0.0},
            phone="0512-5550100",
            tags=["重点", "冷库"],
            notes="第一行\n第二行",
        )
        assert await outcome(wire, "accounts.create", args) == ("applied", None)
        await wire.pull()
        document = wire.documents("account")[args["id"]]
        assert {key: document[key] for key in args} == args
        assert document["owner_id"] == document["created_by"] == str(house.users["rep1"])
        assert (document["created_at"], document["last_visit_at"]) == (wire.now, None)
        card = wire.documents("account_card")[args["id"]]
        assert set(card) == {"id", "name", "address", "position", "owner_id", "search"}


async def test_the_same_creation_again_is_applied_and_another_is_not(house: House) -> None:
    async with house.wire("rep1") as wire:
        args = fresh(name="A", tags=["t"])
        assert await outcome(wire, "accounts.create", args) == ("applied", None)
        assert await outcome(wire, "accounts.create", dict(reversed(args.items()))) == ("applied", None)
        assert await outcome(wire, "accounts.create", args | {"name": "B"}) == ("rejected", "already_exists")
        await wire.pull()
        assert [each["name"] for each in wire.documents("account").values()] == ["A"]
        again = await wire.send(("accounts.create", args), ("accounts.create", args))
        assert [each["status"] for each in again] == ["applied", "applied"]


async def test_each_role_may_do_its_own(house: House) -> None:
    async with house.wire("rep1") as owner:
        account_id = await own_account(owner)
        for name in PEOPLE:
            async with house.wire(name) as wire:
                edit = {"id": account_id, "set": {"notes": name}, "base": {"notes": None}}
                status, code = await outcome(wire, "accounts.edit", edit)
                if name in MAY_EDIT:
                    assert status in ("applied", "merged"), name
                else:
                    denied = "not_owner" if "accounts.edit" in await permissions(wire) else "not_permitted"
                    assert (status, code) == ("rejected", denied), name
                status, code = await outcome(wire, "accounts.create", fresh(name=name))
                assert (status == "applied") == (name in MAY_CREATE), name
                assert code in (None, "not_permitted")


async def permissions(wire: Wire) -> list[str]:
    answer: list[str] = (await wire.http.get("/api/session")).json()["permissions"]
    return answer


async def test_what_is_not_there_is_not_found_for_every_decision(house: House) -> None:
    async with house.wire("admin") as wire, house.wire("stranger") as abroad:
        foreign = await own_account(abroad)
        foreign_contact = fresh(account_id=foreign, name="C")
        foreign_site = fresh(account_id=foreign, name="S")
        foreign_visit = fresh(account_id=foreign, position=position())
        foreign_plan = fresh(account_id=foreign, starts_at="2026-11-24T02:00:00Z")
        made = await abroad.send(
            ("contacts.create", foreign_contact),
            ("sites.create", foreign_site),
            ("visits.check_in", foreign_visit),
            ("visits.plan", foreign_plan),
            ("accounts.edit", {"id": foreign, "set": {"phone": "2"}, "base": {"phone": "0"}}),
            ("accounts.create", {"id": "bad"}),
        )
        assert [each["status"] for each in made] == ["applied"] * 4 + ["merged", "rejected"]
        await abroad.pull()
        (conflict_id,), (refusal_id,) = abroad.documents("conflict"), abroad.documents("refusal")
        mine = await own_account(wire)
        before = abroad.held
        ids = {
            "account": foreign, "contact": foreign_contact["id"], "site": foreign_site["id"],
            "visit": foreign_visit["id"], "plan": foreign_plan["id"], "conflict": conflict_id, "refusal": refusal_id,
        }  # fmt: skip
        for place in (ids, {key: str(new_id()) for key in ids}):
            empty: Json = {"set": {"name": "X"}, "base": {"name": "X"}}
            attempts: list[tuple[str, Json]] = [
                ("accounts.edit", {"id": place["account"], **empty}),
                ("accounts.transfer", {"id": place["account"], "to_user_id": str(house.users["rep1"])}),
                ("accounts.transfer", {"id": mine, "to_user_id": str(house.users["stranger"])}),
                ("contacts.create", fresh(account_id=place["account"], name="X")),
                ("contacts.edit", {"id": place["contact"], **empty}),
                ("sites.create", fresh(account_id=place["account"], name="X")),
                ("sites.edit", {"id": place["site"], **empty}),
                ("visits.plan", fresh(account_id=place["account"], starts_at="2026-11-24T02:00:00Z")),
                ("visits.cancel_plan", {"id": place["plan"]}),
                ("conflicts.resolve", {"id": place["conflict"], "take": "mine"}),
                ("refusals.close", {"id": place["refusal"], "outcome": "given_up"}),
            ]
            receipts = await wire.send(*attempts)
            for receipt, (name, _) in zip(receipts, attempts, strict=True):
                assert (receipt["status"], receipt["code"]) == ("rejected", "not_found"), name
                assert set(receipt["params"]) == {"kind", "id"}
        await wire.pull()
        assert {document["about"]["id"] for document in wire.documents("refusal").values() if document["about"]} == {
            mine
        }, "a refusal names no record of another organization"
        await abroad.pull()
        assert abroad.held == before


async def test_contacts_and_sites_belong_to_the_customers_owner(house: House) -> None:
    async with house.wire("rep1") as owner, house.wire("rep2") as colleague, house.wire("manager") as manager:
        account_id = await own_account(owner)
        contact = fresh(account_id=account_id, name="王芳", phone="139", email="w@example.com", position_title="经理")
        site = fresh(account_id=account_id, name="二厂", position=position(31.4))
        for name, args in (("contacts.create", contact), ("sites.create", site)):
            assert await outcome(colleague, name, args) == ("rejected", "not_owner")
            assert await outcome(owner, name, args) == ("applied", None)
        for name, args in (("contacts.edit", contact), ("sites.edit", site)):
            edit = {"id": args["id"], "set": {"name": "新"}, "base": {"name": args["name"]}}
            assert await outcome(colleague, name, edit) == ("rejected", "not_owner")
            assert await outcome(manager, name, edit) == ("applied", None)
        for wire in (owner, manager):
            await wire.pull()
            assert wire.documents("contact")[contact["id"]] == contact | {
                "name": "新",
                "created_at": owner.now,
                "created_by": str(house.users["rep1"]),
            }
            assert wire.documents("site")[site["id"]]["name"] == "新"
        await colleague.pull()
        assert not colleague.documents("contact")
        refusals = [each for each in owner.documents("refusal").values() if each["name"].endswith("edit")]
        assert len(refusals) == 2, "the owner sees what a colleague wanted"
        assert {each["author_id"] for each in refusals} == {str(house.users["rep2"])}


async def test_a_transfer_moves_rights_at_once(house: House) -> None:
    async with house.wire("rep1") as old, house.wire("rep2") as new, house.wire("manager") as manager:
        account_id = await own_account(old)
        to_new = {"id": account_id, "to_user_id": str(house.users["rep2"])}
        edit = {"id": account_id, "set": {"phone": "2"}, "base": {"phone": "1"}}
        assert await outcome(new, "accounts.transfer", to_new) == ("rejected", "not_owner")
        assert await outcome(manager, "accounts.transfer", to_new) == ("applied", None)
        assert await outcome(old, "accounts.edit", edit) == ("rejected", "not_owner")
        assert await outcome(new, "accounts.edit", edit) == ("applied", None)
        await old.pull()
        (refusal,) = [each for each in old.documents("refusal").values() if each["name"] == "accounts.edit"]
        assert (refusal["title"], refusal["code"]) == ("Lake Cooling", "not_owner")
        assert refusal["params"]["owner_id"] == str(house.users["rep2"])
        assert refusal["about"] == {"kind": "account", "id": account_id}
        handed = fresh(about=refusal["about"], text="phone should be 2")
        receipt = await old.give("notes.add", handed)
        assert (receipt["status"], receipt["flags"]) == ("applied", ["not_owner"])
        assert await outcome(new, "refusals.close", {"id": refusal["id"], "outcome": "given_up"}) == (
            "rejected",
            "not_owner",
        )
        close = {"id": refusal["id"], "outcome": "handed_over"}
        assert await outcome(old, "refusals.close", close) == ("applied", None)
        await new.pull()
        assert new.documents("note")[handed["id"]]["text"] == "phone should be 2"
        assert new.documents("refusal")[refusal["id"]]["outcome"] == "handed_over"


async def test_nobody_takes_over_who_is_out_of_service(house: House) -> None:
    async with house.wire("rep1") as wire, house.http("admin") as admin:
        account_id = await own_account(wire)
        path = f"/api/v1/users/{house.users['rep2']}"
        assert (await admin.patch(path, json={"set": {"active": False}})).status_code == 200
        args = {"id": account_id, "to_user_id": str(house.users["rep2"])}
        assert await outcome(wire, "accounts.transfer", args) == ("rejected", "user_not_active")


async def test_names_and_notes_survive_as_they_were_typed(house: House) -> None:
    async with house.wire("rep1") as wire:
        args = fresh(name="  spaced \u3000", notes=" \n x \t")
        await wire.give("accounts.create", args)
        await wire.pull()
        document = wire.documents("account")[args["id"]]
        assert (document["name"], document["notes"]) == (args["name"], args["notes"])


@pytest.mark.parametrize("where", ["nowhere", "abroad"])
async def test_a_fact_about_what_nobody_knows_is_kept_for_the_supervisor(house: House, where: str) -> None:
    async with house.wire("rep1") as wire, house.wire("manager") as manager, house.wire("stranger") as abroad:
        account_id, visit_id = str(new_id()), str(new_id())
        if where == "abroad":
            account_id = await own_account(abroad)
            await abroad.give("visits.check_in", {"id": visit_id, "account_id": account_id, "position": position()})
        await abroad.pull()
        before = dict(abroad.held)
        check_in = fresh(account_id=account_id, position=position(), photo_ids=[str(new_id())])
        facts: list[tuple[str, Json]] = [
            ("visits.check_in", check_in),
            ("visits.check_out", {"id": visit_id, "report": "pump replaced", "next_step": "call"}),
            ("notes.add", fresh(about={"kind": "account", "id": account_id}, text="about nobody")),
            ("notes.add", fresh(about={"kind": "invoice", "id": str(new_id())}, text="about nothing")),
        ]
        receipts = await wire.send(*facts)
        assert [each["status"] for each in receipts] == ["applied"] * 4
        flags = [set(each["flags"]) & {"account_unknown", "visit_unknown", "record_unknown"} for each in receipts]
        assert flags == [{"account_unknown"}, {"visit_unknown"}, {"account_unknown"}, {"record_unknown"}]
        again = await wire.send(facts[1])
        assert again[0]["flags"] == receipts[1]["flags"]
        await manager.pull()
        visit = manager.documents("visit")[check_in["id"]]
        assert (visit["account_id"], visit["account_name"]) == (account_id, "")
        assert "account_unknown" in visit["flags"]
        notes = {note["text"]: note for note in manager.documents("note").values()}
        assert notes.keys() == {"pump replaced", "call", "about nobody", "about nothing"}
        assert notes["pump replaced"]["about"] == {"kind": "visit", "id": visit_id}
        assert notes["pump replaced"]["flags"] == ["visit_unknown"]
        await abroad.pull()
        assert abroad.held == before


async def test_open_conflicts_follow_the_customer(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("manager") as manager, house.wire("other") as heir:
        account_id = await own_account(wire)
        edits = [{"phone": "2"}, {"phone": "3"}, {"name": "B"}, {"name": "C"}]
        for values in edits:
            base = dict.fromkeys(values, "0")
            await manager.give("accounts.edit", {"id": account_id, "set": values, "base": base})
        await wire.pull()
        conflicts = wire.documents("conflict")
        assert len(conflicts) > 1
        settled, *still_open = conflicts
        await wire.give("conflicts.resolve", {"id": settled, "take": "theirs"})
        await wire.give("accounts.transfer", {"id": account_id, "to_user_id": str(house.users["other"])})
        await heir.pull()
        assert heir.documents("conflict").keys() == set(still_open)
        assert (await heir.give("conflicts.resolve", {"id": still_open[0], "take": "mine"}))["status"] == "applied"
