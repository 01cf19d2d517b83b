"""What a photo says of where and when it was taken (feature 124); what makes no sense counts as not said."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from PIL import ExifTags, Image

GPS = ExifTags.GPS
TIME = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
# Outside these years a camera's clock was never set, or the field is damaged.
FIRST_YEAR, LAST_YEAR = 1990, 2100


class PhotoOrigin(Struct, frozen=True):
    """Position in WGS-84; `instant` where the photo tells the moment itself, else the camera's local time."""

    lat: float | None = None
    lon: float | None = None
    instant: datetime | None = None
    local_time: datetime | None = None

    def taken_at(self, time_zone: str) -> datetime | None:
        """The moment in UTC; a time without an offset is taken to be in `time_zone`."""
        if self.instant is not None:
            return self.instant
        if self.local_time is None:
            return None
        return self.local_time.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def read_origin(image: Image.Image) -> PhotoOrigin:
    """Never raises: a photo is evidence even when its notes about itself are broken."""
    try:
        exif = image.getexif()
        details, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # Pillow lets struct, index, type and value errors through here
        return PhotoOrigin()
    lat, lon = _position(gps)
    local_time = _time(details.get(ExifTags.Base.DateTimeOriginal)) or _time(
        details.get(ExifTags.Base.DateTimeDigitized)
    )
    offset = _offset(details.get(ExifTags.Base.OffsetTimeOriginal) or details.get(ExifTags.Base.OffsetTime))
    # With its offset the camera's time is by the same clock as the check-in. Satellite time comes second: it
    # is that of the last fix, which may be older than the photo.
    if local_time is not None and offset is not None:
        instant: datetime | None = local_time.replace(tzinfo=offset).astimezone(UTC)
    else:
        instant = _satellite_time(gps)
    return PhotoOrigin(lat=lat, lon=lon, instant=instant, local_time=local_time)


def _position(gps: Mapping[int, Any]) -> tuple[float, float] | tuple[None, None]:
    lat = _degrees(gps.get(GPS.GPSLatitude), gps.get(GPS.GPSLatitudeRef), "NS", 90)
    lon = _degrees(gps.get(GPS.GPSLongitude), gps.get(GPS.GPSLongitudeRef), "EW", 180)
    # 0, 0 lies in the sea and is what a receiver without a fix writes.
    if lat is None or lon is None or (lat == 0 and lon == 0):
        return None, None
    return lat, lon


def _degrees(value: Any, reference: Any, directions: str, limit: float) -> float | None:
    """Degrees from (degrees, minutes, seconds), where any of them may carry the fraction."""
    direction = _text(reference).upper()[:1]
    parts = _numbers(value)
    if not direction or direction not in directions or not 1 <= len(parts) <= 3:
        return None
    degrees: float = sum(part / 60**place for place, part in enumerate(parts))
    # Also refuses NaN, with which every comparison is false.
    if not all(part >= 0 for part in parts) or not degrees <= limit:
        return None
    return degrees if direction == directions[0] else -degrees


def _satellite_time(gps: Mapping[int, Any]) -> datetime | None:
    clock = _numbers(gps.get(GPS.GPSTimeStamp))
    midnight = _time(f"{_text(gps.get(GPS.GPSDateStamp))} 00:00:00")
    if midnight is None or len(clock) != 3 or not all(0 <= part <= 60 for part in clock):
        return None
    hours, minutes, seconds = clock
    return midnight.replace(tzinfo=UTC) + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _time(value: Any) -> datetime | None:
    found = TIME.match(_text(value))
    if not found:
        return None
    try:
        time = datetime(*(int(part) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
    return time if FIRST_YEAR <= time.year <= LAST_YEAR else None


def _offset(value: Any) -> timezone | None:
    found = OFFSET.match(_text(value))
    if not found or int(found[2]) > 14 or int(found[3]) > 59:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))


def _numbers(value: Any) -> list[float]:
    """All the numbers, or none if one of them is not finite."""
    parts = value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else [value]
    try:
        numbers = [float(part) for part in parts]
    except (TypeError, ValueError, ArithmeticError):
        return []
    return numbers if all(math.isfinite(number) for number in numbers) else []


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return value.strip(" \0") if isinstance(value, str) else ""
