"""Faults at a server's statements: the process dies there, or the database fails; before the statement or after it.

A trap counts statements, COMMIT and reads included. In between, other tasks may get a turn.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar
from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.util import await_only

from cairn.kernel.database import Database
from cairn.kernel.driver import KINDS, SqliteDriver
from cairn.kernel.standings import Standings
from sync.simulation.loop import SeededLoop

Answer = TypeVar("Answer")
TURNS = 0.2
"""How often somebody else gets a turn between two statements."""
FAULTS = ("kill before", "kill after", "error before", "error after", "outage", "unsteady")
LONGEST_OUTAGE = 30
"""So many statements fail, one after the other: a batch that is tried again, carefully, fails again."""
UNSTEADY = 0.2
"""How many of them fail where the database is only unsteady: what takes a failed batch back may go well."""


class ServerKilled(asyncio.CancelledError):
    """This process is no more; whoever runs in it ends here."""


class Traps:
    """One server's way to its database."""

    def __init__(self, loop: SeededLoop, database: Database) -> None:
        self.loop = loop
        self.dead = False
        self.errors = 0
        """How often the database has failed."""
        self.on_kill: Callable[[], None] = lambda: None
        self.on_commit: Callable[[], None] = lambda: None
        self._left = 0
        self._fault = ""
        self._connections: WeakSet[Any] = WeakSet()
        for engine in {id(each): each for each in (database.writer, database.reader)}.values():
            self._wrap(engine.sync_engine.dialect)
            event.listen(engine.sync_engine, "connect", self._connected)
        database.snapshots = _Snapshots(database.snapshots, self)
        database.standings = Standings(database.snapshots, shared=not database.is_sqlite)

    def arm(self, statement: int, fault: str) -> None:
        """Let a fault happen at the so-many-th statement from now on."""
        self._left, self._fault = statement, fault

    def kill(self) -> None:
        """The process dies at this moment, and whatever it had not committed is gone."""
        self.dead = True
        for connection in self._connections:
            with suppress(sqlite3.ProgrammingError):  # closed already
                connection.rollback()
        self.on_kill()

    def clear(self) -> None:
        self.dead, self._left, self._fault = False, 0, ""

    def before(self) -> None:
        if self.dead:
            raise ServerKilled()
        self._left -= 1
        if -LONGEST_OUTAGE < self._left <= 0 and self.loop.random.random() < self._share:
            self._fail()
        if self._left == 0 and self._fault.endswith("before"):
            self._spring()

    def after(self) -> None:
        if self.dead:
            raise ServerKilled()
        if self._left == 0 and self._fault.endswith("after"):
            self._spring()

    def _spring(self) -> None:
        fault, self._fault = self._fault, ""
        if fault.startswith("kill"):
            self.kill()
            raise ServerKilled()
        self._fail()

    def _fail(self) -> None:
        self.errors += 1
        raise sqlite3.OperationalError("disk I/O error")

    def _connected(self, connection: Any, _record: Any) -> None:
        connection.traps = self
        self._connections.add(connection)

    @property
    def _share(self) -> float:
        """How many statements of an outage fail."""
        return {"outage": 1.0, "unsteady": UNSTEADY}.get(self._fault, 0.0)

    @property
    def gives_turn(self) -> bool:
        return self.loop.random.random() < TURNS

    def _wrap(self, dialect: Any) -> None:
        for name in ("do_execute", "do_executemany"):
            setattr(dialect, name, self._trapped(getattr(dialect, name)))
        dialect.do_commit = self._trapped(dialect.do_commit, lambda: self.on_commit())

    def _trapped(self, run: Callable[..., None], then: Callable[[], None] = lambda: None) -> Callable[..., None]:
        def trapped(*arguments: Any, **options: Any) -> None:
            if self.gives_turn:
                await_only(asyncio.sleep(0))
            self.before()
            run(*arguments, **options)
            then()
            self.after()

        return trapped


class _Driver(SqliteDriver):
    """The same for statements that go past SQLAlchemy, inside its transactions."""

    async def fetch(self, sql: str, *parameters: Any) -> Sequence[Any]:
        return await self._trapped(super().fetch(sql, *parameters))

    async def write(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        await self._trapped(super().write(sql, rows))

    async def _trapped(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        traps: Traps | None = getattr(self._connection, "traps", None)
        if traps is None:  # somebody who looks from outside
            return await work
        try:
            if traps.gives_turn:
                await asyncio.sleep(0)
            traps.before()
            result = await work
        finally:
            work.close()
        traps.after()
        return result


KINDS["sqlite"] = _Driver


class _Snapshots:
    """The same for a pull's own way to read."""

    def __init__(self, snapshots: Any, traps: Traps) -> None:
        self._snapshots, self._traps = snapshots, traps

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Any]:
        async with self._snapshots.open() as snapshot:
            yield _Snapshot(snapshot, self._traps)

    async def close(self) -> None:
        await self._snapshots.close()


class _Snapshot:
    def __init__(self, snapshot: Any, traps: Traps) -> None:
        self._snapshot, self._traps = snapshot, traps

    async def fetch(self, sql: str, *parameters: Any) -> Sequence[Any]:
        if self._traps.gives_turn:
            await asyncio.sleep(0)
        self._traps.before()
        rows: Sequence[Any] = await self._snapshot.fetch(sql, *parameters)
        self._traps.after()
        return rows

    async def hold(self) -> None:
        await self._snapshot.hold()
