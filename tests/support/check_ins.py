"""A good check-in in Suzhou, and how to spoil it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from geopy.distance import geodesic

from cairn.modules.visits.rules import CheckIn, Fix, Place, Verdict, WorkingHours

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
LAT, LON = 31.30, 120.60
HOURS = WorkingHours(start=time(9), end=time(18), time_zone="Asia/Shanghai")
SITE = Place(id="site", lat=LAT, lon=LON)


def north_of_site(metres: float) -> tuple[float, float]:
    """The point that lies exactly so far from the site along the ellipsoid."""
    point = geodesic(meters=metres).destination((LAT, LON), bearing=0)
    return point.latitude, point.longitude


def check_in(**changes: Any) -> CheckIn:
    values: dict[str, Any] = {
        "at": AT,
        "fix": Fix(lat=LAT, lon=LON, accuracy_m=10.0, fixed_at=AT),
        "sites": [SITE],
        "working_hours": HOURS,
        "received_at": AT,
    }
    return CheckIn(**(values | changes))


def fix(metres: float = 0.0, accuracy_m: float | None = 10.0, seconds: float = 0.0) -> Fix:
    lat, lon = north_of_site(metres)
    return Fix(lat=lat, lon=lon, accuracy_m=accuracy_m, fixed_at=AT + timedelta(seconds=seconds))


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]
