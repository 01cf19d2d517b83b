"""A running house for tests: a real application on a real database, a small company, and phones."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from httpx import ASGITransport, AsyncClient
from litestar import Litestar
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.api.app_files import Build
from cairn.api.application import create_application, open_metrics
from cairn.jobs.worker import Worker
from cairn.kernel.commands import Command
from cairn.kernel.context import Actor
from cairn.kernel.ids import new_id
from cairn.kernel.settings import Settings
from cairn.kernel.writer import Transactional
from cairn.migrations import upgrade
from cairn.modules.identity.commands import CreateOrganization, CreateTeam, CreateUser
from cairn.modules.identity.founding import found_organization, founder
from cairn.modules.identity.models import SignInSession
from cairn.modules.identity.passwords import hash_password
from cairn.modules.identity.sessions import set_password
from cairn.modules.identity.tokens import digest
from cairn.services import Services, build_services
from cairnsync.client import Client
from cairnsync.clock import ManualClock
from support.feed import assert_feed_rebuilds_tables
from support.wire import Wire, stamp

PASSWORD = "cairn-demo"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai, inside working hours."""

PEOPLE = {
    "admin": ("Administrator", ["administrator"], None),
    "manager": ("Sales manager", ["sales_manager"], "sales"),
    "rep1": ("Rep one", ["salesperson"], "sales"),
    "rep2": ("Rep two", ["salesperson"], "sales"),
    "other": ("Other team's rep", ["salesperson"], "north"),
    "finance": ("Finance", ["finance"], None),
    "tech": ("Technician", ["technician"], None),
    "service": ("Service manager", ["service_manager"], None),
    "marketing": ("Marketing", ["marketing"], None),
    "agent": ("Outside agent", ["agent"], None),
    "boss": ("Executive", ["executive"], None),
}
STRANGER = "stranger"
"""The administrator of the other organization."""


def known_id(number: int) -> UUID:
    """An id that is the same in every run, so that a prepared database can be copied."""
    return UUID(f"01930000-0000-7000-8000-{number:012x}")


HOME, ABROAD = known_id(1), known_id(2)
TEAMS = {name: known_id(0x100 + index) for index, name in enumerate(("sales", "north"))}
USERS = {name: known_id(0x200 + index) for index, name in enumerate((*PEOPLE, STRANGER))}


@dataclass
class House:
    """The application with one organization in it, and one more that nothing may cross to."""

    application: Litestar
    services: Services
    clock: ManualClock
    organization_id: UUID = HOME
    founder: Actor = field(default_factory=lambda: founder(HOME))
    users: dict[str, UUID] = field(default_factory=lambda: dict(USERS))
    teams: dict[str, UUID] = field(default_factory=lambda: dict(TEAMS))

    @asynccontextmanager
    async def http(self, name: str | None = None) -> AsyncIterator[AsyncClient]:
        """An HTTP client with somebody's session (tests of signing in make their own), or nobody's."""
        transport = ASGITransport(self.application, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://house") as client:
            if name is not None:
                client.headers["Authorization"] = f"Bearer {token_of(name)}"
            yield client

    @asynccontextmanager
    async def phone(self, name: str, **options: Any) -> AsyncIterator[Client]:
        """A device of somebody's, already in step with the server; afterwards the feed must tell the truth."""
        async with self.http(name) as http:

            async def post(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
                answer = await http.post(path, json=body)
                return answer.status_code, answer.json() if answer.content else {}

            client = Client(new_id(), post, self.clock, new_id, **options)
            await client.sync()
            yield client
        await self.check()

    @asynccontextmanager
    async def wire(self, name: str) -> AsyncIterator[Wire]:
        """A device of the independent client's, known to the server; afterwards the feed must tell the truth."""
        async with self.http(name) as http:
            device = Wire(http, str(new_id()), stamp(self.clock.now()))
            answer = await device.hello()
            assert answer.status_code == 200, answer.text
            yield device
        await self.check()

    async def give(self, command: Command) -> None:
        """A command by the founder."""
        await self.services.dispatcher.run(self.founder, command, "cli")

    async def actor(self, name: str) -> Actor:
        """Somebody, as the server knows them."""
        return (await self.services.sessions.find(token_of(name))).actor

    async def work(self) -> None:
        """Let the worker do everything that is due."""
        worker = Worker(self.services)
        while await worker.work_once():
            pass

    async def check(self) -> None:
        await assert_feed_rebuilds_tables(self.services.database)


@cache
def _application() -> Litestar:
    """Its routes are the same for every house; what differs is in `state`."""
    return create_application(Settings())


@asynccontextmanager
async def open_house(database_url: str, folder: Path, **settings: Any) -> AsyncIterator[House]:
    """A house with its people and no neighbour, on an empty database."""
    await furnish(database_url, folder, neighbour=False)
    async with enter_house(database_url, folder, **settings) as house:
        yield house


@asynccontextmanager
async def enter_house(database_url: str, folder: Path, **settings: Any) -> AsyncIterator[House]:
    """A house on a database that was furnished before."""
    chosen = Settings(data=folder, database_url=database_url, sqlite_synchronous="OFF", **settings)
    clock = ManualClock(MONDAY)
    services = build_services(chosen, clock=clock)
    application = _application()
    application.state.services = services
    application.state.build = Build(None)
    application.state.metrics = open_metrics(services)
    try:
        yield House(application, services, clock)
    finally:
        await services.close()


async def furnish(
    database_url: str, folder: Path, *, neighbour: bool = True, people: Iterable[str] = tuple(PEOPLE)
) -> None:
    """Fill an empty database with an organization and its people, and another with its administrator beside it."""
    await upgrade(database_url)
    settings = Settings(data=folder, database_url=database_url, sqlite_synchronous="OFF")
    services = build_services(settings, clock=ManualClock(MONDAY))
    try:
        await _found(services, CreateOrganization(id=HOME, name="Test company"))
        for name, team_id in TEAMS.items():
            await services.dispatcher.run(founder(HOME), CreateTeam(id=team_id, name=name), "cli")
        for name in people:
            title, roles, team = PEOPLE[name]
            await _hire(services, founder(HOME), name, title, roles, TEAMS.get(team or ""))
        if neighbour:
            await _found(services, CreateOrganization(id=ABROAD, name="Other company", time_zone="UTC", locale="en"))
            await _hire(services, founder(ABROAD), STRANGER, "Stranger", ["administrator"], None)
        lead = {"id": TEAMS["sales"], "set": {"lead_ids": [USERS["manager"]]}, "base": {"lead_ids": []}}
        await services.dispatcher.run_named(founder(HOME), "teams.edit", msgspec.json.encode(lead), "cli")
    finally:
        await services.close()


async def _found(services: Services, command: CreateOrganization) -> None:
    await found_organization(services.writer, services.dispatcher, new_id, command)


async def _hire(
    services: Services, actor: Actor, name: str, title: str, roles: list[str], team_id: UUID | None
) -> None:
    """A person with a password, and a session so that most tests need not sign in."""
    shape = {"id": USERS[name], "name": title, "email": f"{name}@example.com", "roles": roles, "team_id": team_id}
    command = msgspec.convert(msgspec.to_builtins(shape), CreateUser)
    await services.dispatcher.run(actor, command, "cli")
    hashed = await asyncio.to_thread(_password_hash)
    session_values = {
        "token_hash": digest(token_of(name)),
        "id": new_id(),
        "organization_id": actor.organization_id,
        "user_id": USERS[name],
        "created_at": MONDAY,
        "expires_at": MONDAY + timedelta(days=3_650),
        "client": "test",
    }

    async def store(session: AsyncSession) -> None:
        await set_password(session, actor.organization_id, USERS[name], hashed)
        await session.execute(insert(SignInSession), [session_values])

    await services.writer.submit(Transactional(actor.organization_id, store))


def token_of(name: str) -> str:
    """The token of the session that everybody has from the beginning."""
    return f"token-of-{name}"


@cache
def _password_hash() -> str:
    """Once for all tests: the hash is slow on purpose."""
    return asyncio.run(hash_password(PASSWORD))


def position(
    lat: float = 31.3, lon: float = 120.6, *, at: datetime = MONDAY, accuracy_m: float = 12.0
) -> dict[str, Any]:
    """A fix near Suzhou's middle."""
    return {
        "lat": lat,
        "lon": lon,
        "accuracy_m": accuracy_m,
        "fixed_at": at.isoformat().replace("+00:00", "Z"),
    }
