"""What a phone's clock is worth: skew is measured at every push, and a clock that was set back is noticed."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cairn.kernel.devices import Device
from cairn.kernel.ids import new_id
from support.house import MONDAY, House
from support.wire import Wire, stamp

Json = dict[str, Any]


async def notes(wire: Wire, *minutes: float, sent_late_s: float = 0.0) -> list[list[str]]:
    """Write notes at these minutes of the phone's clock and push; the flags about the clock."""
    account_id = str(new_id())
    begun = stamp(MONDAY - timedelta(hours=2))
    batch = [wire.mutation(1, "accounts.create", {"id": account_id, "name": "A"}, at=begun)]
    for number, each in enumerate(minutes, 2):
        args = {"id": str(new_id()), "about": {"kind": "account", "id": account_id}, "text": "x"}
        batch.append(wire.mutation(number, "notes.add", args, at=stamp(MONDAY + timedelta(minutes=each))))
    sent_at = stamp(MONDAY - timedelta(seconds=sent_late_s))
    receipts = (await wire.push(batch, sent_at=sent_at)).json()["receipts"][1:]
    return [sorted({"clock_skew", "clock_set_back"} & set(each["flags"])) for each in receipts]


@pytest.mark.parametrize(
    ("minutes", "flagged"),
    [
        ((-60, -50, -40), []),
        ((-60, -64, -50), []),
        ((-60, -66, -50), [1]),
        ((-60, -90, -85, -50), [1]),
        ((-60, -90, -96, -50), [1, 2]),
        ((-1, -60, -59), [1]),
    ],
)
async def test_a_clock_that_was_set_back_is_flagged_once(
    house: House, minutes: tuple[float, ...], flagged: list[int]
) -> None:
    async with house.wire("rep1") as wire:
        flags = await notes(wire, *minutes)
        assert flags == [["clock_set_back"] if index in flagged else [] for index in range(len(minutes))]


async def test_it_is_noticed_from_one_push_to_the_next(house: House) -> None:
    async with house.wire("rep1") as wire:
        account = {"id": str(new_id()), "name": "A"}
        await wire.send(("accounts.create", account))
        about = {"kind": "account", "id": account["id"]}
        back = wire.mutation(2, "notes.add", {"id": str(new_id()), "about": about, "text": "x"})
        back["at"] = stamp(MONDAY - timedelta(hours=1))
        assert (await wire.push([back])).json()["receipts"][0]["flags"] == ["clock_set_back"]
        again = wire.mutation(3, "notes.add", {"id": str(new_id()), "about": about, "text": "y"})
        assert (await wire.push([again])).json()["receipts"][0]["flags"] == []


@pytest.mark.parametrize(("late_s", "flagged"), [(299, False), (301, True), (-299, False), (-301, True)])
async def test_skew_is_measured_and_flagged_beyond_five_minutes(house: House, late_s: float, flagged: bool) -> None:
    async with house.wire("rep1") as wire:
        assert await notes(wire, -90, sent_late_s=late_s) == [["clock_skew"] if flagged else []]
        async with house.services.database.reading() as connection:
            measured = (await connection.execute(select(Device.skew_ms).where(Device.last_seq > 0))).scalar_one()
        assert measured == late_s * 1000
