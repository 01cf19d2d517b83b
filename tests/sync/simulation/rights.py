"""Who may hold which bucket, from the company's own tables: written apart from the kernel's grants."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from sync.simulation.journal import head_seq

OVERSEERS = {"administrator", "executive"}
OPEN_TICKETS = "SELECT account_id, assigned_to, helper_ids FROM ticket WHERE status NOT IN ('closed', 'cancelled')"
"""While there is one at a customer, service managers read the customer, and the lines of those who are to go there."""


@dataclass
class Rights:
    """Reads people, teams and customers anew whenever something was committed."""

    connection: sqlite3.Connection
    organization: str
    _version: int = -1
    _held: dict[str, frozenset[str]] = field(default_factory=dict)
    _watched: dict[int, tuple[str, set[str]]] = field(default_factory=dict)

    def held(self, user_id: str) -> frozenset[str]:
        """The buckets that a person may read now."""
        version = head_seq(self.connection, self.organization)
        if version != self._version:
            self._held, self._version = {}, version
        if user_id not in self._held:
            self._held[user_id] = frozenset(self._compute(user_id.replace("-", "")))
        return self._held[user_id]

    def forget(self) -> None:
        """The database is another one."""
        self._version = -1

    @contextmanager
    def watched(self, user_id: str) -> Iterator[set[str]]:
        """Every bucket that a person may read at any moment from now until the end."""
        held = set(self.held(user_id))
        self._watched[id(held)] = (user_id, held)
        try:
            yield held
        finally:
            del self._watched[id(held)]

    def committed(self) -> None:
        """Something may have changed."""
        for user_id, held in self._watched.values():
            held |= self.held(user_id)

    def _compute(self, user_id: str) -> set[str]:
        fetch = self.connection.execute
        users = {
            row[0]: (json.loads(row[1]), row[2], row[3])
            for row in fetch("SELECT id, roles, team_id, active FROM user_account")
        }
        teams = {
            row[0]: (row[1], {lead.replace("-", "") for lead in json.loads(row[2])})
            for row in fetch("SELECT id, parent_id, lead_ids FROM team WHERE deleted_at IS NULL")
        }
        roles, _, active = users[user_id]
        if not active:
            return set()
        led = {
            other
            for other, (_, team, _) in users.items()
            if other == user_id or OVERSEERS & set(roles) or user_id in leads_above(team, teams)
        }
        held = {"org", f"user:{dashed(user_id)}"} | {f"work:{dashed(other)}" for other in led}
        if "administrator" in roles:
            held.add("administration")
        if set(roles) - {"agent"}:
            held.add("directory")
        if "service_manager" in roles:
            held.add("service")
        readers = {account: {owner} for account, owner in fetch("SELECT id, owner_id FROM account")}
        for account, worker, helpers in fetch(OPEN_TICKETS):
            readers[account] |= {worker, *(each.replace("-", "") for each in json.loads(helpers)), "service_manager"}
        reader = led | {"service_manager"} & set(roles)
        return held | {f"account:{dashed(account)}" for account, lines in readers.items() if lines & reader}


def leads_above(team: str | None, teams: Mapping[str, tuple[str | None, set[str]]]) -> set[str]:
    leads: set[str] = set()
    for _ in range(len(teams)):
        if team is None:
            break
        parent, own = teams[team]
        leads |= own
        team = parent
    return leads


def dashed(id_without: str) -> str:
    parts = (id_without[:8], id_without[8:12], id_without[12:16], id_without[16:20], id_without[20:])
    return "-".join(parts)
