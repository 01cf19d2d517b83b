"""Where and when real phones and cameras say a photo was taken, and what they say that makes no sense."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from cairn.modules.files.exif import PhotoOrigin, read_origin
from support.shared_data import shared_data

NAN = float("nan")


def origin_of(folder: str, name: str) -> PhotoOrigin:
    with Image.open(shared_data("bad_inputs", folder, name)) as image:
        return read_origin(image)


class Described:
    """Stands in for a picture whose tags say anything at all."""

    def __init__(self, gps: dict[int, Any] | None = None, details: dict[int, Any] | None = None) -> None:
        self.directories = {ExifTags.IFD.GPSInfo: gps or {}, ExifTags.IFD.Exif: details or {}}

    def getexif(self) -> "Described":
        return self

    def get_ifd(self, tag: ExifTags.IFD) -> dict[int, Any]:
        return self.directories[tag]


def described(gps: dict[int, Any] | None = None, details: dict[int, Any] | None = None) -> PhotoOrigin:
    return read_origin(Described(gps, details))  # type: ignore[arg-type]


def position(lat: Any, lon: Any, lat_reference: Any = "N", lon_reference: Any = "E") -> tuple[Any, Any]:
    origin = described({1: lat_reference, 2: lat, 3: lon_reference, 4: lon})
    return origin.lat, origin.lon


@pytest.mark.feature(124)
@pytest.mark.parametrize(
    ("folder", "name", "lat", "lon", "instant"),
    [
        ("photos_exif_gps", "IMG_20180725_163423.jpg", 50.29960, 14.82029, "2018-07-25T14:34:23"),
        ("photos_exif_gps", "IMG_5910.jpg", 37.87109, -122.25678, None),
        ("photos_exif_gps", "issue-exifr-3.jpg", 40.37750, -74.48991, None),
        ("photos_exif_gps", "issue-exifr-13.jpg", 47.35418, 10.19132, None),
        ("photos_exif_gps", "issue-exifr-59.jpg", 37.74677, -119.52988, None),
        (
            "photos_exif_gps",
            "heic-maybebroken_iphone8_guangzhou.HEIC",
            23.17792,
            113.39432,
            "2018-02-05T07:11:43.07",
        ),
        ("photos_ccbysa", "DSCN0010.jpg", 43.46745, 11.88513, "2008-10-23T14:27:07.24"),
        ("photos_ccbysa", "67-0_length_string.jpg", 51.025, 7.59194, None),
        (
            "photos_byte_broken",
            "derived_truncated_120000_of_311406.jpg",
            50.29960,
            14.82029,
            "2018-07-25T14:34:23",
        ),
    ],
)
def test_real_positions(folder: str, name: str, lat: float, lon: float, instant: str | None) -> None:
    origin = origin_of(folder, name)
    assert (origin.lat, origin.lon) == (pytest.approx(lat, abs=1e-5), pytest.approx(lon, abs=1e-5))
    assert origin.instant == (datetime.fromisoformat(instant).replace(tzinfo=UTC) if instant else None)


@pytest.mark.parametrize("name", ["img_1771.jpg", "noexif.jpg", "img_1771_no_exif.jpg", "orientation_f6t.jpg"])
def test_photos_without_a_position(name: str) -> None:
    origin = origin_of("photos_exif_gps", name)
    assert (origin.lat, origin.lon) == (None, None)


def test_nan_is_not_a_position_but_the_time_stands() -> None:
    origin = origin_of("photos_byte_broken", "exifr_broken1.jpg")
    assert (origin.lat, origin.lon, origin.instant) == (None, None, None)
    assert origin.local_time == datetime.fromisoformat("2007-08-15T10:13:13")


def test_a_time_without_an_offset_is_the_organizations() -> None:
    origin = origin_of("photos_exif_gps", "img_1771.jpg")
    assert origin.taken_at("Asia/Shanghai") == datetime(2003, 12, 14, 4, 1, 44, tzinfo=UTC)
    assert origin.taken_at("UTC") == datetime(2003, 12, 14, 12, 1, 44, tzinfo=UTC)
    assert PhotoOrigin().taken_at("UTC") is None


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        ((31.0, 18.0, 0.0), (120.0, 36.0, 0.0), (31.3, 120.6)),
        ((31.0, 18.0), (120.0, 36.0), (31.3, 120.6)),
        ((31.3,), (120.6,), (31.3, 120.6)),
        (31.3, 120.6, (31.3, 120.6)),
        (("31", "18", "0"), ("120", "36", "0"), (31.3, 120.6)),
        ((90.0, 0.0, 0.0), (180.0, 0.0, 0.0), (90.0, 180.0)),
        ((90.0, 0.0, 0.1), (180.0, 0.0, 0.0), (None, None)),
        ((31.0, 18.0, 0.0), (180.0, 0.0, 0.1), (None, None)),
        ((31.0, NAN, 0.0), (120.0, 36.0, 0.0), (None, None)),
        ((float("inf"), 0, 0), (120.0, 36.0, 0.0), (None, None)),
        ((IFDRational(1, 0), 0, 0), (120.0, 36.0, 0.0), (None, None)),
        ((-31.0, 18.0, 0.0), (120.0, 36.0, 0.0), (None, None)),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (None, None)),
        ((0.0, 0.0, 0.0), (120.0, 0.0, 0.0), (0.0, 120.0)),
        ((), (), (None, None)),
        ((1, 2, 3, 4), (120.0, 0.0, 0.0), (None, None)),
        (None, None, (None, None)),
        ("", b"", (None, None)),
        ({}, [[]], (None, None)),
    ],
)
def test_positions_of_every_sort(lat: Any, lon: Any, expected: tuple[Any, Any]) -> None:
    assert position(lat, lon) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("lat_reference", "lon_reference", "expected"),
    [
        ("S", "W", (-31.3, -120.6)),
        (b"S\0", b"W\0", (-31.3, -120.6)),
        ("south", "west", (-31.3, -120.6)),
        ("", "E", (None, None)),
        ("E", "N", (None, None)),
        (None, None, (None, None)),
        (7, "E", (None, None)),
    ],
)
def test_directions(lat_reference: Any, lon_reference: Any, expected: tuple[Any, Any]) -> None:
    assert position(31.3, 120.6, lat_reference, lon_reference) == expected


@pytest.mark.parametrize(
    ("details", "local", "instant"),
    [
        ({36867: "2026:11:20 10:00:00", 36881: "+08:00"}, "2026-11-20T10:00:00", "2026-11-20T02:00:00"),
        ({36867: "2026:11:20 10:00:00", 36880: "-03:30"}, "2026-11-20T10:00:00", "2026-11-20T13:30:00"),
        ({36867: "2026:11:20 10:00:00", 36881: "nowhere"}, "2026-11-20T10:00:00", None),
        ({36867: "2026:11:20 10:00:00", 36881: "+99:00"}, "2026-11-20T10:00:00", None),
        ({36868: "2026:11:20 10:00:00\0"}, "2026-11-20T10:00:00", None),
        ({36867: "2026-11-20T10:00:00"}, "2026-11-20T10:00:00", None),
        ({36867: "0000:00:00 00:00:00"}, None, None),
        ({36867: "0001:01:01 00:00:00", 36881: "+14:00"}, None, None),
        ({36867: "9999:12:31 23:59:59", 36881: "-14:00"}, None, None),
        ({36867: "2026:02:30 10:00:00"}, None, None),
        ({36867: "    :  :     :  :  "}, None, None),
        ({36867: ""}, None, None),
        ({36867: 12, 36881: ("+", "8")}, None, None),
    ],
)
def test_times(details: dict[int, Any], local: str | None, instant: str | None) -> None:
    origin = described(details=details)
    assert origin.local_time == (datetime.fromisoformat(local) if local else None)
    assert origin.instant == (datetime.fromisoformat(instant).replace(tzinfo=UTC) if instant else None)


@pytest.mark.parametrize(
    ("date", "clock"),
    [
        ("2018:07:25", (NAN, NAN, 13.0)),
        ("", (1, 2, 3)),
        ("2018:07:25", (1, 2)),
        ("2018:07:25", (-1, 0, 0)),
        (7, None),
    ],
)
def test_satellite_times_that_make_no_sense(date: Any, clock: Any) -> None:
    assert described({29: date, 7: clock}).instant is None


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_tags_that_pillow_cannot_read_are_not_said() -> None:
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff\0\1")
    with Image.open(target) as image:
        assert read_origin(image) == PhotoOrigin()
