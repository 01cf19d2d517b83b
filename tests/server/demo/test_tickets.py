"""The demo company's service has something to do, in every state that a ticket may be in for longer."""

from collections import Counter
from uuid import UUID

from cairn.demo.tickets import AHEAD, PAST, TECHNICIANS
from support.company import Documents


def test_forty_tickets_in_many_states(company: Documents) -> None:
    tickets = [each for each in company["ticket"].values() if each["follows_id"] is None]
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


def test_finished_jobs_were_photographed_signed_and_mostly_rated(company: Documents) -> None:
    finished = [each for each in company["ticket"].values() if each["solved"]]
    assert len(finished) >= 20
    files = company["file"]
    for ticket in finished:
        assert [photo["moment"] for photo in ticket["photos"]] == ["before", "after"]
        signature = files[str(ticket["handover"]["signature_id"])]
        assert (signature["state"], signature["filetype"]) == ("stored", "image/png")
        shown = ticket["handover"]["shown"]
        assert [each["minutes"] for each in shown["times"]] == [each["minutes"] for each in ticket["work"]]
    ratings = company["rating"].values()
    assert len(finished) // 2 <= len(ratings) < len(finished)
    assert not [flag for rating in ratings for flag in rating["flags"]]


def test_what_was_found_stands_beside_the_tickets(company: Documents) -> None:
    forms, checklists = company["checklist_form"], company["checklist"].values()
    assert len(forms) == 2 and checklists
    assert not [flag for each in checklists for flag in each["flags"]]
    assert {str(each["form_id"]) for each in checklists} <= forms.keys()
    followed = {str(each["follow_up"]["ticket_id"]) for each in checklists if each["failed"]}
    assert followed == {key for key, each in company["ticket"].items() if each["follows_id"] is not None}
