"""A running house for tests: a real application on a real database, a small company, and phones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from httpx import ASGITransport, AsyncClient
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.api.application import create_application
from cairn.kernel.commands import Command
from cairn.kernel.context import Actor
from cairn.kernel.ids import new_id
from cairn.kernel.settings import Settings
from cairn.kernel.writer import Transactional
from cairn.migrations import upgrade
from cairn.modules.identity.commands import CreateOrganization, CreateTeam, CreateUser
from cairn.modules.identity.founding import found_organization
from cairn.modules.identity.passwords import hash_password
from cairn.modules.identity.sessions import set_password
from cairn.services import Services, build_services
from cairnsync.client import Client
from cairnsync.clock import ManualClock
from support.feed import assert_feed_rebuilds_tables

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
}


@dataclass
class House:
    """The application with one organization in it, and one more that nothing may cross to."""

    application: Litestar
    services: Services
    clock: ManualClock
    organization_id: UUID
    founder: Actor
    users: dict[str, UUID] = field(default_factory=dict)
    teams: dict[str, UUID] = field(default_factory=dict)

    @asynccontextmanager
    async def http(self, name: str | None = None) -> AsyncIterator[AsyncClient]:
        """An HTTP client, signed in as somebody or as nobody."""
        transport = ASGITransport(self.application, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://house") as client:
            if name is not None:
                credentials = {"email": f"{name}@example.com", "password": PASSWORD}
                answer = await client.post("/api/session", json=credentials)
                assert answer.status_code == 201, answer.text
                client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
                client.cookies.clear()
            yield client

    @asynccontextmanager
    async def phone(self, name: str, **options: Any) -> AsyncIterator[Client]:
        """A device of somebody's, already in step with the server; afterwards the feed must tell the truth."""
        async with self.http(name) as http:

            async def post(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
                answer = await http.post(path, json=body)
                return answer.status_code, answer.json()

            client = Client(new_id(), post, self.clock, new_id, **options)
            await client.sync()
            yield client
        await self.check()

    async def give(self, command: Command) -> None:
        """A command by the founder."""
        await self.services.dispatcher.run(self.founder, command, "cli")

    async def check(self) -> None:
        await assert_feed_rebuilds_tables(self.services.database)


@asynccontextmanager
async def open_house(database_url: str, folder: Path) -> AsyncIterator[House]:
    """A house with its people, on an empty database."""
    settings = Settings(data=folder, database_url=database_url, sqlite_synchronous="OFF")
    clock = ManualClock(MONDAY)
    application = create_application(settings)
    await upgrade(database_url)
    services = build_services(settings, clock=clock)
    organization_id = new_id()
    founder = await found_organization(
        services.writer,
        services.dispatcher,
        new_id,
        CreateOrganization(id=organization_id, name="Test company"),
    )
    house = House(application, services, clock, organization_id, founder)
    application.state.services = services
    application.state.static = {}
    await _people(house)
    try:
        yield house
    finally:
        await services.close()


async def _people(house: House) -> None:
    for team in ("sales", "north"):
        house.teams[team] = new_id()
        await house.give(CreateTeam(id=house.teams[team], name=team))
    for name, (title, roles, team) in PEOPLE.items():
        house.users[name] = new_id()
        shape = {
            "id": house.users[name],
            "name": title,
            "email": f"{name}@example.com",
            "roles": roles,
            "team_id": house.teams.get(team or ""),
        }
        await house.give(msgspec.convert(msgspec.to_builtins(shape), CreateUser))
        await _give_password(house, house.users[name])
    lead = {
        "id": house.teams["sales"],
        "set": {"lead_ids": [house.users["manager"]]},
        "base": {"lead_ids": []},
    }
    args = msgspec.json.encode(lead)
    await house.services.dispatcher.run_named(house.founder, "teams.edit", args, "cli")


@cache
def _password_hash() -> str:
    """Once for all tests: the hash is slow on purpose."""
    return asyncio.run(hash_password(PASSWORD))


async def _give_password(house: House, user_id: UUID) -> None:
    hashed = await asyncio.to_thread(_password_hash)

    async def store(session: AsyncSession) -> None:
        await set_password(session, house.organization_id, user_id, hashed)

    await house.services.writer.submit(Transactional(house.organization_id, store))


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
