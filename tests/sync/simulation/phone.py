"""A phone of the simulation: the protocol's client, its link, and what its user has done on it."""

import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from cairn.kernel.ids import NewId
from cairnsync.client import Client, Entry
from cairnsync.clock import Clock
from sync.simulation.link import Link

Json = dict[str, Any]


@dataclass
class PhoneClock:
    """A phone's own clock: the true time, and an error that its user does not know of."""

    truth: Clock
    error: timedelta = timedelta(0)

    def now(self) -> datetime:
        return self.truth.now() + self.error


@dataclass
class Phone:
    """One device's storage and the person who holds it."""

    label: str
    person: str
    user_id: str
    client: Client
    link: Link
    recorded: list[Entry] = field(default_factory=list)
    """Every mutation that was recorded here: each must come to exactly one receipt."""
    made: dict[str, list[str]] = field(default_factory=dict)
    """Ids of records that were created here, by kind, whether the server knows of them or not."""

    def record(self, name: str, args: Json) -> Entry:
        entry = self.client.record(name, args)
        self.recorded.append(entry)
        return entry

    def ids(self, kind: str) -> list[str]:
        """Records of a kind that this phone knows of: what the server sent, and what was made here."""
        return list(dict.fromkeys([*self.client.documents(kind), *self.made.get(kind, [])]))

    def seen(self, kind: str, record_id: str) -> Json:
        """A record as its user sees it: the server's version, or what they typed themself."""
        document = self.client.documents(kind).get(record_id)
        if document is not None:
            return document
        return next((entry.args for entry in self.recorded if entry.args.get("id") == record_id), {})

    def begin_anew(self, new_id: NewId) -> None:
        """The device was shut out: its documents go, and what was unsent comes along to a new one."""
        old, waiting = self.client, self.client.waiting
        self.client = replace(
            old, device=new_id(), epoch=None, cursor=None, outbox=waiting, held={}, next_seq=1 + len(waiting)
        )
        for seq, entry in enumerate(waiting, start=1):
            entry.seq = seq

    def cloned(self, label: str, link: Link) -> "Phone":
        """The same storage on another phone, as a backup of it would bring it there."""
        client = self.client
        outbox = [copy.copy(entry) for entry in client.outbox]
        twin = replace(client, post=link.post, outbox=outbox, held=dict(client.held), dropped=[])
        waiting = [entry for entry in outbox if entry.receipt is None]
        made = {kind: list(ids) for kind, ids in self.made.items()}
        return Phone(label, self.person, self.user_id, twin, link, waiting, made)
