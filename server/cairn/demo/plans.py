"""Planned visits: those that led to visits, a few that came to nothing, and those of today and the days ahead."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from cairn.demo.calendar import local, wire, working_days_after, working_days_before
from cairn.demo.customers import Customer
from cairn.demo.people import REPS
from cairn.demo.story import Story
from cairn.demo.visits import Day, words_for

PLANNED_SHARE = 0.85
STOPS_OF_TODAY = 5
STOPS_OF_A_DAY_AHEAD = 3
DAYS_AHEAD = 5
CANCELLED = 7
QUARTER_OF_AN_HOUR_S = 900


def plan_visits(story: Story, days: Sequence[Day]) -> None:
    """What each rep planned the evening before; the others came by unplanned."""
    planned = [day for day in days if day.visits]
    for day in planned:
        evening = _evening_before(story, day.date)
        customers = []
        for visit in day.visits:
            if story.random.random() < PLANNED_SHARE:
                visit.plan_id = story.new_id(evening)
                customers.append((visit.plan_id, visit.customer, _rounded(visit.arrival)))
        _add_plans(story, day.who, evening, customers)
    for day in story.random.sample(planned, CANCELLED):
        _add_cancelled(story, day)


def add_plans_ahead(story: Story, customers: Sequence[Customer]) -> None:
    """Today's stops for everybody who calls on customers, and those of the next working days."""
    by_owner: dict[str, list[Customer]] = defaultdict(list)
    for customer in customers:
        if not customer.is_far and not customer.leaves:
            by_owner[customer.owner].append(customer)
    evening = _evening_before(story, story.today)
    days = [story.today, *working_days_after(story.today, DAYS_AHEAD)]
    for who in (*REPS, "agent", "manager", "manager2"):
        waiting = story.random.sample(by_owner[who], len(by_owner[who]))
        plans = []
        for day in days:
            count = STOPS_OF_TODAY if day == story.today else STOPS_OF_A_DAY_AHEAD
            count = count if who in REPS else 1
            for hour, customer in zip((9, 11, 13, 15, 16), waiting[:count], strict=False):
                starts_at = local(day, hour, story.random.choice((15, 30, 45)))
                plans.append((story.new_id(evening), customer, starts_at))
            waiting = waiting[count:] + waiting[:count]
        _add_plans(story, who, evening, plans)


def _evening_before(story: Story, day: date) -> datetime:
    """Late enough that every visit of that day is over, whoever was offline included."""
    return local(working_days_before(day, 1)[0], 19, story.random.randint(45, 59), story.random.randint(0, 30))


def _rounded(moment: datetime) -> datetime:
    return moment - timedelta(seconds=moment.timestamp() % QUARTER_OF_AN_HOUR_S)


def _add_plans(story: Story, who: str, evening: datetime, plans: Sequence[tuple[UUID, Customer, datetime]]) -> None:
    sent_at = evening + timedelta(minutes=10)
    for index, (plan_id, customer, starts_at) in enumerate(plans):
        args: dict[str, Any] = {
            "id": str(plan_id),
            "account_id": str(customer.id),
            "starts_at": wire(starts_at),
            "purpose": story.random.choice(words_for(customer).purposes),
        }
        story.add(who, evening + timedelta(seconds=20 * index), "visits.plan", args, sent_at=sent_at)


def _add_cancelled(story: Story, day: Day) -> None:
    """A stop that was planned and given up in the morning: the customer had no time."""
    evening, customer = _evening_before(story, day.date), story.random.choice(day.visits).customer
    plan_id = story.new_id(evening)
    _add_plans(story, day.who, evening, [(plan_id, customer, local(day.date, 16, 30))])
    story.add(day.who, local(day.date, 9, 1), "visits.cancel_plan", {"id": str(plan_id)})
