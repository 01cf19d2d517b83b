"""Whatever is sent as a photo, the phone gets a code and nothing else changes; never a fault of the server."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from support.house import House
from support.shared_data import shared_data
from support.tus import Photo
from support.wire import Wire

REFUSALS = {"not_an_image", "image_damaged", "image_truncated", "image_too_many_pixels", "file_empty"}


def bomb(side: int = 40_000) -> bytes:
    """A PNG of 1.6 thousand million pixels in a few hundred bytes of header and zeros."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + chunk(b"IEND", b"")
    )


def picture() -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").resize((800, 600)).save(target, "JPEG")
    return target.getvalue()


MADE = {
    "text": (b"just words, called a photo", "not_an_image"),
    "html": (b"<html><script>alert(1)</script></html>", "not_an_image"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_an_image"),
    "one byte": (b"\xff", "not_an_image"),
    "only a header": (b"\xff\xd8\xff\xe0", None),
    "half": (picture()[:4_000], "image_truncated"),
    "bomb": (bomb(), "image_too_many_pixels"),
}


@pytest.mark.parametrize("name", MADE)
async def test_what_is_no_photo_is_refused_and_stays_refused(house: House, name: str) -> None:
    content, code = MADE[name]
    async with house.wire("rep1") as wire:
        photo = Photo(wire.http, content)
        found = await verdict(house, wire, photo)
        assert found in REFUSALS
        assert code is None or found == code
        assert wire.documents("file")[photo.id]["width"] is None
        assert (await photo.read()).json()["code"] == "file_not_stored"
        assert house.services.storage.stored(None, 10) == [], "nothing is kept of it"
        assert await verdict(house, wire, photo) == found
        good = Photo(wire.http, picture(), photo.id)
        assert await verdict(house, wire, good) == "stored", "the phone may send another picture in its place"


async def verdict(house: House, wire: Wire, photo: Photo) -> str:
    """`stored`, or the code of the refusal."""
    answer = await photo.upload()
    if answer.status_code != 204:
        return str(answer.json()["code"])
    await house.work()
    await wire.pull()
    file = wire.documents("file")[photo.id]
    assert (file["state"] == "refused") == (file["code"] is not None)
    return str(file["code"] or file["state"])


def every_photo() -> list[Path]:
    folders = ("photos_exif_gps", "photos_byte_broken", "photos_ccbysa")
    paths = [path for folder in folders for path in sorted(shared_data("bad_inputs", folder).iterdir())]
    photos = [path for path in paths if path.suffix.lower() in (".jpg", ".heic")]
    assert len(photos) > 30
    return photos


# Forty large photos are judged before any database hears of them: one will do.
@pytest.mark.parametrize("furnished_url", ["sqlite"], indirect=True)
async def test_every_odd_photo_is_stored_or_refused_with_a_code(house: House) -> None:
    async with house.wire("rep1") as wire:
        outcomes: dict[str, str] = {}
        for path in every_photo():
            photo = Photo(wire.http, path.read_bytes(), name=path.name)
            outcomes[path.name] = await verdict(house, wire, photo)
            if outcomes[path.name] == "stored":
                for size in ("screen", "thumb"):
                    shown = await photo.read(size=size)
                    Image.open(io.BytesIO(shown.content)).load()
            else:
                assert outcomes[path.name] in REFUSALS, path.name
        assert outcomes["heic-single.heic"] == "stored"
        assert outcomes["heic-maybebroken_iphone8_guangzhou.HEIC"] == "stored"
        assert outcomes["IMG_20180725_163423.jpg"] == "stored"
        assert outcomes["derived_truncated_120000_of_311406.jpg"] == "image_truncated"
        assert outcomes["derived_csv_named.jpg"] == "not_an_image"
        assert outcomes["derived_zero_bytes.jpg"] == "file_empty"
        assert list(outcomes.values()).count("stored") > 20
