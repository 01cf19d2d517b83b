"""Twenty working days: who calls on whom, in what order, and how each visit goes."""

from datetime import date, datetime, timedelta
from random import Random

from cairn.demo.calendar import local, working_days_before
from cairn.demo.customers import Customer, Place
from cairn.demo.oddities import deal_kinds, deal_offline, deal_photos, forget_check_outs
from cairn.demo.people import REPS
from cairn.demo.plans import plan_visits
from cairn.demo.story import Offline, Story
from cairn.demo.visits import Day, Kind, Visit, add_visit

WORKING_DAYS = 20
VISITS_OF_A_REP = [3] * 12 + [4] * 8
AGENTS_DAYS = 12
LUNCH = timedelta(minutes=45)
SPEED_M_PER_MINUTE = 420
"""25 km/h through a town, lights and parking apart."""
SLACK_S = 12_600
"""Telephone calls, waiting, a coffee: what a day has beside its visits and ways."""


def add_days(story: Story, customers: list[Customer]) -> list[Day]:
    """Every visit of every working day, the oddities among them."""
    dates = working_days_before(story.today, WORKING_DAYS)
    days: list[Day] = []
    for who in (*REPS, "agent"):
        mine = [customer for customer in customers if customer.owner == who]
        days += _days_of(story, who, [each for each in mine if not (each.is_far or each.leaves)], dates)
    far = {customer.owner: customer for customer in customers if customer.is_far}
    forget_check_outs(days)
    offline = deal_offline(days, dates)
    deal_kinds(days, offline, story.random)
    deal_photos(days, story.random)
    for day in days:
        _make_far_journey(day, far)
    for day, count in offline:
        since = day.visits[-count].arrival - timedelta(minutes=5)
        until = local(day.date, 18, story.random.randint(15, 59)) + timedelta(minutes=story.random.randint(0, 45))
        story.offline.append(Offline(day.who, since, until))
    plan_visits(story, days)
    for day in days:
        for visit in day.visits:
            add_visit(story, visit)
    return days


def _days_of(story: Story, who: str, customers: list[Customer], dates: list[date]) -> list[Day]:
    random = story.random
    counts = [1] * AGENTS_DAYS + [0] * (WORKING_DAYS - AGENTS_DAYS) if who == "agent" else list(VISITS_OF_A_REP)
    random.shuffle(counts)
    waiting: list[Customer] = []
    days = []
    for day, count in zip(dates, counts, strict=True):
        stops: list[Customer] = []
        while len(stops) < count:
            if not waiting:
                waiting = random.sample(customers, len(customers))
            stops.append(_next_stop(stops, waiting))
        days.append(Day(who, day, _route(story, who, day, stops)))
    return days


def _next_stop(stops: list[Customer], waiting: list[Customer]) -> Customer:
    """Whoever has waited longest, then those nearby among the next few."""
    candidates = [each for each in waiting[:6] if each not in stops] or waiting
    chosen = candidates[0] if not stops else min(candidates, key=lambda each: each.point.metres_to(stops[-1].point))
    waiting.remove(chosen)
    return chosen


def _route(story: Story, who: str, day: date, stops: list[Customer]) -> list[Visit]:
    """A way round the stops from the nearest to the nearest, between nine and six."""
    random = story.random
    if not stops:
        return []
    here = stops[0].area.middle
    now = local(day, 9, random.randint(4, 38), random.randint(0, 59))
    left = list(stops)
    visits: list[Visit] = []
    while left:
        customer = min(left, key=lambda each: each.point.metres_to(here))
        left.remove(customer)
        place = _place(customer, random)
        if visits:
            now += timedelta(minutes=6 + here.metres_to(place.point) / SPEED_M_PER_MINUTE)
            now += timedelta(seconds=random.randint(120, SLACK_S // len(stops)))
        now = _after_lunch(now.replace(microsecond=random.randint(0, 999) * 1_000), day, bool(visits))
        stay = timedelta(minutes=random.randint(24, 62), seconds=random.randint(0, 59))
        visits.append(Visit(story.new_id(now), who, customer, place, now, now + stay))
        now, here = now + stay, place.point
    return visits


def _place(customer: Customer, random: Random) -> Place:
    return customer.places[0] if random.random() < 0.7 else random.choice(customer.places)


def _after_lunch(moment: datetime, day: date, has_begun: bool) -> datetime:
    noon = local(day, 11, 50)
    return moment + LUNCH if has_begun and noon <= moment < noon + timedelta(minutes=70) else moment


def _make_far_journey(day: Day, far: dict[str, Customer]) -> None:
    """The last visit of the day at a customer 200 km away, half an hour after the one before."""
    last = day.visits[-1] if day.visits else None
    if last is None or last.kind is not Kind.SPEED:
        return
    before = day.visits[-2]
    before.departure = before.arrival + timedelta(minutes=22)
    stay = last.departure - last.arrival
    last.customer, last.place = far[day.who], far[day.who].places[0]
    last.arrival = before.arrival + timedelta(minutes=38, seconds=17)
    last.departure = last.arrival + stay
