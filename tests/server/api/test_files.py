"""Photos come up by tus and are shown to those who may read the record that they hang on."""

import io
from typing import Any

import pytest
from PIL import Image

from cairn.kernel.ids import new_id
from support.house import House, position
from support.shared_data import shared_data
from support.tus import VERSION, Photo, checksum, metadata
from support.wire import Wire

Json = dict[str, Any]


def jpeg(shade: int = 90, size: tuple[int, int] = (2_000, 900)) -> bytes:
    target = io.BytesIO()
    Image.effect_noise(size, 60).point(lambda value: (value + shade) % 256).save(target, "JPEG", quality=60)
    return target.getvalue()


def with_position() -> bytes:
    """A photo that says that it was taken in Bohemia in 2018."""
    return shared_data("bad_inputs", "photos_exif_gps", "IMG_20180725_163423-tiny.jpg").read_bytes()


async def visit_with(wire: Wire, *photo_ids: str, at: Json | None = None) -> tuple[str, str]:
    """A check-in that names photos: ids of customer and visit."""
    account_id, visit_id = str(new_id()), str(new_id())
    receipts = await wire.send(
        ("accounts.create", {"id": account_id, "name": "Lake Cooling", "position": position()}),
        (
            "visits.check_in",
            {
                "id": visit_id,
                "account_id": account_id,
                "position": at or position(),
                "photo_ids": list(photo_ids),
            },
        ),
    )
    assert [each["status"] for each in receipts] == ["applied", "applied"]
    return account_id, visit_id


async def test_only_the_known_version_of_tus_is_spoken(house: House) -> None:
    async with house.http("rep1") as http:
        photo = Photo(http, jpeg())
        await photo.announce()
        for version in ({}, {"Tus-Resumable": "0.2.2"}, {"Tus-Resumable": ""}):
            head = await http.head(photo.path, headers=version)
            begun = await http.post("/sync/files", headers=version)
            sent = await http.patch(photo.path, headers=version, content=b"x")
            for answer in (head, begun, sent):
                assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0"), version
            assert begun.json()["code"] == "tus_version_unknown"
        assert (await http.options("/sync/files")).status_code == 204, "who asks for the versions need not know one"


async def test_what_the_server_can_do_of_tus(house: House) -> None:
    async with house.http("rep1") as http:
        answer = await http.options("/sync/files")
        assert answer.status_code == 204
        assert {"creation", "expiration", "checksum"} <= set(answer.headers["Tus-Extension"].split(","))
        assert (answer.headers["Tus-Version"], answer.headers["Tus-Max-Size"]) == ("1.0.0", str(25 * 2**20))


@pytest.mark.feature(124)
@pytest.mark.parametrize("first", ["record", "bytes"])
async def test_a_photo_in_pieces_before_or_after_its_record(house: House, first: str) -> None:
    async with house.wire("rep1") as wire, house.wire("manager") as manager:
        photo = Photo(wire.http, jpeg())
        if first == "record":
            _, visit_id = await visit_with(wire, photo.id)
            await manager.pull()
            assert manager.documents("file")[photo.id]["state"] == "awaiting"
            assert (await photo.read(manager.http)).json()["code"] == "file_not_stored"
        begun = await photo.announce()
        assert (begun.status_code, begun.headers["Location"]) == (201, photo.path)
        assert begun.headers["Upload-Expires"].endswith("GMT")
        half = len(photo.content) // 2
        assert (await photo.send(0, half)).headers["Upload-Offset"] == str(half)
        # The phone dies here; it asks where things stand, announces again, and goes on.
        assert await photo.offset() == half
        assert (await photo.announce()).headers["Upload-Offset"] == str(half)
        wrong = await photo.send(0, 10)
        assert (wrong.status_code, wrong.json()["code"]) == (409, "upload_offset_mismatch")
        assert wrong.json()["params"] == {"offset": half}
        last = await photo.send(half)
        assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(photo.content)))
        assert await photo.offset() == len(photo.content)
        await wire.pull()
        assert wire.documents("file")[photo.id]["state"] == "awaiting", "nobody has looked at it yet"
        assert (await photo.read(manager.http)).status_code == 404
        await house.work()
        if first == "bytes":
            assert (await photo.read(manager.http)).status_code == 404, "nobody's business before there is a record"
            _, visit_id = await visit_with(wire, photo.id)
        for each in (wire, manager):
            await each.pull()
            file = each.documents("file")[photo.id]
            assert (file["state"], file["about"]) == ("stored", {"kind": "visit", "id": visit_id})
            assert (file["sha256"], file["bytes"]) == (photo.sha256, len(photo.content))
            assert (file["width"], file["height"], file["filetype"]) == (2_000, 900, "image/jpeg")
        assert (await photo.announce()).headers["Upload-Offset"] == str(len(photo.content)), "here already"
        assert (await photo.read(size="original")).content == photo.content


async def test_sizes_and_who_sees_what(house: House) -> None:
    async with house.wire("rep1") as wire, house.http("manager") as manager:
        photo = Photo(wire.http, with_position())
        await visit_with(wire, photo.id)
        assert (await photo.upload()).status_code == 204
        await house.work()
        assert b"Exif" in (await photo.read(size="original")).content
        for http, size in ((manager, "original"), (manager, "screen"), (wire.http, "thumb")):
            answer = await photo.read(http, size=size)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
            picture = Image.open(io.BytesIO(answer.content))
            assert not picture.getexif(), "others learn neither place nor time from a picture"
            assert b"Exif" not in answer.content
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "private" in answer.headers["cache-control"]
            assert max(picture.size) <= (320 if size == "thumb" else 1_600)
        assert (await photo.read(manager, size="enormous")).status_code == 400
        for name in ("rep2", "other", "finance", "stranger"):
            async with house.http(name) as http:
                for size in ("original", "screen", "thumb"):
                    answer = await photo.read(http, size=size)
                    assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), name
                assert (await http.get(f"/api/files/{photo.id}?state")).status_code == 404
        async with house.http() as nobody:
            assert (await photo.read(nobody)).status_code == 401


async def test_nobody_meddles_with_anothers_upload(house: House) -> None:
    async with house.wire("rep1") as wire:
        photo = Photo(wire.http, jpeg())
        await photo.announce()
        await photo.send(0, 100)
        for name in ("rep2", "manager", "admin"):
            async with house.http(name) as http:
                thief = Photo(http, photo.content, photo.id)
                assert (await http.head(photo.path, headers=VERSION)).status_code == 404
                for answer in (await thief.announce(), await thief.send(100)):
                    assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), name
        async with house.http("stranger") as http:
            assert (await http.head(photo.path, headers=VERSION)).status_code == 404
            own = Photo(http, jpeg(10), photo.id)
            assert (await own.upload()).status_code == 204, "ids of two organizations do not meet"
            await house.work()
            assert (await own.read(size="original")).content == own.content
        assert await photo.offset() == 100
        async with house.http() as nobody:
            assert (await Photo(nobody, b"x").announce()).status_code == 401


async def test_a_named_photo_of_another_person_is_flagged_and_not_taken_over(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("rep2") as other:
        photo = Photo(wire.http, jpeg())
        await photo.upload()
        await house.work()
        _, visit_id = await visit_with(other, photo.id)
        await other.pull()
        assert visit_id in other.documents("visit")
        assert photo.id not in other.documents("file")
        assert (await photo.read(other.http)).status_code == 404


async def test_a_wrong_digest_throws_the_upload_away_and_it_begins_anew(house: House) -> None:
    async with house.wire("rep1") as wire:
        photo = Photo(wire.http, jpeg())
        await photo.announce(sha256="0" * 64)
        answer = await photo.send()
        assert (answer.status_code, answer.json()["code"]) == (460, "checksum_mismatch")
        assert await photo.offset() == 0
        assert (await photo.upload()).status_code == 204


async def test_another_picture_under_the_same_id_begins_anew(house: House) -> None:
    async with house.wire("rep1") as wire:
        photo = Photo(wire.http, jpeg())
        await photo.announce()
        await photo.send(0, 5_000)
        smaller = Photo(wire.http, jpeg(size=(40, 40)), photo.id)
        assert len(smaller.content) < 5_000
        assert (await smaller.announce()).headers["Upload-Offset"] == "0"
        assert (await smaller.send()).status_code == 204
        await house.work()
        assert (await smaller.read(size="original")).content == smaller.content


async def test_pieces_with_a_checksum(house: House) -> None:
    async with house.wire("rep1") as wire:
        photo = Photo(wire.http, jpeg())
        await photo.announce()
        bad = await photo.send(0, 100, Upload_Checksum=checksum(b"something else"))
        assert (bad.status_code, bad.json()["code"]) == (460, "checksum_mismatch")
        assert await photo.offset() == 0, "nothing is kept of a piece that was damaged on its way"
        for algorithm in ("crc32", "md5", ""):
            answer = await photo.send(0, 100, Upload_Checksum=f"{algorithm} AAAA")
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
        piece = checksum(photo.content[:100])
        assert (await photo.send(0, 100, Upload_Checksum=piece)).headers["Upload-Offset"] == "100"
        rest = checksum(photo.content[100:], "sha1")
        assert (await photo.send(100, Upload_Checksum=rest)).status_code == 204


async def test_announcements_that_make_no_sense(house: House) -> None:
    async with house.wire("rep1") as wire:
        photo = Photo(wire.http, jpeg())
        huge = await photo.announce(length=200 * 2**20)
        assert (huge.status_code, huge.json()["code"]) == (413, "file_too_large")
        empty = await Photo(wire.http, b"").announce()
        assert (empty.status_code, empty.json()["code"]) == (422, "file_empty")
        bad: list[dict[str, str]] = [
            {"Upload-Length": "-1"},
            {"Upload-Length": "1e3"},
            {"Upload-Length": "9" * 40},
            {"Upload-Length": "\u00b2"},
            {"Upload-Metadata": ""},
            {"Upload-Metadata": "id bm8="},
            {"Upload-Metadata": "id %%%"},
            {"Upload-Metadata": "id gICA"},
        ]
        for headers in bad:
            known = metadata(id=photo.id, sha256=photo.sha256)
            sent = {**VERSION, "Upload-Length": "5", "Upload-Metadata": known, **headers}
            answer = await wire.http.post("/sync/files", headers=[(k, v.encode("latin-1")) for k, v in sent.items()])
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), headers
        for changes in ({"sha256": "xyz"}, {"id": "1"}, {"filename": "a\u0000.jpg"}, {"filetype": "\u0000"}):
            answer = await photo.announce(**changes)
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), changes
        await photo.announce(filename="../../etc/passwd" + "长" * 300)
        assert (await photo.send(0, 10, Content_Type="image/jpeg")).status_code == 415
        more = Photo(wire.http, photo.content + b"x", photo.id)
        answer = await more.send()
        assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
        for offset in ("-1", "x", ""):
            assert (await photo.send(0, 10, Upload_Offset=offset)).status_code == 422
        nothing = Photo(wire.http, b"x")
        assert (await nothing.send()).json()["code"] == "not_found"


async def verdict_of(house: House, wire: Wire, visit_id: str) -> dict[str, Json]:
    """The reasons after the worker has looked through the feed, by code."""
    await house.work()
    await wire.pull()
    return {each["code"]: each["params"] for each in wire.documents("visit")[visit_id]["verdict"]["reasons"]}


@pytest.mark.feature(124, 127)
async def test_a_photo_that_comes_later_speaks_about_its_visit(house: House) -> None:
    async with house.wire("rep1") as wire:
        photo = Photo(wire.http, with_position())
        _, visit_id = await visit_with(wire, photo.id)
        assert await verdict_of(house, wire, visit_id) == {}
        await photo.upload()
        reasons = await verdict_of(house, wire, visit_id)
        assert set(reasons) == {"photo_elsewhere", "photo_other_time"}
        assert reasons["photo_elsewhere"]["distance_m"] > 8_000_000
        visit = wire.documents("visit")[visit_id]
        assert (visit["verdict"]["level"], set(visit["flags"])) == ("doubtful", set(reasons))


@pytest.mark.feature(127)
async def test_the_same_photo_at_two_visits_is_noticed_once_the_second_comes(house: House) -> None:
    async with house.wire("rep1") as wire, house.wire("rep2") as colleague:
        first, second = Photo(wire.http, jpeg()), Photo(colleague.http, b"")
        second = Photo(colleague.http, first.content)
        _, one = await visit_with(wire, first.id)
        _, two = await visit_with(colleague, second.id)
        await first.upload()
        assert await verdict_of(house, wire, one) == {}
        await second.upload()
        assert await verdict_of(house, colleague, two) == {"duplicate_photo": {"visit_id": one}}
        before = (await colleague.pull(), colleague.cursor)[1]
        assert await verdict_of(house, colleague, two) == {"duplicate_photo": {"visit_id": one}}
        assert colleague.cursor == before, "nothing is judged again without news"
