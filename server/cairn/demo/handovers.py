"""How a job ends at the customer: photos from before and after, a signature for what was shown, and a rating."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sin
from random import Random
from typing import Any
from uuid import UUID

from msgspec import convert

from cairn.demo.customers import Customer
from cairn.demo.ids import id_at
from cairn.demo.people import PEOPLE
from cairn.demo.story import Photo, Story
from cairn.modules.tickets.signing import Shown, signed_hash

NAMES = {person.key: person.name for person in PEOPLE}
DRAWINGS = 5
CAPTIONS = {True: ("As found", "All is done"), False: ("到场时的样子", "处理后")}


@dataclass(frozen=True)
class Finished:
    """A job that a technician has just signed out of."""

    ticket_id: str
    title: str
    customer: Customer
    who: str
    arrival: datetime
    leaves: datetime
    report: str
    minutes: int
    is_solved: bool
    comment: str


def add_handover(story: Story, job: Finished) -> None:
    """Two photos, the hand-over and, of most, a rating; its own chances leave those of the story as they were."""
    random = Random(UUID(job.ticket_id).int)  # noqa: S311 - a story
    shown_photos = [_add_photo(story, job, random, moment) for moment in ("before", "after")]
    at = job.leaves + timedelta(minutes=2)
    signature = Photo(id_at(at, random), 0, 0.0, 0.0, at, _signature(random))
    shown = {
        "ticket_id": job.ticket_id,
        "title": job.title,
        "customer": job.customer.args["name"],
        "report": job.report,
        "photos": shown_photos,
        "times": [{"user_id": str(story.user_ids[job.who]), "name": NAMES[job.who], "minutes": job.minutes}],
    }
    signed = {
        "id": job.ticket_id,
        "shown": shown,
        "signed_hash": signed_hash(convert(shown, Shown)),
        "signed_by": job.customer.contacts[0].args["name"],
        "signature_id": str(signature.id),
        "strokes": [[list(point) for point in stroke] for stroke in signature.strokes],
    }
    story.add(job.who, at, "tickets.hand_over", signed)
    story.add(job.who, at + timedelta(seconds=5), "", {}, photo=signature)
    if random.random() < 0.8:
        marks = (4, 5, 5, 5, 3) if job.is_solved else (2, 3)
        rating: dict[str, Any] = {"id": str(id_at(at, random)), "ticket_id": job.ticket_id}
        rating |= {"satisfaction": random.choice(marks), "solved": job.is_solved}
        if random.random() < 0.5:
            rating["comment"] = job.comment
        story.add(job.who, at + timedelta(minutes=1), "feedback.rate", rating)


def _add_photo(story: Story, job: Finished, random: Random, moment: str) -> dict[str, Any]:
    """Returns the photo as the customer is shown it."""
    is_after = moment == "after"
    at = job.leaves - timedelta(minutes=3) if is_after else job.arrival + timedelta(minutes=2)
    place = job.customer.places[0].point
    photo = Photo(id_at(at, random), random.randrange(DRAWINGS), place.lat, place.lon, at)
    said = {"photo_id": str(photo.id), "moment": moment, "caption": CAPTIONS[job.customer.is_english][is_after]}
    story.add(job.who, at + timedelta(seconds=20), "tickets.add_photo", {"id": job.ticket_id, **said})
    story.add(job.who, at + timedelta(seconds=30), "", {}, photo=photo)
    return said


def _signature(random: Random) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Two quick waves of a pen."""
    strokes = []
    for left, right in ((180, 480), (530, 820)):
        swing, height = random.uniform(0.03, 0.05), random.randint(60, 120)
        strokes.append(
            tuple((x, round(200 + height * sin(x * swing) * (1 - (x - left) / 900))) for x in range(left, right, 10))
        )
    return tuple(strokes)
