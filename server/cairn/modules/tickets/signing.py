"""What a customer is shown and signs: bounded, and with one digest that both the phone and the server compute.

`sync/vectors/handover.json` holds the phone's twin in `screens/handover/signing.ts` to the same.
"""

import hashlib
import json
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, to_builtins

from cairn.modules.accounts.shapes import Name, Text

PhotoMoment = Literal["before", "after", "other"]
Caption = Annotated[str, Meta(max_length=200)]

MOST_PHOTOS = 60
MOST_PEOPLE = 50
MOST_POINTS = 2_000
"""Of all strokes of one signature together."""

Point = Annotated[list[Annotated[int, Meta(ge=0, le=1_000)]], Meta(min_length=2, max_length=2)]
"""Thousandths of the field's width, from its left and its top."""
Strokes = Annotated[list[Annotated[list[Point], Meta(min_length=1, max_length=500)]], Meta(max_length=100)]


class ShownPhoto(Struct, frozen=True, forbid_unknown_fields=True):
    """A photo as the customer saw it."""

    photo_id: UUID
    moment: PhotoMoment
    caption: Caption | None


class ShownTime(Struct, frozen=True, forbid_unknown_fields=True):
    """Whole minutes of service of one person; null while the beginning or the end is not known."""

    user_id: UUID
    name: Name
    minutes: int | None


class Shown(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that the customer saw before signing."""

    ticket_id: UUID
    title: Name
    customer: Annotated[str, Meta(max_length=200)]
    report: Text | None
    photos: Annotated[list[ShownPhoto], Meta(max_length=MOST_PHOTOS)]
    times: Annotated[list[ShownTime], Meta(max_length=MOST_PEOPLE)]


def canonical_json(shown: Shown) -> str:
    """Keys sorted, no space between tokens, nothing escaped that JSON does not demand."""
    return json.dumps(to_builtins(shown), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def signed_hash(shown: Shown) -> str:
    """SHA-256 of the canonical JSON in UTF-8, in hex."""
    return hashlib.sha256(canonical_json(shown).encode()).hexdigest()
