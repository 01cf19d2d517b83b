"""A simulated company: one server, three phones and the office, all moved by one seed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from cairnsync.client import Client, Refused
from cairnsync.clock import ManualClock
from support.house import MONDAY
from sync.simulation.journal import Journal
from sync.simulation.link import Link
from sync.simulation.mutations import Hands
from sync.simulation.phone import Phone, PhoneClock
from sync.simulation.rights import Rights
from sync.simulation.seeded import SeededIds
from sync.simulation.server import Server
from sync.simulation.template import template

Json = dict[str, Any]
PHONES = ("rep1", "rep2", "manager")
PAGES = (1, 7, 50, 5000)
BATCHES = (1, 3, 500)
CLOCK_ERRORS_S = (0, 0, 0, -40, 200, 4000, -4000)


@dataclass
class World:
    """Everything that a step may touch, and what the checkers look at in the end."""

    random: Random
    clock: ManualClock
    new_id: SeededIds
    server: Server
    journal: Journal
    rights: Rights
    phones: list[Phone] = field(default_factory=list)
    script: list[str] = field(default_factory=list)
    """What happened, for the reader of a failure."""
    receipts: dict[tuple[str, int], Json] = field(default_factory=dict)
    """(device, seq) → the first receipt that the server ever gave."""

    @property
    def users(self) -> dict[str, str]:
        return {name: str(user_id) for name, user_id in self.server.template.users.items()}

    def say(self, words: str) -> None:
        self.script.append(f"{self.clock.now():%d %H:%M:%S} {words}")

    def hands(self, phone: Phone) -> Hands:
        return Hands(phone, self.random, phone.client.clock, self.new_id, self.users)

    def link(self, person: str) -> Link:
        async def deliver(path: str, body: Json) -> tuple[int, Json]:
            return await self.deliver(person, path, body)

        return Link(self.random, self.clock, deliver)

    def add_phone(self, person: str) -> Phone:
        link = self.link(person)
        client = Client(
            device=self.new_id(),
            post=link.post,
            clock=PhoneClock(self.clock, timedelta(seconds=self.random.choice(CLOCK_ERRORS_S))),
            new_device=self.new_id,
            page_rows=self.random.choice(PAGES),
            batch=self.random.choice(BATCHES),
        )
        self.phones.append(Phone(person, person, self.users[person], client, link))
        return self.phones[-1]

    async def deliver(self, person: str, path: str, body: Json) -> tuple[int, Json]:
        """A request reaches the server; every answer is looked at, whether the phone gets it or not."""
        status, answer = await self.server.post(person, path, body)
        self.journal.check()
        if status == 200 and path == "/sync/push":
            for receipt in answer["receipts"]:
                first = self.receipts.setdefault((body["device"], receipt["seq"]), receipt)
                assert receipt == first, f"two verdicts on one mutation: {first} and {receipt}"
        if status == 200 and path == "/sync/pull":
            assert not body["refetch"], f"{person} found itself in disagreement about {body['refetch']}"
            held = self.rights.held(self.users[person].replace("-", ""))
            leaked = {row[0] for row in answer["rows"]} | {check[0] for check in answer["checks"]}
            assert leaked <= held, f"{person} was sent {sorted(leaked - held)}"
        return status, answer

    async def sync(self, phone: Phone) -> None:
        """One attempt; a link that fails and a session that ended leave everything for the next."""
        events = len(phone.link.events)
        try:
            await phone.client.sync()
            outcome = "in step"
        except ConnectionError:
            outcome = "cut off"
        except Refused as refused:
            outcome = self._refused(phone, refused)
        self.say(f"{phone.label} syncs: {', '.join([*phone.link.events[events:], outcome])}")

    def _refused(self, phone: Phone, refused: Refused) -> str:
        if refused.code == "device_revoked":
            phone.begin_anew(self.new_id)
        elif refused.code != "session_ended":
            raise refused
        return refused.code

    async def push_together(self, phones: list[Phone]) -> None:
        """Several phones push at once, so that the server commits them as one group."""
        for phone in phones:
            if phone.client.epoch is None:
                return
        for phone in phones:  # a look-up in the middle would leave the order to the operating system
            await self.server.request(phone.person, "GET", "/api/session")
        self.say("pushed together: " + ", ".join(phone.label for phone in phones))
        outcomes = await asyncio.gather(*(phone.client.push() for phone in phones), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, ConnectionError | Refused):
                raise outcome


@asynccontextmanager
async def open_world(seed: int, folder: Path) -> AsyncIterator[World]:
    """A company at the beginning of its week; a failure inside names the seed and tells what happened."""
    random, clock = Random(seed), ManualClock(MONDAY)
    new_id = SeededIds(random, clock)
    server = Server(await asyncio.to_thread(template), folder, clock, new_id)
    journal = Journal(server.connection, server.organization)
    rights = Rights(server.connection, server.organization)
    world = World(random, clock, new_id, server, journal, rights)
    world.journal.begin()
    try:
        for person in PHONES:
            world.add_phone(person)
        yield world
    except BaseException as error:
        error.add_note(f"SEED={seed} runs this again:\n" + "\n".join(world.script))
        raise
    finally:
        await server.close()
