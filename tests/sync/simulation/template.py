"""One prepared company per process: every seed begins with a copy of its database file."""

import asyncio
import sqlite3
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from litestar import Litestar

from support.house import PASSWORD, open_house
from sync.simulation.journal import TRIGGERS

PEOPLE = ("rep1", "rep2", "manager", "admin")


@dataclass(frozen=True)
class Template:
    """The application, the bytes of a database with a company in it, and tokens of people who are signed in."""

    application: Litestar
    database: bytes
    organization_id: UUID
    users: dict[str, UUID]
    teams: dict[str, UUID]
    tokens: dict[str, str]


@cache
def template() -> Template:
    """Made once: people, teams and sessions cost more than a whole simulation."""
    return asyncio.run(_prepare())


async def _prepare() -> Template:
    with tempfile.TemporaryDirectory(prefix="cairn-simulation-") as name:
        folder = Path(name)
        path = folder / "template.db"
        async with open_house(f"sqlite+aiosqlite:///{path}", folder) as house:
            tokens = {}
            for person in PEOPLE:
                token, _ = await house.services.sessions.sign_in(
                    f"{person}@example.com", PASSWORD, network="simulation", client="simulation"
                )
                tokens[person] = token
        with sqlite3.connect(path) as connection:
            connection.executescript(TRIGGERS)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return Template(house.application, path.read_bytes(), house.organization_id, house.users, house.teams, tokens)
