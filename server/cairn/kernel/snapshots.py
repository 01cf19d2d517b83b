"""Reading with the driver's own connections: what a pull needs is wire bytes already and wants no mapping.

SQL is written once, with parameters ?1, ?2, … and `IN_LIST(?1)` for a list.
"""

import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import make_url

from cairn.kernel.errors import Unavailable
from cairn.kernel.gates import Gate

MOST_CONNECTIONS = 8
MOST_WAITING = 1_000
"""Who comes when so many wait for a connection is told to come again."""
MOST_IN_USE = 100
"""Of SQLite's, each with its files open and its cache."""
SQLITE_PRAGMAS = ("query_only=ON", "busy_timeout=10000", "temp_store=memory", "cache_size=-8192")
_IN_LIST = re.compile(r"IN_LIST\(\?(\d)\)")


class Snapshot(Protocol):
    """A view of the database; single statements until `hold` makes it one state for all that follow."""

    async def fetch(self, sql: str, *parameters: Any) -> Sequence[Any]: ...

    async def hold(self) -> None: ...


class Snapshots(Protocol):
    """Where snapshots come from."""

    def open(self) -> Any:
        """An asynchronous context of a Snapshot."""
        ...

    async def close(self) -> None: ...


class SqliteSnapshot:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, *parameters: Any) -> Sequence[Any]:
        return self._connection.execute(_for_sqlite(sql), [_value_for_sqlite(each) for each in parameters]).fetchall()

    async def hold(self) -> None:
        self._connection.execute("BEGIN")


class SqliteSnapshots:
    """Connections that read on the event loop's own thread, a few kept.

    Nobody queues for one: a read never waits, so that one reader is nearly always done before the next begins.
    """

    def __init__(self, url: str) -> None:
        self._path = make_url(url).database or ""
        self._free: list[sqlite3.Connection] = []
        self._in_use = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Snapshot]:
        """Raises Unavailable when too many are in use."""
        if self._in_use >= MOST_IN_USE:
            raise Unavailable(retry_after_s=5)
        connection = self._free.pop() if self._free else self._connect()
        self._in_use += 1
        try:
            yield SqliteSnapshot(connection)
        finally:
            self._in_use -= 1
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if len(self._free) < MOST_CONNECTIONS:
                self._free.append(connection)
            else:
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    async def close(self) -> None:
        while self._free:
            self._free.pop().close()


@cache
def _for_sqlite(sql: str) -> str:
    return _IN_LIST.sub(r"IN (SELECT value FROM json_each(?\1))", sql).replace("FOR UPDATE", "")


def _value_for_sqlite(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, list):
        return msgspec.json.encode([each.hex if isinstance(each, UUID) else each for each in value]).decode()
    return value


class PostgresSnapshot:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.transaction: Any = None

    async def fetch(self, sql: str, *parameters: Any) -> Sequence[Any]:
        rows: Sequence[Any] = await self._connection.fetch(_for_postgres(sql), *parameters)
        return rows

    async def hold(self) -> None:
        self.transaction = self._connection.transaction(isolation="repeatable_read", readonly=True)
        await self.transaction.start()


class PostgresSnapshots:
    """A pool of the driver's own; a connection goes back as it came, so nothing has to be reset."""

    def __init__(self, url: str) -> None:
        self._dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._pool: Any = None
        self._gate = Gate(MOST_CONNECTIONS, MOST_WAITING, retry_after_s=5)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Snapshot]:
        if self._pool is None:
            self._pool = asyncpg.create_pool(
                self._dsn,
                min_size=0,
                max_size=MOST_CONNECTIONS,
                reset=_leave_as_it_is,
                # Planning anew for each value takes longer than these statements run; their shape allows one good plan.
                # Nor does compiling them pay, however much a plan seems to cost.
                server_settings={"plan_cache_mode": "force_generic_plan", "jit": "off"},
            )
            await self._pool
        async with self._gate.entered(), self._pool.acquire() as connection:
            snapshot = PostgresSnapshot(connection)
            try:
                yield snapshot
            finally:
                if snapshot.transaction is not None:
                    await snapshot.transaction.rollback()

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()
            self._pool = None


async def _leave_as_it_is(_connection: Any) -> None:
    pass


@cache
def _for_postgres(sql: str) -> str:
    return _IN_LIST.sub(r"= ANY(?\1)", sql).replace("?", "$")
