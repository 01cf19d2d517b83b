"""The demo company's service has something to do, in every state that a ticket may be in for longer."""

from collections import Counter
from uuid import UUID

from cairn.demo.tickets import AHEAD, PAST, TECHNICIANS
from support.company import Documents


def test_forty_tickets_in_many_states(company: Documents) -> None:
    tickets = company["ticket"].values()
    assert len(tickets) == len(PAST) + len(AHEAD) == 40
    assert Counter(each["status"] for each in tickets) == {
        "closed": 18,
        "done": 3,
        "call_back": 1,
        "waiting_parts": 2,
        "waiting_customer": 1,
        "reopened": 1,
        "cancelled": 1,
        "accepted": 4,
        "assigned": 6,
        "new": 3,
    }


def test_every_technician_has_work_and_has_done_some(company: Documents) -> None:
    tickets = company["ticket"].values()
    per_person = Counter(each["assigned_to"] for each in tickets if each["assigned_to"])
    assert len(per_person) == len(TECHNICIANS)
    assert min(per_person.values()) >= 8
    minutes = Counter[UUID]()
    for ticket in tickets:
        for session in ticket["work"]:
            assert session["minutes"] is not None and session["minutes"] > 20
            minutes[session["user_id"]] += session["minutes"]
    assert len(minutes) == len(TECHNICIANS)
    assert not [flag for ticket in tickets for entry in ticket["trace"] for flag in entry["flags"]]
