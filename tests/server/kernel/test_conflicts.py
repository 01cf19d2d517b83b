"""Edits that meet: merged by the field's policy, or kept for a person to settle (sync protocol, "Edits")."""

from typing import Any

import pytest

from cairn.kernel.ids import new_id
from support.house import House, position
from support.wire import Wire

Json = dict[str, Any]


async def made(wire: Wire, **fields: Any) -> str:
    args = {"id": str(new_id()), "name": "Lake Cooling", **fields}
    assert (await wire.give("accounts.create", args))["status"] == "applied"
    return str(args["id"])


async def edit(wire: Wire, record_id: str, base: Json, wanted: Json, name: str = "accounts.edit") -> Json:
    return await wire.give(name, {"id": record_id, "set": wanted, "base": base})


async def document(wire: Wire, record_id: str, kind: str = "account") -> Json:
    await wire.pull()
    return wire.documents(kind)[record_id]


MERGES: list[tuple[str, Any, Any, Any, Any]] = [
    ("tags", ["a", "b"], ["b", "c"], ["a", "b", "d"], ["b", "c", "d"]),
    ("tags", ["a"], ["a"], [], []),
    ("notes", "one\ntwo\nthree", "ONE\ntwo\nthree", "one\ntwo\nTHREE", "ONE\ntwo\nTHREE"),
    ("phone", "1", "2", "2", "2"),
    ("phone", "1", "1", None, None),
    ("name", "A", "A", "B", "B"),
]


@pytest.mark.parametrize(("field", "base", "theirs", "mine", "merged"), MERGES)
async def test_what_can_be_merged_is(house: House, field: str, base: Any, theirs: Any, mine: Any, merged: Any) -> None:
    async with house.wire("rep1") as rep, house.wire("manager") as manager:
        account_id = await made(rep, **{field: base})
        assert (await edit(manager, account_id, {field: base}, {field: theirs}))["status"] == "applied"
        receipt = await edit(rep, account_id, {field: base}, {field: mine})
        assert (receipt["status"], receipt.get("conflicts")) == ("applied", None)
        assert (await document(rep, account_id))[field] == merged


async def test_address_and_position_are_one(house: House) -> None:
    async with house.wire("rep1") as rep, house.wire("manager") as manager:
        before, theirs, mine = (position(31 + offset) for offset in (0, 1, 2))
        account_id = await made(rep, address="A", position=before, phone="1")
        await edit(manager, account_id, {"address": "A", "position": before}, {"address": "B", "position": theirs})
        receipt = await edit(
            rep, account_id, {"position": before, "phone": "1"}, {"position": mine, "phone": "2"}
        )  # fmt: skip
        assert receipt["status"] == "merged"
        assert [each["field"] for each in receipt["conflicts"]] == ["address+position"]
        held = await document(rep, account_id)
        assert (held["phone"], held["address"], held["position"]["lat"]) == ("2", "B", 32.0)
        (conflict,) = rep.documents("conflict").values()
        assert conflict["id"] == receipt["conflicts"][0]["id"]
        assert (conflict["theirs"]["address"], conflict["mine"]["position"]["lat"]) == ("B", 33.0)
        resolve = {"id": conflict["id"], "take": "value", "value": {"address": "C", "position": None}}
        assert (await rep.give("conflicts.resolve", resolve))["status"] == "applied"
        held = await document(rep, account_id)
        assert (held["address"], held["position"]) == ("C", None)


async def test_text_that_cannot_be_merged_is_asked_for(house: House) -> None:
    async with house.wire("rep1") as rep, house.wire("manager") as manager:
        account_id = await made(rep, notes="one")
        await edit(manager, account_id, {"notes": "one"}, {"notes": "theirs"})
        assert (await edit(rep, account_id, {"notes": "one"}, {"notes": "mine"}))["status"] == "merged"


async def test_a_base_is_needed_for_every_field_that_is_set(house: House) -> None:
    async with house.wire("rep1") as rep:
        account_id = await made(rep, phone="1")
        receipt = await edit(rep, account_id, {"name": "Lake Cooling"}, {"phone": "2"})
        assert (receipt["status"], receipt["code"]) == ("rejected", "malformed")
        assert receipt["params"]["path"] == "$.args.base.phone"
        for args in ({"id": account_id, "set": {"phone": "2"}}, {"id": account_id, "base": {}}):
            assert (await rep.give("accounts.edit", args))["code"] == "malformed"
        for wanted in ({"owner_id": str(new_id())}, {"id": str(new_id())}, {"name": ""}, {"name": None}):
            assert (await edit(rep, account_id, wanted, wanted))["code"] == "malformed"
        assert (await edit(rep, account_id, {}, {}))["status"] == "applied"


async def conflict_on(
    house: House, mine: Wire, theirs: Wire, kind: str, values: tuple[Any, Any, Any], field: str = "phone"
) -> tuple[str, Json]:
    """A conflict on a field of a fresh record: (id of the record, the conflict)."""
    account_id = await made(mine, **({field: values[0]} if kind == "account" else {}))
    record_id = account_id
    if kind == "contact":
        record_id = str(new_id())
        args = {"id": record_id, "account_id": account_id, "name": "王芳", field: values[0]}
        assert (await mine.give("contacts.create", args))["status"] == "applied"
    name = f"{kind}s.edit"
    assert (await edit(theirs, record_id, {field: values[0]}, {field: values[1]}, name))["status"] == "applied"
    receipt = await edit(mine, record_id, {field: values[0]}, {field: values[2]}, name)
    assert receipt["status"] == "merged"
    return record_id, await document(mine, receipt["conflicts"][0]["id"], "conflict")


@pytest.mark.parametrize("kind", ["account", "contact"])
@pytest.mark.parametrize(("take", "expected"), [("mine", "3"), ("theirs", "2"), ("value", "4")])
async def test_either_of_the_two_settles_it(house: House, kind: str, take: str, expected: str) -> None:
    async with house.wire("rep1") as rep, house.wire("manager") as manager:
        record_id, conflict = await conflict_on(house, rep, manager, kind, ("1", "2", "3"))
        assert (conflict["base"], conflict["theirs"], conflict["mine"]) == ("1", "2", "3")
        assert (conflict["author_id"], conflict["theirs_by"]) == (
            str(house.users["rep1"]),
            str(house.users["manager"]),
        )
        assert conflict["owner_id"] == str(house.users["rep1"])
        assert (conflict["state"], conflict["about"]) == ("open", {"kind": kind, "id": record_id})
        resolve: Json = {"id": conflict["id"], "take": take} | ({"value": "4"} if take == "value" else {})
        assert (await manager.give("conflicts.resolve", resolve))["status"] == "applied"
        for wire in (rep, manager):
            assert (await document(wire, record_id, kind))["phone"] == expected
            settled = wire.documents("conflict")[conflict["id"]]
            assert (settled["state"], settled["take"]) == ("resolved", take)
            assert settled["resolved_by"] == str(house.users["manager"])
        assert (await manager.give("conflicts.resolve", resolve))["status"] == "applied", "said twice"
        other = {"id": conflict["id"], "take": "value", "value": "9"}
        for wire, args in ((rep, resolve), (manager, other)):
            closed = await wire.give("conflicts.resolve", args)
            assert (closed["status"], closed["code"]) == ("rejected", "conflict_closed")


@pytest.mark.parametrize(
    ("field", "values", "bad"),
    [
        ("phone", ("1", "2", "3"), ["1" * 51, 5, {"phone": "4"}, ["4"], True]),
        ("name", ("A", "B", "C"), ["", None, " ", "x" * 201]),
        ("notes", ("a", "b", "c"), ["n" * 10_001, {}]),
    ],
)
async def test_a_value_must_have_the_fields_shape(house: House, field: str, values: Any, bad: list[Any]) -> None:
    async with house.wire("rep1") as rep, house.wire("manager") as manager:
        record_id, conflict = await conflict_on(house, rep, manager, "account", values, field)
        for value in bad:
            receipt = await rep.give("conflicts.resolve", {"id": conflict["id"], "take": "value", "value": value})
            assert (receipt["status"], receipt["code"]) == ("rejected", "malformed"), value
            assert receipt["params"]["path"].startswith("$.args.value")
        for args in ({"take": "both"}, {"take": None}, {}):
            assert (await rep.give("conflicts.resolve", {"id": conflict["id"], **args}))["code"] == "malformed"
        assert (await document(rep, record_id))[field] == values[1]
        assert rep.documents("conflict")[conflict["id"]]["state"] == "open"


async def test_an_outsider_settles_nothing(house: House) -> None:
    async with house.wire("rep1") as rep, house.wire("manager") as manager, house.wire("other") as other:
        _, conflict = await conflict_on(house, rep, manager, "account", ("1", "2", "3"))
        for take in ("mine", "theirs"):
            receipt = await other.give("conflicts.resolve", {"id": conflict["id"], "take": take})
            assert (receipt["status"], receipt["code"]) == ("rejected", "not_owner")
        await other.pull()
        assert not other.documents("conflict")


async def test_who_lost_the_customer_can_only_let_it_stand(house: House) -> None:
    async with house.wire("rep1") as rep, house.wire("manager") as manager:
        record_id, conflict = await conflict_on(house, rep, manager, "account", ("1", "2", "3"))
        await manager.give("accounts.transfer", {"id": record_id, "to_user_id": str(house.users["rep2"])})
        mine = await rep.give("conflicts.resolve", {"id": conflict["id"], "take": "mine"})
        assert (mine["status"], mine["code"]) == ("rejected", "not_owner")
        assert (await rep.give("conflicts.resolve", {"id": conflict["id"], "take": "theirs"}))["status"] == "applied"


async def test_people_and_teams_are_edited_by_administrators(house: House) -> None:
    async with house.wire("admin") as admin, house.wire("rep1") as rep:
        user, north = str(house.users["rep2"]), str(house.teams["north"])
        base = {"team_id": str(house.teams["sales"])}
        assert (await edit(rep, user, base, {"team_id": north}, "users.edit"))["code"] == "not_permitted"
        assert (await edit(admin, user, base, {"team_id": north}, "users.edit"))["status"] == "applied"
        assert (await document(admin, user, "user"))["team_id"] == north
        receipt = await edit(admin, user, base, {"team_id": None}, "users.edit")
        assert receipt["status"] == "merged"
        resolve = {"id": receipt["conflicts"][0]["id"], "take": "value", "value": base["team_id"]}
        bad = await admin.give("conflicts.resolve", resolve | {"value": "no id"})
        assert (bad["status"], bad["code"]) == ("rejected", "malformed")
        assert (await admin.give("conflicts.resolve", resolve))["status"] == "applied"
        assert (await document(admin, user, "user"))["team_id"] == base["team_id"]
