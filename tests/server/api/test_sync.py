"""The sync routes, from a phone's point of view, on both databases."""

import pytest

from cairn.kernel.ids import new_id
from support.house import House, position


@pytest.mark.feature(123, 125, 126, 127)
async def test_visit_recorded_offline_reaches_the_manager(house: House) -> None:
    async with house.phone("rep1") as rep, house.phone("manager") as manager:
        account, visit = str(new_id()), str(new_id())
        rep.record(
            "accounts.create",
            {"id": account, "name": "澄湖制冷", "position": position(), "phone": "0512-5550100"},
        )
        rep.record(
            "visits.check_in",
            {"id": visit, "account_id": account, "position": position(31.3001), "note": "到了"},
        )
        rep.record("visits.check_out", {"id": visit, "report": "压缩机正常", "next_step": "周五报价"})
        await rep.sync()
        assert [entry.receipt["status"] for entry in rep.outbox if entry.receipt] == ["applied"] * 3
        await manager.sync()
        seen = manager.documents("visit")[visit]
        assert seen == rep.documents("visit")[visit]
        assert (seen["state"], seen["report"]) == ("done", "压缩机正常")
        assert seen["verdict"]["level"] == "ok"
        assert 5 < seen["distance_m"] < 20
        assert manager.documents("account_card")[account]["search"] == "澄湖制冷 chenghuzhileng chzl"


async def test_both_edited_the_same_phone_number(house: House) -> None:
    async with house.phone("rep1") as rep, house.phone("manager") as manager:
        account = str(new_id())
        rep.record("accounts.create", {"id": account, "name": "Lake Cooling", "phone": "1"})
        await rep.sync()
        await manager.sync()
        rep.record("accounts.edit", {"id": account, "set": {"phone": "2"}, "base": {"phone": "1"}})
        manager.record("accounts.edit", {"id": account, "set": {"phone": "3"}, "base": {"phone": "1"}})
        await manager.sync()
        await rep.sync()
        receipt = rep.outbox[-1].receipt
        assert receipt is not None
        assert receipt["status"] == "merged"
        await manager.sync()
        (conflict,) = manager.documents("conflict").values()
        assert conflict == rep.documents("conflict")[receipt["conflicts"][0]["id"]]
        assert (conflict["base"], conflict["theirs"], conflict["mine"]) == ("1", "3", "2")
        assert conflict["theirs_by"] == str(house.users["manager"])
        manager.record("conflicts.resolve", {"id": conflict["id"], "take": "mine"})
        await manager.sync()
        await rep.sync()
        assert rep.documents("account")[account]["phone"] == "2"
        assert rep.documents("conflict")[conflict["id"]]["state"] == "resolved"


async def test_losing_a_customer_keeps_facts_and_refuses_edits(house: House) -> None:
    async with house.phone("rep1") as rep, house.phone("rep2") as heir, house.phone("manager") as manager:
        account = str(new_id())
        rep.record("accounts.create", {"id": account, "name": "Lake Cooling", "phone": "1", "position": position()})
        await rep.sync()
        rep.record("accounts.edit", {"id": account, "set": {"phone": "2"}, "base": {"phone": "1"}})
        rep.record("visits.check_in", {"id": str(new_id()), "account_id": account, "position": position()})
        manager.record("accounts.transfer", {"id": account, "to_user_id": str(house.users["rep2"])})
        await manager.sync()
        await rep.sync()
        edit, fact = (entry.receipt for entry in rep.outbox[-2:])
        assert edit is not None
        assert fact is not None
        assert (edit["status"], edit["code"]) == ("rejected", "not_owner")
        assert fact["status"] == "applied"
        assert "not_owner" in fact["flags"]
        assert rep.dropped == [f"account:{account}"]
        assert account not in rep.documents("account")
        assert rep.documents("account_card")[account]["owner_id"] == str(house.users["rep2"])
        await heir.sync()
        assert heir.documents("account")[account]["phone"] == "1"
        (refusal,) = heir.documents("refusal").values()
        assert refusal["args"]["set"] == {"phone": "2"}
        assert len(heir.documents("visit")) == 1


async def test_an_app_that_reads_another_schema_fetches_everything_anew(house: House) -> None:
    async with house.phone("rep1") as client:
        held = dict(client.held)
        client.held.clear()  # as for an app that cannot read what the old one stored
        await client.sync()
        assert not client.held, "the cursor says that nothing is missing"
        client.schema, client.greeted = 2, False
        await client.sync()
        assert client.held == held != {}
