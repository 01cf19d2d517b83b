"""Which visits are odd, and whose phones were offline: exactly so many of each, wherever chance puts them."""

from collections.abc import Sequence
from datetime import date
from random import Random

from cairn.demo.visits import Day, Kind

PHOTOGRAPHED = 42
COUNTS = {Kind.ACCURACY: 18, Kind.OUTSIDE: 9, Kind.STALE: 3}
SPEED_OF = ("rep1", "rep2", "rep3", "rep5")

DISPUTED = {"rep1": -1, "rep2": -1, "rep3": -2, "rep4": -2, "rep5": -3, "rep6": -1}
"""The day, counted from the last, on which each rep's phone is offline while somebody else edits the same record."""
FURTHER = (("rep1", -6, 2), ("rep2", -9, 2), ("rep3", -12, 3), ("rep4", -7, 2), ("rep5", -15, 2), ("rep6", -4, 2))
FORGOTTEN = {"rep3": -4, "rep4": -1}
"""The day whose last visit has no check-out."""


def forget_check_outs(days: Sequence[Day]) -> None:
    """Two visits stay open from an earlier day."""
    for who, place in FORGOTTEN.items():
        mine = [day for day in days if day.who == who]
        mine[place].visits[-1].is_forgotten = True


def deal_offline(days: Sequence[Day], dates: Sequence[date]) -> list[tuple[Day, int]]:
    """Days with the number of last visits that were recorded offline: 25 in all."""
    by_place = {(day.who, day.date): day for day in days}
    chosen = [(by_place[who, dates[place]], 2) for who, place in DISPUTED.items()]
    return chosen + [(by_place[who, dates[place]], count) for who, place, count in FURTHER]


def deal_kinds(days: Sequence[Day], offline: Sequence[tuple[Day, int]], random: Random) -> None:
    """Make visits odd; an impossible journey ends a day on which nothing else is odd."""
    kept = {id(day) for day, _ in offline}
    kept |= {id(day) for day in days if any(visit.is_forgotten for visit in day.visits)}
    for who in SPEED_OF:
        candidates = [day for day in days if day.who == who and id(day) not in kept and len(day.visits) == 3]
        day = random.choice(candidates)
        kept.add(id(day))
        day.visits[-1].kind = Kind.SPEED
    free = [visit for day in days if id(day) not in kept for visit in day.visits]
    random.shuffle(free)
    for kind, count in COUNTS.items():
        for _ in range(count):
            free.pop().kind = kind


def deal_photos(days: Sequence[Day], random: Random) -> None:
    """Who takes photos: on some forty visits that were sent at once or late alike."""
    visits = [visit for day in days for visit in day.visits if visit.kind in (Kind.FENCE, Kind.STALE)]
    for visit in random.sample(visits, PHOTOGRAPHED):
        visit.has_photo = True
