"""What a form asks and what is answered: bounded, and the same on the wire, in the tables and on the phone."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from cairn.modules.accounts.shapes import Name
from cairn.modules.tickets.models import TicketType
from cairn.modules.tickets.signing import MOST_POINTS as MOST_STROKE_POINTS
from cairn.modules.tickets.signing import Strokes

Kind = Literal["section", "check", "number", "choice", "text", "photo", "signature", "date"]
"""A section is a heading: it is shown or not like a point, and nothing is answered to it."""

MOST_POINTS = 100
MOST_ANSWER_PHOTOS = 20

PointId = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_-]{1,36}$")]
Label = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
Choice = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
Words = Annotated[str, Meta(max_length=2_000)]
Reading = Annotated[float, Meta(ge=-1e12, le=1e12)]


class PointCondition(Struct, frozen=True, forbid_unknown_fields=True):
    """Ask only where an earlier point was answered so: `ok`, `failed`, `not_applicable`, or one of its choices."""

    point_id: PointId
    answer: Choice


class FormPoint(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing to look at; a number outside `least` … `most`, or a choice among `failing`, is a failed point."""

    id: PointId
    kind: Kind
    label: Label
    help: Annotated[str, Meta(max_length=500)] | None = None
    required: bool = True
    unit: Annotated[str, Meta(max_length=20)] | None = None
    least: Reading | None = None
    most: Reading | None = None
    choices: Annotated[list[Choice], Meta(max_length=20)] = []
    failing: Annotated[list[Choice], Meta(max_length=20)] = []
    shown_if: PointCondition | None = None
    follow_up: bool = False
    """Whether a ticket is opened for it where it has failed."""


FormPoints = Annotated[list[FormPoint], Meta(max_length=MOST_POINTS)]
TicketTypes = Annotated[list[TicketType], Meta(max_length=5)]


class FilledForm(Struct, frozen=True, forbid_unknown_fields=True):
    """The form as it was when it was filled."""

    name: Name
    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    points: FormPoints


class PointAnswer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was found; `value` is a number, a date as 2026-11-22, a word of a check, a choice, a text or who signed."""

    value: Reading | Words | None = None
    remark: Words | None = None
    photo_ids: Annotated[list[UUID], Meta(max_length=MOST_ANSWER_PHOTOS)] = []
    """Files: of a photo point its photos, of a signature its picture."""
    strokes: Strokes = []

    def __post_init__(self) -> None:
        if sum(map(len, self.strokes)) > MOST_STROKE_POINTS:
            raise ValueError(f"a signature has at most {MOST_STROKE_POINTS} points")


Answers = Annotated[dict[PointId, PointAnswer], Meta(max_length=MOST_POINTS)]
