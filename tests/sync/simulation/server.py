"""The server of a simulation: the real application on a database file that can be opened again after a restart."""

import sqlite3
from pathlib import Path

from cairn.kernel.context import Actor
from cairn.kernel.ids import NewId
from cairn.kernel.settings import Settings
from cairn.modules.identity.founding import founder
from cairn.services import Services, build_services
from cairnsync.clock import ManualClock
from support.door import Json, ask
from sync.simulation.template import Template


class Server:
    """Answers requests; `restart` ends one process's memory and begins another's."""

    def __init__(self, template: Template, folder: Path, clock: ManualClock, new_id: NewId) -> None:
        self.template = template
        self.path = folder / "simulation.db"
        self.path.write_bytes(template.database)
        self._url = f"sqlite+aiosqlite:///{self.path}"
        self._settings = Settings(data=folder, database_url=self._url, sqlite_synchronous="OFF")
        self._clock, self._new_id = clock, new_id
        self.services = self._start()
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        """A view from outside, for oracles and checkers."""

    @property
    def organization(self) -> str:
        """Its id as SQLite keeps it; the other organization in the house has buckets of the same names."""
        return self.template.organization_id.hex

    def _start(self) -> Services:
        services = build_services(self._settings, clock=self._clock, make_id=self._new_id)
        self.template.application.state.services = services
        return services

    async def restart(self) -> None:
        await self.services.close()
        self.services = self._start()

    async def close(self) -> None:
        self.connection.close()
        await self.services.close()

    async def post(self, person: str, path: str, body: Json) -> tuple[int, Json]:
        return await self.request(person, "POST", path, body)

    async def request(self, person: str, method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
        """Raises AssertionError where the server fails: nothing that a client sends may lead to that."""
        status, answer = await ask(self.template.application, method, path, self.template.tokens[person], body)
        assert status < 500, f"{method} {path} was answered with {status} {answer}"
        return status, answer

    @property
    def founder(self) -> Actor:
        return founder(self.template.organization_id)
