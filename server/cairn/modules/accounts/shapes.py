"""Shapes of input that customers, contacts, sites and visits share; limits are in characters."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
Address = Annotated[str, Meta(max_length=500)]
Phone = Annotated[str, Meta(max_length=50)]
Email = Annotated[str, Meta(max_length=254)]
Title = Annotated[str, Meta(max_length=100)]
Text = Annotated[str, Meta(max_length=10_000)]
WrittenText = Annotated[str, Meta(min_length=1, max_length=10_000)]
Tag = Annotated[str, Meta(min_length=1, max_length=40)]
Tags = Annotated[list[Tag], Meta(max_length=50)]
Moment = Annotated[datetime, Meta(tz=True)]


class Position(Struct, frozen=True, forbid_unknown_fields=True):
    """A fix of the phone in WGS-84: degrees, metres, metres per second."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    accuracy_m: Annotated[float, Meta(ge=0, le=1e7)]
    fixed_at: Moment
    altitude_m: Annotated[float, Meta(ge=-1e5, le=1e6)] | None = None
    speed_mps: Annotated[float, Meta(ge=0, le=1e5)] | None = None


class AccountCard(Struct):
    """What every salesperson and technician sees of a customer; `search` is its name, pinyin and initials."""

    id: UUID
    name: str
    address: str | None
    position: Position | None
    owner_id: UUID
    search: str
