"""Valid messages of the sync protocol: one mutation of every name, each acceptable as it stands."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from support.house import USERS, position

Json = dict[str, Any]
MakeId = Callable[[], UUID]


def chains(make_id: MakeId, at: str) -> dict[str, list[tuple[str, Json]]]:
    """For every name of a mutation, what has to be recorded in this order so that the last one applies."""
    account, contact, site, plan, visit, person, team, ticket = (str(make_id()) for _ in range(8))
    customer = ("accounts.create", {"id": account, "name": "A", "phone": "1", "tags": ["t"], "position": position()})
    caller = ("contacts.create", {"id": contact, "account_id": account, "name": "B", "email": "b@example.com"})
    place = ("sites.create", {"id": site, "account_id": account, "name": "Gate", "position": position()})
    planned = ("visits.plan", {"id": plan, "account_id": account, "starts_at": at, "purpose": "p"})
    arrival = {
        "id": visit,
        "account_id": account,
        "position": position(),
        "plan_id": plan,
        "photo_ids": [],
        "note": "n",
    }
    arrived = ("visits.check_in", arrival)
    hired = ("users.create", {"id": person, "name": "P", "email": f"{person}@example.com", "roles": ["salesperson"]})
    founded = ("teams.create", {"id": team, "name": "T"})
    step = {"text": "call", "due_at": at}
    asked = (
        "tickets.create",
        {"id": ticket, "account_id": account, "type": "repair", "title": "T", "priority": "urgent", "due_at": at},
    )
    request = [customer, asked]
    return {
        "accounts.create": [customer],
        "accounts.edit": [customer, ("accounts.edit", edit(account, phone=("1", "2"), tags=(["t"], ["u"])))],
        "accounts.transfer": [customer, ("accounts.transfer", {"id": account, "to_user_id": str(USERS["rep2"])})],
        "contacts.create": [customer, caller],
        "contacts.edit": [customer, caller, ("contacts.edit", edit(contact, name=("B", "C")))],
        "sites.create": [customer, place],
        "sites.edit": [customer, place, ("sites.edit", edit(site, name=("Gate", "Door")))],
        "notes.add": [customer, ("notes.add", {"id": str(make_id()), "about": about("account", account), "text": "n"})],
        "visits.plan": [customer, planned],
        "visits.cancel_plan": [customer, planned, ("visits.cancel_plan", {"id": plan})],
        "visits.check_in": [customer, planned, arrived],
        "visits.check_out": [
            *(customer, planned, arrived),
            ("visits.check_out", {"id": visit, "report": "r", "position": position(), "next_step": step}),
        ],
        "tickets.create": request,
        **ticket_chains(request, ticket, make_id),
        **checklist_chains(request, ticket, make_id),
        **return_chains(customer, account, at, make_id),
        "teams.create": [founded],
        "teams.edit": [founded, ("teams.edit", edit(team, name=("T", "U")))],
        "users.create": [hired],
        "users.edit": [hired, ("users.edit", edit(person, name=("P", "Q")))],
        "conflicts.resolve": [("conflicts.resolve", {"id": str(make_id()), "take": "value", "value": "v"})],
        "refusals.close": [("refusals.close", {"id": str(make_id()), "outcome": "given_up"})],
        "parked.retry": [("parked.retry", {"id": str(make_id())})],
        "parked.dismiss": [("parked.dismiss", {"id": str(make_id())})],
    }


def ticket_chains(request: list[tuple[str, Json]], ticket: str, make_id: MakeId) -> dict[str, list[tuple[str, Json]]]:
    """What may follow when a request has been taken down."""
    given = ("tickets.assign", {"id": ticket, "to_user_id": str(USERS["tech"]), "helper_ids": []})
    there = ("tickets.sign_in", {"id": ticket, "position": position()})
    left = ("tickets.sign_out", {"id": ticket, "report": "r", "outcome": "done", "solved": True})
    called = ("tickets.call_back", {"id": ticket, "solved": True, "satisfaction": 5, "comment": "c"})
    pictured = ("tickets.add_photo", {"id": ticket, "photo_id": str(make_id()), "moment": "after", "caption": "c"})
    seen = {"ticket_id": ticket, "title": "T", "customer": "C", "report": "r", "photos": [], "times": []}
    signed = ("tickets.hand_over", {"id": ticket, "shown": seen, "signed_by": "W", "strokes": [[[0, 1], [2, 3]]]})
    link = str(make_id())
    shared = ("tickets.share", {"id": link, "ticket_id": ticket, "token_hash": UUID(link).hex * 2})
    mailed = ("tickets.send_report", {"id": ticket, "language": "en", "to": "a@example.com"})
    rated = ("feedback.rate", {"id": str(make_id()), "ticket_id": ticket, "satisfaction": 5, "solved": True})
    return {
        "tickets.edit": [*request, ("tickets.edit", edit(ticket, title=("T", "U"), description=(None, "d")))],
        "tickets.assign": [*request, given],
        "tickets.accept": [*request, given, ("tickets.accept", {"id": ticket})],
        "tickets.on_my_way": [*request, given, ("tickets.on_my_way", {"id": ticket, "position": position()})],
        "tickets.sign_in": [*request, given, there],
        "tickets.pause": [*request, given, there, ("tickets.pause", {"id": ticket, "reason": "r"})],
        "tickets.resume": [*request, given, there, ("tickets.resume", {"id": ticket})],
        "tickets.sign_out": [*request, given, there, left],
        "tickets.send_report": [*request, given, there, left, mailed],
        "tickets.call_back": [*request, given, there, left, called],
        "tickets.close": [*request, given, there, left, ("tickets.close", {"id": ticket})],
        "tickets.reopen": [*request, given, there, left, ("tickets.reopen", {"id": ticket, "reason": "r"})],
        "tickets.cancel": [*request, ("tickets.cancel", {"id": ticket, "reason": "r"})],
        "tickets.add_photo": [*request, given, there, pictured],
        "tickets.hand_over": [*request, given, there, left, signed],
        "tickets.share": [*request, shared],
        "tickets.unshare": [*request, shared, ("tickets.unshare", {"id": link})],
        "feedback.rate": [*request, given, there, left, signed, rated],
    }


def checklist_chains(
    request: list[tuple[str, Json]], ticket: str, make_id: MakeId
) -> dict[str, list[tuple[str, Json]]]:
    """A form is made, changed and filled."""
    form = str(make_id())
    points = [{"id": "p", "kind": "number", "label": "L", "least": 1, "most": 2, "follow_up": True}]
    made = ("checklists.create_form", {"id": form, "name": "F", "ticket_types": ["repair"], "points": points})
    changed = {"id": form, "seen_version": 1, "name": "G", "ticket_types": [], "points": points, "active": True}
    filled = {
        "id": str(make_id()),
        "ticket_id": ticket,
        "form_id": form,
        "form": {"name": "F", "version": 1, "points": points},
        "answers": {"p": {"value": 3, "remark": "r"}},
    }
    return {
        "checklists.create_form": [made],
        "checklists.edit_form": [made, ("checklists.edit_form", changed)],
        "checklists.submit": [*request, made, ("checklists.submit", filled)],
    }


def return_chains(
    customer: tuple[str, Json], account: str, at: str, make_id: MakeId
) -> dict[str, list[tuple[str, Json]]]:
    """Something is ordered, and asked back."""
    order, line, found = str(make_id()), str(make_id()), str(make_id())
    lines = [{"id": line, "product_name": "P", "quantity": 2, "unit_price_minor": 100, "delivered": 2}]
    placed = {"id": order, "account_id": account, "number": "1", "ordered_at": at, "currency": "CNY", "lines": lines}
    ordered = [customer, ("orders.create", placed)]
    asked = {"id": found, "order_id": order, "reason": "damage", "lines": [{"line_id": line, "quantity": 1}]}
    wanted = [*ordered, ("returns.request", asked)]
    came = {"id": found, "order_id": order, "goods": [{"line_id": line, "quantity": 1, "condition": "damaged"}]}
    return {
        "orders.create": ordered,
        "returns.request": wanted,
        "returns.approve": [*wanted, ("returns.approve", {"id": found, "comment": "c"})],
        "returns.reject": [*wanted, ("returns.reject", {"id": found, "reason": "r"})],
        "returns.withdraw": [*wanted, ("returns.withdraw", {"id": found, "reason": "r"})],
        "returns.receive": [*wanted, ("returns.receive", came)],
        "returns.settle": [*wanted, ("returns.settle", {"id": found, "outcome": "credit", "comment": "c"})],
    }


WITHOUT_RECORD = {"conflicts.resolve", "refusals.close", "parked.retry", "parked.dismiss"}
"""These need trouble first, and are refused with `not_found` here."""
BY_ANOTHER = {"returns.approve", "returns.reject", "returns.settle"}
"""Nobody decides about what they asked for, and here one person does everything."""


def edit(record_id: str, **fields: tuple[Any, Any]) -> Json:
    return {
        "id": record_id,
        "base": {name: before for name, (before, _) in fields.items()},
        "set": {name: after for name, (_, after) in fields.items()},
    }


def about(kind: str, record_id: str) -> Json:
    return {"kind": kind, "id": record_id}
