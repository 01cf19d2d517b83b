"""Shapes that an organization's settings have."""

from typing import Literal

from msgspec import Struct


class WorkingHours(Struct, frozen=True):
    """Local hours as HH:MM; positions are expected inside them only."""

    start: str = "09:00"
    end: str = "18:00"


class Basemap(Struct, frozen=True):
    """The system that the basemap is drawn in, and tiles of the organization's own if it has some."""

    system: Literal["wgs84", "gcj02", "bd09"] = "wgs84"
    tiles_url: str | None = None
