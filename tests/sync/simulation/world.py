"""A simulated company: server processes over one database, phones, and the office, all moved by one script."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import msgspec

from cairnsync.client import Client
from support.house import MONDAY
from sync.simulation.checks import leaks, pokes, verdicts
from sync.simulation.ground import Ground
from sync.simulation.journal import Journal
from sync.simulation.link import Link
from sync.simulation.node_phone import NodePhone
from sync.simulation.phone import Phone, PhoneClock, PythonPhone, Recorded
from sync.simulation.rights import Rights
from sync.simulation.script import PhoneSetting
from sync.simulation.seeded import SeededIds, TrueClock
from sync.simulation.server import Server
from sync.simulation.versions import OLD, demand, renew_servers

Json = dict[str, Any]


@dataclass
class Backup:
    """The database at a moment, and what was known of it from outside."""

    at: datetime
    database: sqlite3.Connection
    receipts: dict[tuple[str, int], Json]


@dataclass
class World:
    """Everything that a step may touch, and what the checkers look at in the end."""

    ground: Ground
    clock: TrueClock
    new_id: SeededIds
    journal: Journal
    rights: Rights
    servers: list[Server] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)
    made: dict[str, list[str]] = field(default_factory=dict)
    """Ids of records that were made on phones, by kind, whether the server knows of them or not."""
    receipts: dict[tuple[str, int], Json] = field(default_factory=dict)
    """(device, seq) → the first receipt that this history of the server ever gave."""
    backups: list[Backup] = field(default_factory=list)
    may_repeat: bool = False
    """Storage was copied or history rewritten: the same mutation may be known under several numbers."""
    restores: int = 0
    listeners: dict[str, pokes.Listener] = field(default_factory=dict)
    retired: list[tuple[str, Recorded]] = field(default_factory=list)
    """(user, mutation) of storages that are no more."""

    @property
    def users(self) -> dict[str, str]:
        return self.ground.users

    def phone(self, label: str) -> Phone | None:
        return next((phone for phone in self.phones if phone.label == label), None)

    def link(self, person: str) -> Link:
        return Link(self.ground.loop, partial(self.deliver, person))

    def add_phone(self, setting: PhoneSetting) -> None:
        link = self.link(setting.person)
        clock = PhoneClock(self.clock, timedelta(seconds=setting.clock_error_s))
        if setting.engine != "python":
            phone = NodePhone(setting, self.users[setting.person], link, clock, self.ground.host)
            phone.open(self.new_id.random.getrandbits(31))
            self.phones.append(phone)
            return
        app = setting.app
        sizes = {"page_rows": setting.page_rows, "batch": setting.batch}
        client = Client(self.new_id(), link.post, clock, self.new_id, schema=app, held_schema=app, **sizes)
        user_id = self.users[setting.person]
        self.phones.append(PythonPhone(setting.label, setting.person, user_id, client, link, clock, self.new_id))

    async def deliver(self, person: str, path: str, body: bytes) -> tuple[int, Json]:
        """A request reaches a server; every answer is looked at, whether the phone gets it or not."""
        server = self.servers[self.ground.loop.random.randrange(len(self.servers))]
        user_id = self.users[person]
        with self.rights.watched(user_id) as held:
            status, answer = await server.post(person, path, body)
            if status == 200:
                request = msgspec.json.decode(body)
                verdicts.check_answer(self, path, request, answer)
                leaks.check_answer(person, path, request, answer, held)
        return status, answer

    def restore(self, backup: Backup) -> None:
        """Nobody is at work: the database is as it was, under another epoch."""
        ground = self.ground
        ground.put_back(backup.database)
        epoch = str(self.new_id())
        ground.view.execute("UPDATE organization_head SET epoch = ?", (epoch,))
        self.receipts = dict(backup.receipts)
        self.journal.begin()
        self.rights.forget()
        self.may_repeat = True
        self.restores += 1
        self.listeners.clear()

    def stop(self) -> None:
        """End everything that is under way."""
        loop = self.ground.loop
        for server in self.servers:
            server.kill()
        for phone in self.phones:
            phone.die(0)
            for task in phone.link.under_way:
                task.cancel()
        loop.advance(PATIENCE_FOR_LOCKS_S)

    def tick(self) -> None:
        """Tell the time to those who do not share this process's clock."""
        if any(isinstance(phone, NodePhone) for phone in self.phones):
            self.ground.host.tell({"do": "tick", "phone": ""})

    def raise_failures(self) -> None:
        """What nobody was there to catch."""
        failures, self.ground.loop.failures = self.ground.loop.failures, []
        if failures:
            raise failures[0]


PATIENCE_FOR_LOCKS_S = 30.0


@contextmanager
def open_world(ground: Ground, phones: list[PhoneSetting]) -> Iterator[World]:
    """A company at the beginning of its week."""
    ground.put_back()
    clock = TrueClock(ground.loop, MONDAY)
    new_id = SeededIds(clock)
    rights = Rights(ground.view, ground.organization)
    world = World(ground, clock, new_id, Journal(ground.view, ground.organization), rights)
    world.journal.begin()
    renew_servers(OLD)
    demand(OLD)
    ground.loop.failures = []
    ground.loop.random = Random(0)
    world.servers = [Server(ground, number, clock, new_id) for number in range(len(ground.databases))]
    for traps in ground.traps:
        traps.on_commit = rights.committed
    if any(setting.engine != "python" for setting in phones):
        ground.host.reset(clock)
    for setting in phones:
        world.add_phone(setting)
    try:
        yield world
    finally:
        world.stop()
        renew_servers(OLD)
        demand(OLD)
