"""Valid messages of the sync protocol: one mutation of every name, each acceptable as it stands."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from support.house import USERS, position

Json = dict[str, Any]
MakeId = Callable[[], UUID]


def chains(make_id: MakeId, at: str) -> dict[str, list[tuple[str, Json]]]:
    """For every name of a mutation, what has to be recorded in this order so that the last one applies."""
    account, contact, site, plan, visit, person, team = (str(make_id()) for _ in range(7))
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
        "teams.create": [founded],
        "teams.edit": [founded, ("teams.edit", edit(team, name=("T", "U")))],
        "users.create": [hired],
        "users.edit": [hired, ("users.edit", edit(person, name=("P", "Q")))],
        "conflicts.resolve": [("conflicts.resolve", {"id": str(make_id()), "take": "value", "value": "v"})],
        "refusals.close": [("refusals.close", {"id": str(make_id()), "outcome": "given_up"})],
        "parked.retry": [("parked.retry", {"id": str(make_id())})],
        "parked.dismiss": [("parked.dismiss", {"id": str(make_id())})],
    }


WITHOUT_RECORD = {"conflicts.resolve", "refusals.close", "parked.retry", "parked.dismiss"}
"""These need trouble first, and are refused with `not_found` here."""


def edit(record_id: str, **fields: tuple[Any, Any]) -> Json:
    return {
        "id": record_id,
        "base": {name: before for name, (before, _) in fields.items()},
        "set": {name: after for name, (_, after) in fields.items()},
    }


def about(kind: str, record_id: str) -> Json:
    return {"kind": kind, "id": record_id}
