"""What happens in the demo company, as a list of acts: who does what on their phone, and when it is sent."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from cairn.demo.calendar import local
from cairn.demo.ids import id_at

SEED = 20_260
"""Every random choice of the demo comes from here and from the day."""

ONLINE_DELAY = timedelta(seconds=2)


FOUNDED_DAYS_AGO = 560


def founded_at(today: date) -> datetime:
    """Before the first customer came."""
    return local(today - timedelta(days=FOUNDED_DAYS_AGO), 8)


@dataclass(frozen=True)
class ConflictOf:
    """Stands in an act's args for the id of the conflict that came of an earlier act, which only the server knows."""

    label: str


@dataclass(frozen=True)
class Photo:
    """A drawn photo: which drawing, with what it says of where and when it was taken."""

    id: UUID
    drawing: int
    lat: float
    lon: float
    taken_at: datetime
    strokes: tuple[tuple[tuple[int, int], ...], ...] = ()
    """Those of a signature, which is a picture of nothing else."""


@dataclass(frozen=True)
class Act:
    """One mutation recorded on somebody's phone, or a photo that it uploads."""

    who: str
    at: datetime
    name: str
    args: dict[str, Any] = field(default_factory=dict)
    photo: Photo | None = None
    label: str = ""
    expected: str = "applied"
    sent_at: datetime | None = None


@dataclass(frozen=True)
class Offline:
    """A stretch of time in which somebody's phone reaches nothing."""

    who: str
    since: datetime
    until: datetime


@dataclass
class Story:
    """The acts so far, and what later acts have to know of them."""

    today: date
    random: Random
    user_ids: dict[str, UUID]
    acts: list[Act] = field(default_factory=list)
    offline: list[Offline] = field(default_factory=list)

    def new_id(self, moment: datetime) -> UUID:
        return id_at(moment, self.random)

    def add(self, who: str, at: datetime, name: str, args: dict[str, Any], **options: Any) -> None:
        self.acts.append(Act(who, at, name, args, **options))

    def is_offline(self, who: str, at: datetime) -> bool:
        """Whether what somebody records then arrives only later."""
        sent_at = at + ONLINE_DELAY
        return any(each.who == who and each.since <= sent_at < each.until for each in self.offline)

    def in_order(self) -> list[Act]:
        """The acts by the time they were recorded, each with the time it is sent."""
        return with_sending(self.acts, self.offline)


def with_sending(acts: Iterable[Act], offline: Iterable[Offline]) -> list[Act]:
    """Whoever is offline sends when that ends; nobody's acts overtake one another."""
    stretches: dict[str, list[Offline]] = defaultdict(list)
    for stretch in offline:
        stretches[stretch.who].append(stretch)
    last_sent: dict[str, datetime] = {}
    result = []
    for act in sorted(acts, key=lambda each: (each.at, each.who)):
        sent_at = act.sent_at or act.at + ONLINE_DELAY
        for stretch in stretches[act.who]:
            if stretch.since <= sent_at < stretch.until:
                sent_at = stretch.until
        sent_at = max(sent_at, last_sent.get(act.who, sent_at))
        last_sent[act.who] = sent_at
        result.append(replace(act, sent_at=sent_at))
    return result
