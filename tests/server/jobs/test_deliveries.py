"""The outgoing tray: one row, one worker, however many there are, and nothing that dies takes a row with it."""

import asyncio
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.jobs import deliveries
from cairn.jobs.deliveries import LEASE, MOST_ATTEMPTS, Claimed, carry_due, ensure_schedules
from cairn.kernel.deliveries import Delivery, deliver
from cairn.kernel.ids import new_id
from cairn.kernel.writer import Transactional
from cairn.services import Services, build_services
from support.house import House


async def put(house: House, count: int) -> None:
    async def store(session: AsyncSession) -> None:
        for number in range(count):
            payload = {"number": number}
            deliver(session, house.organization_id, new_id(), "mail", payload, house.clock.now())

    await house.services.writer.submit(Transactional(house.organization_id, store))


async def rows(house: House) -> list[Any]:
    async with house.services.database.reading() as connection:
        return list((await connection.execute(select(Delivery.attempts, Delivery.due_at, Delivery.error))).all())


class Carrier:
    """Notes what it was given; fails while `failing`."""

    def __init__(self) -> None:
        self.carried: list[int] = []
        self.failing = False

    async def __call__(self, _services: Services, claimed: Claimed) -> None:
        self.carried.append(claimed.payload["number"])
        if self.failing:
            raise OSError("the line is down")


async def test_two_processes_never_carry_the_same_row(house: House, monkeypatch: Any) -> None:
    carrier = Carrier()
    monkeypatch.setattr(deliveries, "CARRIERS", {"mail": carrier})
    await put(house, 35)
    other = build_services(house.services.settings, clock=house.clock)
    try:
        while sum(await asyncio.gather(*(carry_due(each) for each in (house.services, other, house.services)))):
            pass
    finally:
        await other.close()
    assert sorted(carrier.carried) == list(range(35))


async def test_a_row_in_the_hands_of_a_worker_that_died_comes_due_again(house: House, monkeypatch: Any) -> None:
    await put(house, 1)
    assert len(await deliveries._claim(house.services)) == 1  # and here it dies
    assert await carry_due(house.services) == 0
    house.clock.advance(LEASE.total_seconds())
    carrier = Carrier()
    monkeypatch.setattr(deliveries, "CARRIERS", {"mail": carrier})
    assert await carry_due(house.services) == 1
    assert carrier.carried == [0]


async def test_attempts_have_growing_pauses_and_an_end(house: House, monkeypatch: Any) -> None:
    carrier = Carrier()
    carrier.failing = True
    monkeypatch.setattr(deliveries, "CARRIERS", {"mail": carrier})
    await put(house, 1)
    pauses = []
    for _ in range(MOST_ATTEMPTS - 1):
        assert await carry_due(house.services) == 1
        ((_, due_at, error),) = await rows(house)
        assert error == "OSError: the line is down"
        pauses.append((due_at - house.clock.now()).total_seconds())
        house.clock.advance(pauses[-1])
    assert pauses == [30 * 2**number for number in range(MOST_ATTEMPTS - 1)]
    assert await carry_due(house.services) == 1
    assert await rows(house) == [(MOST_ATTEMPTS, None, "OSError: the line is down")]


async def test_schedules_have_one_row_whoever_starts_and_come_due_again(house: House) -> None:
    other = build_services(house.services.settings, clock=house.clock)
    try:
        await asyncio.gather(*(ensure_schedules(each) for each in (house.services, other)))
        await ensure_schedules(house.services)
        assert len(await rows(house)) == 1
        assert await carry_due(house.services) + await carry_due(other) == 1
        ((attempts, due_at, error),) = await rows(house)
        assert (attempts, error, (due_at - house.clock.now()).total_seconds()) == (0, None, 3_600)
    finally:
        await other.close()
