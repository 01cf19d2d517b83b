"""The horizon: removals and devices are forgotten in time, and whoever comes back after years ends right."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from cairn.jobs.compaction import compact
from cairn.kernel.access import Grant, OrganizationHead
from cairn.kernel.devices import Device
from cairn.kernel.documents import FeedRow
from cairn.kernel.ids import new_id
from support.house import HOME, House, position
from support.wire import Wire, stamp

Json = dict[str, Any]
DAY_S = 86_400.0


async def count(house: House, *conditions: Any) -> int:
    async with house.services.database.reading() as connection:
        return int((await connection.execute(select(func.count()).where(*conditions))).scalar_one())


async def removals(house: House) -> int:
    return await count(house, FeedRow.organization_id == HOME, FeedRow.removed.is_(True))


async def horizon(house: House) -> int:
    async with house.services.database.reading() as connection:
        statement = select(OrganizationHead.horizon_seq).where(OrganizationHead.organization_id == HOME)
        return int((await connection.execute(statement)).scalar_one())


async def remove_a_conflict_from_the_manager(wire: Wire, manager: Wire, heir: str) -> None:
    """A transfer takes the open conflict out of its old owner's bucket, and moves a grant."""
    account_id = str(new_id())
    await wire.give("accounts.create", {"id": account_id, "name": "A", "phone": "1"})
    for phone in ("2", "3"):
        edit = {"id": account_id, "set": {"phone": phone}, "base": {"phone": "1"}}
        await manager.give("accounts.edit", edit)
    await manager.give("accounts.transfer", {"id": account_id, "to_user_id": heir})


async def test_removals_are_forgotten_after_ninety_days_and_not_before(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("manager") as manager:
        await remove_a_conflict_from_the_manager(wire, manager, str(house.users["other"]))
        await wire.pull()
        assert await removals(house) == 1
        house.clock.advance(89 * DAY_S)
        await compact(house.services)
        assert (await removals(house), await horizon(house)) == (1, 0)
        assert not (await wire.pull())[0]["reset"]
        house.clock.advance(2 * DAY_S)
        await compact(house.services)
        assert await removals(house) == 0
        assert await horizon(house) > 0
        assert await count(house, Grant.organization_id == HOME, Grant.until_seq.is_not(None)) == 0
        await manager.hello()
        await manager.give("accounts.create", {"id": str(new_id()), "name": "B"})
        assert not (await wire.pull())[0]["reset"], "what it holds is as new as the horizon"


async def test_a_phone_two_years_late_ends_right_and_loses_nothing(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("manager") as manager:
        account_id, visit_id = str(new_id()), str(new_id())
        await wire.give("accounts.create", {"id": account_id, "name": "A", "position": position()})
        await remove_a_conflict_from_the_manager(wire, manager, str(house.users["other"]))
        await wire.pull()
        await manager.pull()
        late, moment = wire.last_seq, wire.now
        house.clock.advance(365 * DAY_S)
        await remove_a_conflict_from_the_manager(manager, manager, str(house.users["rep2"]))
        house.clock.advance(365 * DAY_S)
        manager.now = stamp(house.clock.now())
        await manager.hello()
        await manager.give("accounts.transfer", {"id": account_id, "to_user_id": str(house.users["rep2"])})
        await compact(house.services)
        assert await count(house, Device.user_id == house.users["rep1"]) == 0
        # What it recorded two years ago, sent with the clock of now.
        wire.now = stamp(house.clock.now())
        check_in = wire.mutation(
            late + 1, "visits.check_in", {"id": visit_id, "account_id": account_id, "position": position()}, at=moment
        )
        edit = {"id": account_id, "set": {"phone": "2"}, "base": {"phone": None}}
        batch = [check_in, wire.mutation(late + 2, "accounts.edit", edit, at=moment)]
        answer = await wire.push(batch)
        assert (answer.status_code, answer.json()["code"]) == (409, "device_unknown")
        assert (await wire.hello()).json()["last_seq"] == late, "it goes on where it stood"
        receipts = (await wire.push(batch)).json()["receipts"]
        assert [each["status"] for each in receipts] == ["applied", "rejected"]
        pages = await wire.pull()
        assert pages[0]["reset"]
        assert account_id not in wire.documents("account")
        assert wire.documents("visit")[visit_id]["checked_in_at"] == moment
        assert [each["code"] for each in wire.documents("refusal").values()] == ["not_owner"]
        fresh = Wire(wire.http, str(new_id()), wire.now)
        await fresh.hello()
        await fresh.pull()
        assert fresh.held == wire.held


async def test_a_revoked_device_stays_shut_out_and_a_forgotten_one_is_nobody_elses(house: House) -> None:
    async with house.wire("rep1") as kept, house.wire("rep1") as shut, house.http("rep2") as other:
        await kept.give("accounts.create", {"id": str(new_id()), "name": "A"})
        assert (await shut.http.delete(f"/api/devices/{shut.device}")).status_code == 204
        house.clock.advance(timedelta(days=200).total_seconds())
        await compact(house.services)
        assert (await shut.hello()).json()["code"] == "device_revoked"
        intruder = Wire(other, kept.device, stamp(house.clock.now()))
        assert (await intruder.hello()).json()["code"] == "sequence_reused"
        assert (await kept.hello()).json()["last_seq"] == 1
