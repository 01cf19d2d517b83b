"""Reactions happen once, however many processes follow the feed."""

import asyncio
import io
from typing import Any

from PIL import Image
from sqlalchemy import func, select

from cairn.jobs import worker as jobs
from cairn.jobs.worker import Worker
from cairn.kernel.ids import new_id
from cairn.kernel.log import CommandLog
from cairn.services import build_services
from support.house import House, position
from support.tus import Photo


async def test_two_processes_react_once_to_each_change(house: House) -> None:
    target = io.BytesIO()
    Image.linear_gradient("L").save(target, "JPEG")
    async with house.wire("rep1") as wire:
        account_id = str(new_id())
        await wire.give("accounts.create", {"id": account_id, "name": "Lake Cooling", "position": position()})
        photos = [Photo(wire.http, target.getvalue() + bytes([number])) for number in range(6)]
        for photo in photos:
            visit = {"id": str(new_id()), "account_id": account_id, "position": position(), "photo_ids": [photo.id]}
            await wire.give("visits.check_in", visit)
            assert (await photo.upload()).status_code == 204
        other = build_services(house.services.settings, clock=house.clock)
        try:
            workers = [Worker(house.services), Worker(other)]
            while any(await asyncio.gather(*(worker.work_once() for worker in workers))):
                pass
        finally:
            await other.close()
    async with house.services.database.reading() as connection:
        judged = select(func.count()).select_from(CommandLog).where(CommandLog.name == "visits.judge")
        assert (await connection.execute(judged)).scalar_one() == len(photos)


async def test_a_round_goes_through_all_organizations_however_few_at_a_time(house: House, monkeypatch: Any) -> None:
    async with house.wire("rep1") as wire, house.http("stranger") as stranger:
        await wire.give("accounts.create", {"id": str(new_id()), "name": "Lake Cooling"})
        assert (await stranger.post("/api/v1/accounts", json={"name": "Abroad"})).status_code == 201
        monkeypatch.setattr(jobs, "MOST_ORGANIZATIONS", 1)
        worker = Worker(house.services)
        assert [await worker.work_once() for _ in range(3)] == [True, True, False]
        assert len(worker._seen) == 2
