"""What nobody needs any more goes, a bounded number at a time; what a phone may still name stays."""

import io
import os
import time
from datetime import timedelta

from PIL import Image
from sqlalchemy import func, select

from cairn.jobs import tidying
from cairn.kernel.deliveries import Delivery
from cairn.kernel.ids import new_id
from cairn.modules.files.storage import DiskStorage, FileKey
from cairn.modules.identity.models import PasswordReset, SignInSession
from support.house import PASSWORD, House, position
from support.tus import Photo
from support.wire import Wire

DAY_S = 86_400


def picture(side: int = 300) -> bytes:
    target = io.BytesIO()
    Image.effect_noise((side, side), 50).save(target, "JPEG")
    return target.getvalue()


async def tidy_after(house: House, days: float) -> None:
    house.clock.advance(days * DAY_S)
    await tidying.tidy(house.services)


async def name(wire: Wire, photo: Photo) -> str:
    """A visit that names the photo; its status."""
    account_id = str(new_id())
    await wire.give("accounts.create", {"id": account_id, "name": "Lake Cooling", "position": position()})
    args = {"id": str(new_id()), "account_id": account_id, "position": position(), "photo_ids": [photo.id]}
    return str((await wire.give("visits.check_in", args))["status"])


async def test_an_upload_that_was_never_finished_goes_and_may_begin_anew(house: House) -> None:
    async with house.wire("rep1") as wire:
        photo = Photo(wire.http, picture())
        await photo.announce()
        await photo.send(0, 100)
        await tidy_after(house, 6)
        await wire.pull()
        assert photo.id in wire.documents("file")
        await tidy_after(house, 2)
        await wire.pull()
        assert photo.id not in wire.documents("file")
        assert (await photo.upload()).status_code == 204
        await house.work()
        await wire.pull()
        assert wire.documents("file")[photo.id]["state"] == "stored"


async def test_a_file_that_no_record_names_goes_after_the_longest_absence(house: House) -> None:
    async with house.wire("rep1") as wire:
        unnamed, named = Photo(wire.http, picture()), Photo(wire.http, picture(310))
        for photo in (unnamed, named):
            await photo.upload()
        await house.work()
        assert await name(wire, named) == "applied"
        await tidy_after(house, 119)
        await wire.hello()
        await wire.pull()
        assert {unnamed.id, named.id} <= set(wire.documents("file"))
        await tidy_after(house, 2)
        await wire.pull()
        assert set(wire.documents("file")) & {unnamed.id, named.id} == {named.id}
        assert [str(each.key.file_id) for each in house.services.storage.stored(None, 10)] == [named.id]
        assert (await unnamed.read()).status_code == 404
        assert await name(wire, unnamed) == "applied", "whoever is later still loses nothing but the bytes"
        await wire.pull()
        assert wire.documents("file")[unnamed.id]["state"] == "awaiting"


async def test_bytes_without_a_record_go_once_they_are_old(house: House) -> None:
    storage = house.services.storage
    assert isinstance(storage, DiskStorage)
    async with house.wire("rep1") as wire:
        photo = Photo(wire.http, picture())
        await photo.upload()
        await house.work()
        old, fresh = (FileKey(house.organization_id, new_id()) for _ in range(2))
        for key in (old, fresh):
            storage.put(key, "original", b"left behind")
        long_ago = house.clock.now() - timedelta(days=121)
        for key in (old, FileKey(house.organization_id, photo.uuid)):
            os.utime(storage._file(key, "original").parent, (time.time(), long_ago.timestamp()))
        await tidying.tidy(house.services)
        assert {each.key.file_id for each in storage.stored(None, 10)} == {fresh.file_id, photo.uuid}


async def test_one_round_takes_a_bounded_number(house: House, monkeypatch: object) -> None:
    async with house.wire("rep1") as wire:
        for _ in range(5):
            await Photo(wire.http, picture(20)).announce()
        house.clock.advance(8 * DAY_S)
        tidying.MOST_FILES, before = 2, tidying.MOST_FILES
        try:
            assert [await tidying.forget_unnamed(house.services) for _ in range(4)] == [2, 2, 1, 0]
        finally:
            tidying.MOST_FILES = before


async def counted(house: House) -> list[int]:
    """Sessions, reset links and deliveries that there are."""
    async with house.services.database.reading() as connection:
        tables = (SignInSession, PasswordReset, Delivery)
        return [(await connection.execute(select(func.count()).select_from(each))).scalar_one() for each in tables]


async def test_ended_sessions_used_links_and_old_mails_go(house: House) -> None:
    async with house.http("rep1") as known, house.http() as http:
        ever = (await counted(house))[0]
        credentials = {"email": "rep1@example.com", "password": PASSWORD}
        assert (await http.post("/api/session", json=credentials)).status_code == 201
        assert (await http.post("/api/password-reset", json={"email": "rep1@example.com"})).status_code == 202
        await house.work()
        assert await counted(house) == [ever + 1, 1, 2]
        assert len((await known.get("/api/sessions")).json()) == 2
        house.clock.advance((house.services.settings.session_days + 1) * DAY_S)
        assert len((await known.get("/api/sessions")).json()) == 1, "what is over is not listed"
        await tidying.tidy(house.services)
        assert await counted(house) == [ever, 0, 1], "the mail that never went out is left"
