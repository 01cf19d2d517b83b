"""What customers asked the service for in the last weeks, and how far each request has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Any

from cairn.demo.calendar import local, wire, working_days_after, working_days_before
from cairn.demo.checklists import Looked, add_checklist
from cairn.demo.customers import Customer, position
from cairn.demo.handovers import Finished, add_handover
from cairn.demo.story import Story
from cairn.demo.ticket_words import CHINESE, COMPLAINTS, ENGLISH, Problem

TECHNICIANS = ("tech1", "tech2", "tech3", "tech4")
DAYS = 12
"""Working days over which the jobs of the past are spread: no technician has two on one day."""

PAST = (
    *("closed",) * 18,
    *("done",) * 3,
    *("unsolved", "waiting_parts", "waiting_parts", "waiting_customer", "reopened", "cancelled"),
)
AHEAD = (*("accepted",) * 4, *("assigned",) * 6, *("new",) * 3)
"""How far each ticket has come when the story ends: in all forty."""

COMPLAINS = 9
"""Of so many, one is no request but a complaint."""


@dataclass(frozen=True)
class Job:
    """One ticket: whose customer, what is wrong, who does it, and when."""

    customer: Customer
    problem: Problem
    who: str
    ends: str
    asked_at: datetime
    day: date


def add_tickets(story: Story, customers: Sequence[Customer]) -> None:
    """Forty requests: most of them done and called back, some on their way, a few that nobody has yet."""
    served = story.random.sample([each for each in customers if not each.leaves], len(PAST) + len(AHEAD))
    days = working_days_before(story.today, DAYS + 1)
    technicians = cycle(TECHNICIANS)
    for index, ends in enumerate(PAST):
        round_number = index // len(TECHNICIANS)
        day = days[1 + (round_number * DAYS // 7) % DAYS]
        asked_at = local(days[days.index(day) - 1], 10, story.random.randint(0, 50))
        _add_ticket(story, _job(story, served[index], next(technicians), ends, asked_at, day, index))
    coming = [story.today, *working_days_after(story.today, 2)]
    for index, ends in enumerate(AHEAD):
        day = days[-1] if index in (3, 8) else coming[index % len(coming)]
        asked_at = local(days[-1], 14 + index % 3, story.random.randint(0, 50))
        customer = served[len(PAST) + index]
        _add_ticket(story, _job(story, customer, next(technicians), ends, asked_at, day, index))


def _job(story: Story, customer: Customer, who: str, ends: str, asked_at: datetime, day: date, index: int) -> Job:
    problem = story.random.choice(ENGLISH if customer.is_english else CHINESE)
    if index % COMPLAINS == COMPLAINS // 2:
        problem = COMPLAINTS[customer.is_english]
    return Job(customer, problem, who, ends, asked_at, day)


def _add_ticket(story: Story, job: Job) -> None:
    ticket_id = str(story.new_id(job.asked_at))
    due_at = local(job.day, story.random.choice((10, 11, 15, 16, 17)), story.random.choice((0, 30)))
    args: dict[str, Any] = {
        "id": ticket_id,
        "account_id": str(job.customer.id),
        "type": job.problem.type,
        "title": job.problem.title,
        "description": job.problem.description,
        "product": job.problem.product,
        "priority": story.random.choice(("urgent", "normal", "normal", "low")),
        "source": story.random.choice(("phone", "phone", "email", "staff")),
        "contact_id": job.customer.contacts[0].args["id"],
        "due_at": wire(due_at),
    }
    taken_by = job.customer.owner if args["source"] == "staff" else "service"
    if taken_by == "agent" or story.is_offline(taken_by, job.asked_at):
        taken_by = "service"  # who assigns it minutes later must have heard of it
    story.add(taken_by, job.asked_at, "tickets.create", args)
    if job.ends == "new":
        return
    assigned_at = job.asked_at + timedelta(minutes=8)
    to = {"id": ticket_id, "to_user_id": str(story.user_ids[job.who])}
    story.add("service", assigned_at, "tickets.assign", to)
    if job.ends == "cancelled":
        story.add(
            "service", assigned_at + timedelta(hours=1), "tickets.cancel", {"id": ticket_id, "reason": "重复登记"}
        )
    elif job.ends != "assigned":
        story.add(job.who, assigned_at + timedelta(minutes=14), "tickets.accept", {"id": ticket_id})
        if job.ends != "accepted":
            _add_work(story, job, ticket_id)


def _add_work(story: Story, job: Job, ticket_id: str) -> None:
    """The day at the customer, and what the service manager hears afterwards."""
    random = story.random
    arrival = local(job.day, 13, random.randint(0, 50), random.randint(0, 59))
    point = job.customer.places[0].point

    def here(at: datetime) -> dict[str, Any]:
        fix = position(point.moved(random.uniform(3, 60), random.uniform(0, 360)), at, round(random.uniform(5, 30), 1))
        return {"id": ticket_id, "position": fix}

    story.add(job.who, arrival - timedelta(minutes=25), "tickets.on_my_way", {"id": ticket_id})
    story.add(job.who, arrival, "tickets.sign_in", here(arrival))
    leaves = arrival + timedelta(minutes=random.randint(45, 150))
    paused = timedelta()
    if random.random() < 0.4:
        pause, paused = arrival + timedelta(minutes=20), timedelta(minutes=random.randint(5, 20))
        story.add(job.who, pause, "tickets.pause", {"id": ticket_id})
        story.add(job.who, pause + paused, "tickets.resume", {"id": ticket_id})
    outcome = job.ends if job.ends.startswith("waiting") else "done"
    if outcome == "done":
        looked_at = leaves - timedelta(minutes=5)
        add_checklist(story, Looked(ticket_id, job.problem.type, job.customer, job.who, looked_at))
    left = {**here(leaves), "report": job.problem.reports[outcome], "outcome": outcome}
    if outcome == "done":
        left["solved"] = True
    story.add(job.who, leaves, "tickets.sign_out", left)
    if outcome == "done":
        is_solved = job.ends in ("closed", "done")
        finished = Finished(
            ticket_id,
            job.problem.title,
            job.customer,
            job.who,
            arrival,
            leaves,
            report=left["report"],
            minutes=(leaves - arrival - paused) // timedelta(minutes=1),
            is_solved=is_solved,
            comment=job.problem.comments[is_solved],
        )
        add_handover(story, finished)
    if job.ends in ("closed", "unsolved", "reopened"):
        _add_call_back(story, job, ticket_id, leaves + timedelta(minutes=random.randint(20, 60)))


def _add_call_back(story: Story, job: Job, ticket_id: str, at: datetime) -> None:
    is_solved = job.ends == "closed"
    satisfaction = story.random.choice((3, 4, 4, 5, 5, 5)) if is_solved else story.random.choice((1, 2))
    said = {"id": ticket_id, "solved": is_solved, "satisfaction": satisfaction}
    story.add("service", at, "tickets.call_back", said | {"comment": job.problem.comments[is_solved]})
    if job.ends != "unsolved":
        step = "close" if is_solved else "reopen"
        story.add("service", at + timedelta(minutes=2), f"tickets.{step}", {"id": ticket_id})
