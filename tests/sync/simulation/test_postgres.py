"""Scripts that seeds drew, played again on PostgreSQL: two server processes, phones that push and pull at once.

The turns are the database's own here, so a seed does not tell the same story twice; what must hold, holds in each.
"""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from cairn.kernel.access import BucketRow
from cairn.kernel.held import HeldCache, held_now
from cairn.kernel.ids import new_id
from cairn.kernel.settings import Settings
from cairn.modules.identity.founding import founder
from cairn.modules.identity.models import Team, User
from cairn.services import Services, build_services
from cairnsync.checks import checks_of
from cairnsync.client import Client, Refused
from cairnsync.clock import ManualClock
from cairnsync.errors import ProtocolError
from support.feed import assert_feed_rebuilds_tables
from support.house import HOME, MONDAY, TEAMS, USERS, furnish, token_of
from support.postgres import Cluster
from sync.simulation import drawing
from sync.simulation.ground import Ground
from sync.simulation.script import Script
from sync.simulation.server import ANSWERS
from sync.simulation.simulation import simulate
from sync.simulation.versions import NEW, OLD, renew_servers

Json = dict[str, Any]
SEEDS = range(100, 106)
ROUNDS = 3


@pytest.fixture(scope="module")
def scripts() -> Iterator[list[Script]]:
    logging.disable(logging.CRITICAL)
    ground = Ground()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "NODE_SHARE", 0.0)
        yield [simulate(ground, seed) for seed in SEEDS]
    ground.close()
    logging.disable(logging.NOTSET)


@dataclass
class Company:
    """Two processes over one database, and the phones of a script."""

    services: list[Services]
    clock: ManualClock
    random: Random
    clients: dict[str, Client] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    plans: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, label: str, person: str, page_rows: int, batch: int) -> None:
        async def post(path: str, body: Json) -> tuple[int, Json]:
            plan = self.plans.get(label)
            fate = plan.pop(0)[0] if plan else ""
            if fate == "lose request":
                raise ConnectionError(fate)
            answer = await self.answer(person, path, body)
            if fate == "repeat":
                answer = await self.answer(person, path, body)
            if fate == "lose answer":
                raise ConnectionError(fate)
            return answer

        self.clients[label] = Client(new_id(), post, self.clock, new_id, page_rows=page_rows, batch=batch)
        self.people[label] = person

    async def answer(self, person: str, path: str, body: Json) -> tuple[int, Json]:
        services = self.random.choice(self.services)
        try:
            signed_in = await services.sessions.find(token_of(person))
            answer = await ANSWERS[path](services, signed_in, msgspec.json.encode(body))
            return 200, msgspec.json.decode(msgspec.json.encode(answer))
        except ProtocolError as error:
            return error.http_status, {"code": error.code, "params": error.params}

    async def sync(self, label: str) -> None:
        try:
            await self.clients[label].sync()
        except ConnectionError:
            pass
        except Refused as refused:
            if refused.code not in ("session_ended", "device_revoked"):
                raise

    async def edit(self, name: str, model: Any, record_id: Any, values: Json) -> None:
        services = self.services[0]
        async with services.database.reading_session() as session:
            record = await session.get(model, (HOME, record_id))
            base = {key: getattr(record, key) for key in values}
        args = msgspec.json.encode({"id": record_id, "set": values, "base": base})
        await services.dispatcher.run_named(founder(HOME), name, args, "job")

    async def perform(self, step: Json) -> None:
        self.clock.advance(step["after_s"])
        match step:
            case {"do": "record", "phone": label, "mutations": mutations} if label in self.clients:
                for each in mutations:
                    self.clients[label].record(each["name"], each["args"], each.get("v", OLD))
            case {"do": "upgrade" | "demand"}:
                renew_servers(NEW)
            case {"do": "sync", "plans": plans}:
                known = {label: list(plan) for label, plan in plans.items() if label in self.clients}
                self.plans.update(known)
                await asyncio.gather(*(self.sync(label) for label in known))
            case {"do": "lead", "leads": leads}:
                await self.edit("teams.edit", Team, TEAMS["sales"], {"lead_ids": [str(USERS[each]) for each in leads]})
            case {"do": "move", "person": person, "team": team}:
                await self.edit("users.edit", User, USERS[person], {"team_id": str(TEAMS[team])})


@pytest.mark.parametrize("number", range(len(SEEDS)))
async def test_a_script_holds_on_postgresql(
    number: int, scripts: list[Script], postgres: Cluster, tmp_path: Path
) -> None:
    def prepare(url: str) -> None:
        asyncio.run(furnish(url, tmp_path, neighbour=False))

    template = await asyncio.to_thread(postgres.template, "simulation", prepare)
    with postgres.database(template) as url:
        clock = ManualClock(MONDAY)
        settings = Settings(data=tmp_path, database_url=url)
        company = Company([build_services(settings, clock=clock) for _ in range(2)], clock, Random(number))
        try:
            for phone in scripts[number].phones:
                company.add(phone.label, phone.person, phone.page_rows, phone.batch)
            for step in scripts[number].steps:
                await company.perform(step)
            company.plans.clear()
            for _ in range(ROUNDS):
                await asyncio.gather(*(company.sync(label) for label in company.clients))
            await check(company)
        finally:
            renew_servers(OLD)
            for services in company.services:
                await services.close()


async def check(company: Company) -> None:
    database = company.services[0].database
    await assert_feed_rebuilds_tables(database)
    async with database.reading_session() as session:
        rows = (await session.scalars(select(BucketRow).where(BucketRow.organization_id == HOME))).all()
    sums = {row.name: (row.documents, row.seq_sum) for row in rows}
    for label, client in company.clients.items():
        assert not client.waiting, f"{label} still waits"
        held = set((await held_now(database, HeldCache(), HOME, USERS[company.people[label]])).values())
        found = checks_of((*key, seq) for key, (seq, _) in client.held.items())
        filled = {name for name in held if sums[name][0]}
        assert {name for name, _, _ in found} == filled, label
        assert all(sums[name] == (count, total) for name, count, total in found), label
