"""The one writer: a transaction that the database ends in favour of another's is begun anew; nobody hears of it."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel import writer
from cairn.kernel.outages import lost_a_race
from cairn.kernel.writer import Transactional
from cairn.services import Services, build_services
from support.house import HOME, USERS, House

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("furnished_url", ["postgresql"], indirect=True)]
"""SQLite has one writer at a time, and no deadlocks."""
SOON = text("SET LOCAL deadlock_timeout = '10ms'")
TOUCH = text("UPDATE user_account SET name = name WHERE organization_id = :home AND id = :user")
PEOPLE = [USERS["rep1"], USERS["rep2"]]


async def write_crossed(house: House) -> list[Any]:
    """Two processes change two people in opposite orders, each holding its first as it asks for the second."""
    both_hold = asyncio.Barrier(2)

    async def write(services: Services, order: list[UUID]) -> int:
        attempts = 0

        async def touch(session: AsyncSession) -> int:
            nonlocal attempts
            attempts += 1
            await session.execute(SOON)
            for user in order:
                await session.execute(TOUCH, {"home": HOME, "user": user})
                if attempts == 1 and user == order[0]:
                    await both_hold.wait()
            return attempts

        return await services.writer.submit(Transactional(HOME, touch))

    other = build_services(house.services.settings, clock=house.clock)
    try:
        crossed = [write(house.services, PEOPLE), write(other, PEOPLE[::-1])]
        return await asyncio.gather(*crossed, return_exceptions=True)
    finally:
        await other.close()


async def test_what_lost_a_race_is_begun_anew(house: House) -> None:
    assert sorted(await write_crossed(house)) == [1, 2]


async def test_what_loses_every_race_is_told_to_its_sender(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MOST_RACES", 0)
    won, lost = sorted(await write_crossed(house), key=lambda answer: isinstance(answer, Exception))
    assert won == 1 and lost_a_race(lost)
