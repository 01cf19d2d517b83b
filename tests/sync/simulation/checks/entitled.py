"""Whose facts are taken: the log of commands, played again with the roles that the office gave and took.

Who ever had a role for it has their fact taken, flagged once the role is lost; who never had one is refused.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from support.house import MONDAY, PEOPLE
from sync.simulation.habits import FACTS
from sync.simulation.tables import Tables
from sync.simulation.world import World

SELLERS = {"administrator", "executive", "sales_manager", "salesperson", "agent"}
SERVERS = {"administrator", "service_manager", "technician"}
EVERYBODY = SELLERS | SERVERS | {"finance", "marketing"}
REPORTERS = {"visits": SELLERS | SERVERS, "tickets": SERVERS, "notes": EVERYBODY}
HEARD_WITHIN = timedelta(minutes=1)
"""By then every server has heard of a change, and what was queued before it is done."""


@dataclass
class Person:
    """What a person has been so far; a role in a transaction that is not over may count already or not."""

    roles: set[str]
    active: bool = True
    ever: set[str] = field(default_factory=set)
    before: tuple[set[str], set[str]] = (set(), set())
    """Roles and `ever` without the last change."""
    changed_in: int = -1
    changed_at: datetime = MONDAY

    def change(self, row: Any) -> None:
        """The office edits the person."""
        values = msgspec.json.decode(row.args)["set"]
        self.before = set(self.roles), set(self.ever)
        self.roles, self.active = set(values.get("roles", self.roles)), values.get("active", self.active)
        self.ever |= self.roles if self.active else set()
        self.changed_in, self.changed_at = row.committed_seq, row.received_at


def check(world: World, tables: Tables) -> None:
    people = {world.users[name]: Person(set(PEOPLE[name][1]), ever=set(PEOPLE[name][1])) for name in world.users}
    late: list[tuple[Any, Person, set[str]]] = []
    for row in tables.log:
        person = people.get(str(row.user_id))
        if row.name == "users.edit" and row.status == "applied":
            people[msgspec.json.decode(row.args)["id"]].change(row)
        elif row.device_id is not None and person is not None and row.name in FACTS:
            if row.id in tables.records["parked_mutation"]:  # judged at some time from then on
                late.append((row, person, set(person.ever)))
            else:
                _judge(world, row, person)
    for row, person, ever in late:
        _is_taken_from(row, may=ever, might=person.ever)


def _judge(world: World, row: Any, person: Person) -> None:
    reporters, is_new = _reporters(row), person.changed_in == row.committed_seq
    roles, ever = person.before if is_new else (person.roles, person.ever)
    _is_taken_from(row, may=ever, might=person.ever)
    if row.status == "rejected":
        return
    if "role_lost" in row.flags:
        assert not (roles & reporters and person.roles & reporters), (
            f"{row.name} is flagged, though its author may report it"
        )
    elif not world.may_repeat and row.received_at - person.changed_at > HEARD_WITHIN:
        assert person.roles & reporters, f"{row.name} is not flagged, though its author has lost the role"


def _is_taken_from(row: Any, *, may: set[str], might: set[str]) -> None:
    is_refused = row.status == "rejected" and row.code == "not_permitted"
    assert not (is_refused and may & _reporters(row)), f"{row.name} is refused, though its author once might report it"
    assert is_refused or might & _reporters(row), f"{row.name} is taken from somebody who never had a role for it"


def _reporters(row: Any) -> set[str]:
    return REPORTERS[row.name.partition(".")[0]]
