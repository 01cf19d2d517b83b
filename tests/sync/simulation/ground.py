"""What all seeds of a worker stand on: one database file, put back before each, and the servers' connections to it.

Making a company, connecting, and compiling statements cost more than a whole simulation: all are done once.
"""

import asyncio
import gc
import os
import sqlite3
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from cairn.kernel.database import Database
from cairn.kernel.settings import Settings
from cairn.services import build_services
from cairnsync.clock import ManualClock
from support.house import HOME, MONDAY, TEAMS, USERS, furnish, known_id, token_of
from sync.simulation.journal import TRIGGERS
from sync.simulation.loop import SeededLoop
from sync.simulation.node_phone import Host
from sync.simulation.traps import Traps

Json = dict[str, Any]
SERVERS = 2
PEOPLE = ("admin", "manager", "rep1", "rep2", "other", "service", "tech")


class Ground:
    """The loop, the databases of the server processes, and a view from outside for oracles and checkers."""

    organization = HOME.hex
    """As SQLite keeps it."""
    users = {name: str(user_id) for name, user_id in USERS.items() if name in PEOPLE}
    teams = {name: str(team_id) for name, team_id in TEAMS.items()}

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cairn-simulation-", dir=_memory())
        folder = Path(self._folder.name)
        self.path = folder / "simulation.db"
        url = f"sqlite+aiosqlite:///{self.path}"
        asyncio.run(_begin(url, folder))
        self.view = sqlite3.connect(self.path, isolation_level=None)
        self.view.executescript(TRIGGERS)
        self._founded = self.copy()
        self.settings = Settings(data=folder, database_url=url, sqlite_synchronous="OFF")
        self.loop = SeededLoop()
        self.databases = [Database(url, synchronous="OFF") for _ in range(SERVERS)]
        self.observer = Database(url, synchronous="OFF")
        """A way to the database that nothing goes wrong on."""
        self.traps = [Traps(self.loop, database) for database in self.databases]

        gc.collect()
        gc.freeze()  # what is here now stays to the end

    @cached_property
    def host(self) -> Host:
        """Where phones with the TypeScript engine live."""
        return Host()

    def copy(self) -> sqlite3.Connection:
        """The whole database as it is now."""
        copied = sqlite3.connect(":memory:")
        self.view.backup(copied)
        return copied

    def put_back(self, copied: sqlite3.Connection | None = None) -> None:
        """The database as it was when it was copied, or founded; nobody may be at work on it."""
        (copied or self._founded).backup(self.view)

    def close(self) -> None:
        if "host" in self.__dict__:
            self.host.close()
        for database in (*self.databases, self.observer):
            self.loop.finish(database.close())
        self.view.close()
        self._folder.cleanup()


async def _begin(url: str, folder: Path) -> None:
    """A company that has a customer, who has asked for two things already."""
    await furnish(url, folder, neighbour=False, people=PEOPLE)
    services = build_services(
        Settings(data=folder, database_url=url, sqlite_synchronous="OFF"), clock=ManualClock(MONDAY)
    )
    account_id, ticket_id, other_id = (known_id(number) for number in (0x300, 0x301, 0x302))
    request = {"account_id": account_id, "type": "repair", "title": "No cooling"}
    work: list[tuple[str, str, Json]] = [
        ("rep1", "accounts.create", {"id": account_id, "name": "Lake Cooling", "phone": "0512-1"}),
        ("rep1", "tickets.create", {"id": ticket_id, **request}),
        ("service", "tickets.create", {"id": other_id, **request}),
        ("service", "tickets.assign", {"id": ticket_id, "to_user_id": USERS["tech"]}),
    ]
    for person, name, args in work:
        actor = (await services.sessions.find(token_of(person))).actor
        await services.dispatcher.run_named(actor, name, msgspec.json.encode(args), "rest")
    await services.close()


def _memory() -> str | None:
    """Nothing here outlives the run."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
