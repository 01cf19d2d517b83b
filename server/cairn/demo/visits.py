"""One visit as its rep records it: check-in, photos, check-out with report and next step, perhaps a note."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from cairn.demo.calendar import local, wire, working_days_after
from cairn.demo.customers import Customer, Place, position
from cairn.demo.story import Photo, Story
from cairn.demo.words import CHINESE, ENGLISH, Words

DRAWINGS = 5


class Kind(Enum):
    """What speaks for or against a visit; never more than one thing."""

    FENCE = "in the fence"
    ACCURACY = "low accuracy"
    OUTSIDE = "outside"
    SPEED = "impossible speed"
    STALE = "stale fix"


@dataclass
class Visit:
    """`kind` is what is odd about it, `is_forgotten` that nobody checked out."""

    id: UUID
    who: str
    customer: Customer
    place: Place
    arrival: datetime
    departure: datetime
    kind: Kind = Kind.FENCE
    is_forgotten: bool = False
    has_photo: bool = False
    plan_id: UUID | None = None


@dataclass
class Day:
    """One person's working day."""

    who: str
    date: date
    visits: list[Visit]


def words_for(customer: Customer) -> Words:
    return ENGLISH if customer.is_english else CHINESE


def add_visit(story: Story, visit: Visit) -> None:
    """The acts of a visit, in the order in which the rep does them."""
    random, words = story.random, words_for(visit.customer)
    fix = _fix(story, visit)
    args: dict[str, Any] = {"id": str(visit.id), "account_id": str(visit.customer.id), "position": fix}
    if visit.plan_id is not None:
        args["plan_id"] = str(visit.plan_id)
    if random.random() < 0.3:
        args["note"] = random.choice(words.check_in_notes)
    photos = _photos(story, visit, fix) if visit.has_photo else []
    if photos:
        args["photo_ids"] = [str(photo.id) for photo in photos]
    story.add(visit.who, visit.arrival, "visits.check_in", args)
    for photo in photos:
        at = visit.arrival + timedelta(seconds=20)
        story.add(visit.who, at, "", {}, photo=photo)
    if random.random() < 0.15:
        _add_note(story, visit)
    if not visit.is_forgotten:
        _add_check_out(story, visit)


def _fix(story: Story, visit: Visit) -> dict[str, Any]:
    """Where the phone says that it is; what is odd about a visit is odd about its fix."""
    random = story.random
    distance_m, accuracy_m, age_s = random.uniform(3, 90), random.uniform(4, 38), random.uniform(1, 25)
    if visit.kind is Kind.ACCURACY:
        distance_m, accuracy_m = random.uniform(60, 240), random.choice((165, 240, 420, 650, 820))
    elif visit.kind is Kind.OUTSIDE:
        distance_m = random.choice((430, 560, 780, 1_150, 1_650, 2_600, 3_900))
    elif visit.kind is Kind.STALE:
        age_s = random.uniform(240, 900)
    bearing = _away_from_other_places(visit) if visit.kind is Kind.OUTSIDE else random.uniform(0, 360)
    fix = position(
        visit.place.point.moved(distance_m, bearing),
        visit.arrival - timedelta(seconds=age_s),
        round(accuracy_m, 1),
    )
    if random.random() < 0.6:
        fix |= {"altitude_m": round(random.uniform(2, 22), 1), "speed_mps": round(random.uniform(0, 0.8), 2)}
    return fix


def _away_from_other_places(visit: Visit) -> float:
    """A bearing that does not lead to another site of the same customer."""

    def nearest_m(bearing: float) -> float:
        point = visit.place.point.moved(2_000, bearing)
        return min(point.metres_to(place.point) for place in visit.customer.places)

    return max((float(bearing) for bearing in range(0, 360, 30)), key=nearest_m)


def _photos(story: Story, visit: Visit, fix: dict[str, Any]) -> list[Photo]:
    random = story.random
    photos = []
    for _ in range(random.choice((1, 1, 2))):
        taken_at = visit.arrival - timedelta(seconds=random.randint(15, 140))
        photos.append(
            Photo(
                id=story.new_id(taken_at),
                drawing=random.randrange(DRAWINGS),
                lat=fix["lat"] + random.uniform(-1e-4, 1e-4),
                lon=fix["lon"] + random.uniform(-1e-4, 1e-4),
                taken_at=taken_at,
            )
        )
    return photos


def _add_check_out(story: Story, visit: Visit) -> None:
    random, words = story.random, words_for(visit.customer)
    place = visit.place.point.moved(random.uniform(3, 80), random.uniform(0, 360))
    args: dict[str, Any] = {
        "id": str(visit.id),
        "report": random.choice(words.reports),
        "position": position(place, visit.departure - timedelta(seconds=8), round(random.uniform(5, 40), 1)),
    }
    if random.random() < 0.6:
        due = working_days_after(visit.departure.date(), random.randint(1, 8))[-1]
        args["next_step"] = {"text": random.choice(words.next_steps), "due_at": wire(local(due, 17))}
    story.add(visit.who, visit.departure, "visits.check_out", args)


def _add_note(story: Story, visit: Visit) -> None:
    at = visit.arrival + timedelta(minutes=story.random.randint(6, 18))
    about = {"kind": "account", "id": str(visit.customer.id)}
    if story.random.random() < 0.3:
        about = {"kind": "visit", "id": str(visit.id)}
    args = {"id": str(story.new_id(at)), "about": about, "text": story.random.choice(words_for(visit.customer).notes)}
    story.add(visit.who, at, "notes.add", args)
